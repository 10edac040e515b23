using System.Text;
using CsCheck;
using Gantry.Runtime.Monitor.Client;
using Gantry.Runtime.Monitor.Protocol;
using Gantry.Spec;

namespace Gantry.Tests.Monitor;

public sealed class FrameTests
{
    private static readonly Gen<ExecRequest> Requests =
        from id in Gen.String
        from arguments in Gen.String.List[0, 20]
        from environment in Gen.String.List[0, 20]
        from directory in Gen.String
        from ids in Gen.Select(Gen.UInt, Gen.UInt, Gen.UInt.List[0, 5])
        from flags in Gen.Select(Gen.Bool, Gen.Bool)
        from size in Gen.Select(Gen.UShort, Gen.UShort)
        select new ExecRequest
        {
            Id = Readable(id),
            Arguments = arguments.ConvertAll(Readable),
            Environment = environment.ConvertAll(Readable),
            WorkingDirectory = Readable(directory),
            UserId = ids.Item1,
            GroupId = ids.Item2,
            AdditionalGroups = ids.Item3,
            Terminal = flags.Item1,
            Privileged = flags.Item2,
            Rows = size.Item1,
            Columns = size.Item2,
        };

    public static TheoryData<MonitorEvent> Events =>
    [
        new MonitorReady(42),
        new MonitorStarted(42, 1_763_892_000_123_456_789),
        new MonitorExited(137, 9, true, 1_763_892_000_123_456_789, null),
        new MonitorExited(1, 0, false, 0, "grün"),
        new MonitorExecExited("ab12", 126),
        new MonitorOom(),
        new MonitorStartFailed(127, "exec: \"nope\": executable file not found in $PATH"),
    ];

    [Fact]
    public void A_header_is_dockers_stream_header()
    {
        var bytes = new byte[FrameHeader.Size];
        new FrameHeader(FrameType.Stderr, 0, 0x010203).Write(bytes);
        Assert.Equal([2, 0, 0, 0, 0, 1, 2, 3], bytes);
    }

    [Fact]
    public void A_header_needs_all_its_bytes()
    {
        var bytes = new byte[FrameHeader.Size];
        new FrameHeader(FrameType.Kill, 7, 9).Write(bytes);
        Assert.False(FrameHeader.TryRead(bytes.AsSpan(0, 7), out _));
        Assert.True(FrameHeader.TryRead(bytes, out var header));
        Assert.Equal(new FrameHeader(FrameType.Kill, 7, 9), header);
    }

    [Theory]
    [InlineData(FrameHeader.MaximumLength, true)]
    [InlineData(FrameHeader.MaximumLength + 1, false)]
    [InlineData(-1, false)]
    public void A_length_has_a_limit(int length, bool good)
    {
        var bytes = new byte[FrameHeader.Size];
        new FrameHeader(FrameType.Start, 0, length).Write(bytes);
        if (good)
        {
            Assert.True(FrameHeader.TryRead(bytes, out _));
        }
        else
        {
            Assert.Throws<InvalidArgumentException>(() => FrameHeader.TryRead(bytes, out _));
        }
    }

    [Theory]
    [MemberData(nameof(Events))]
    public void An_event_comes_back_as_it_went(MonitorEvent sent)
    {
        var frame = sent.ToFrame();
        Assert.True(FrameHeader.TryRead(frame, out var header));
        Assert.Equal(frame.Length, FrameHeader.Size + header.Length);
        Assert.True(MonitorEvent.TryRead(header, frame.AsSpan(FrameHeader.Size), out var received));
        Assert.Equal(sent, received);
    }

    [Fact]
    public void A_state_comes_back_as_it_went()
    {
        var sent = new MonitorState(MonitorPhase.Running, 3, 4, 5, ["a", "b"]);
        var received = MonitorState.Read(sent.ToFrame().AsSpan(FrameHeader.Size));
        Assert.Equal(sent with { Execs = received.Execs }, received);
        Assert.Equal(["a", "b"], received.Execs);
    }

    [Fact]
    public void An_exec_request_comes_back_as_it_went() => Requests.Sample(sent =>
    {
        var frame = sent.ToFrame(MonitorStreams.All);
        var received = ExecRequest.Read(frame.AsSpan(FrameHeader.Size));
        Assert.Equivalent(sent, received, strict: true);
    });

    [Fact]
    public void A_cut_request_is_refused_and_never_read_beyond() => Requests.Sample(sent =>
    {
        var frame = sent.ToFrame(MonitorStreams.None);
        for (var length = 0; length < frame.Length - FrameHeader.Size; length += 1 + (frame.Length / 64))
        {
            Assert.Throws<InvalidArgumentException>(() => ExecRequest.Read(frame.AsSpan(FrameHeader.Size, length)));
        }
    });

    [Fact]
    public void Any_bytes_are_a_request_or_are_refused() => Gen.Byte.Array[0, 200].Sample(bytes =>
    {
        try
        {
            ExecRequest.Read(bytes);
        }
        catch (InvalidArgumentException)
        {
        }
    });

    [Fact]
    public void A_refusal_keeps_its_kind()
    {
        var frame = RequestFailure.ToFrame(7, FailureKind.ProcessStart, "not there", 127);
        var reader = new FlatReader(frame.AsSpan(FrameHeader.Size));
        Assert.Equal(7u, reader.UInt32());
        var exception = Assert.IsType<ProcessStartException>(RequestFailure.Read(ref reader));
        Assert.Equal((127, "not there"), (exception.ExitCode, exception.Message));
    }

    // A lone surrogate has no UTF-8.
    private static string Readable(string text) => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));
}
