using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;

namespace Gantry.Tests.Monitor.Receivers;

public sealed class JournalTests : IDisposable
{
    private readonly string directory = Directory.CreateTempSubdirectory("gantry-journal-").FullName;

    public void Dispose() => Directory.Delete(directory, recursive: true);

    [Fact]
    public async Task A_datagram_has_the_fields_that_docker_gives_the_journal()
    {
        using var stage = new ReceiverStage();
        using var socket = Listen();
        stage.Open("journald", new() { Transport = "unixgram", Path = SocketPath, Fields = new Dictionary<string, string> { ["CONTAINER_NAME"] = "c", ["LINES"] = "a\nb" } });
        stage.Write("out\n");
        stage.Write("err\n", isStderr: true);
        stage.Write(new string('x', 16384 + 1) + "\n");
        var messages = new List<Dictionary<string, string>>();
        for (var i = 0; i < 4; i++) messages.Add(Parse(await ReceiverStage.DatagramAsync(socket)));
        Assert.Equal(["out", "err"], messages[..2].Select(m => m["MESSAGE"]));
        Assert.Equal(["6", "3"], messages[..2].Select(m => m["PRIORITY"]));
        Assert.Equal(["1", "2", "3", "4"], messages.Select(m => m["CONTAINER_LOG_ORDINAL"]));
        Assert.Single(messages.Select(m => m["CONTAINER_LOG_EPOCH"]).Distinct());
        Assert.All(messages, m => Assert.Equal(("c", "a\nb"), (m["CONTAINER_NAME"], m["LINES"])));
        Assert.Equal(["true", ""], messages[2..].Select(m => m.GetValueOrDefault("CONTAINER_PARTIAL_MESSAGE", "")));
        Assert.Equal(["false", "true"], messages[2..].Select(m => m["CONTAINER_PARTIAL_LAST"]));
        Assert.Equal(messages[2]["CONTAINER_PARTIAL_ID"], messages[3]["CONTAINER_PARTIAL_ID"]);
    }

    [Fact]
    public async Task A_journal_that_was_started_again_is_found_again()
    {
        using var stage = new ReceiverStage();
        using (var first = Listen())
        {
            stage.Open("journald", new() { Transport = "unixgram", Path = SocketPath, RetryWait = 20 });
            stage.Write("one\n");
            Assert.Equal("one", Parse(await ReceiverStage.DatagramAsync(first))["MESSAGE"]);
        }

        File.Delete(SocketPath);
        stage.Write("two\n");
        using var second = Listen();
        stage.Write("three\n");
        Assert.Equal("two", Parse(await ReceiverStage.DatagramAsync(second))["MESSAGE"]);
        Assert.Equal("three", Parse(await ReceiverStage.DatagramAsync(second))["MESSAGE"]);
    }

    private string SocketPath => Path.Combine(directory, "socket");

    private Socket Listen()
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(SocketPath));
        return socket;
    }

    private static Dictionary<string, string> Parse(byte[] datagram)
    {
        Dictionary<string, string> fields = [];
        for (var rest = datagram.AsSpan(); !rest.IsEmpty;)
        {
            var end = rest.IndexOfAny((byte)'=', (byte)'\n');
            var (name, length) = (Encoding.UTF8.GetString(rest[..end]), 0);
            if (rest[end] == '=')
            {
                rest = rest[(end + 1)..];
                length = rest.IndexOf((byte)'\n');
            }
            else
            {
                length = (int)BinaryPrimitives.ReadInt64LittleEndian(rest[(end + 1)..]);
                rest = rest[(end + 9)..];
            }

            fields.Add(name, Encoding.UTF8.GetString(rest[..length]));
            Assert.Equal((byte)'\n', rest[length]);
            rest = rest[(length + 1)..];
        }

        return fields;
    }
}
