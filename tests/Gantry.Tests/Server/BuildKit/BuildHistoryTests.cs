using System.Text;
using System.Text.Json;
using Gantry.Build;
using Gantry.Build.Progress;
using Gantry.Images;
using Gantry.Server.BuildKit.Control;
using Gantry.Server.BuildKit.Grpc;
using Gantry.Server.BuildKit.History;
using Gantry.Server.BuildKit.Wire;
using Gantry.Spec;
using Gantry.Spec.Image;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gantry.Tests.Server.BuildKit;

public sealed class BuildHistoryTests : IDisposable
{
    private const string Control = "/moby.buildkit.v1.Control/";
    private const string Content = "/containerd.services.content.v1.Content/";
    private const string Trace = "0af7651916cd43dd8448eb211c80319c";
    private readonly string _root = Directory.CreateTempSubdirectory("gantry-history-").FullName;
    private readonly Clock _clock = new();
    private BuildHistory _history;

    public BuildHistoryTests() => _history = Open();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public async Task A_build_is_known_with_all_that_became_of_it()
    {
        await BuildAsync("one", new() { ["target"] = "last", ["context"] = "https://me:hush@example.com/it.git#main" });
        await Assert.ThrowsAsync<GrpcException>(() => BuildAsync("two", [], new GrpcException(GrpcCode.Unknown, "exit code: 3")));
        foreach (var _ in (int[])[1, 2])
        {
            var records = await ListAsync(new());
            Assert.Equal(["two", "one"], records.Select(record => record.Ref));
            var (bad, good) = (records[0], records[1]);
            Assert.Equal((new BuildFailure(GrpcCode.Unknown, "exit code: 3"), "last", "https://xxxxx:xxxxx@example.com/it.git#main"), (bad.Failure, good.Attributes["target"], good.Attributes["context"]));
            Assert.Equal((3, 3, 1, 1, "moby", "sha256:" + new string('1', 64)), (good.TotalSteps, good.CompletedSteps, good.CachedSteps, good.Warnings, good.Exports.Single().Type, good.Response["containerimage.digest"]));
            Assert.Null(good.Failure);
            Assert.NotNull(good.CompletedAt);
            Assert.Contains("exit code: 3", Encoding.UTF8.GetString(await ReadAsync(bad.FailureDetails!)), StringComparison.Ordinal);

            var course = _history.FindCourse("one")!.ToList();
            Assert.Contains("written", Encoding.UTF8.GetString([.. course.SelectMany(message => message.ToArray())]), StringComparison.Ordinal);
            Assert.Null(_history.FindCourse("three"));
            // The second time as another daemon finds it.
            _history = Open();
        }
    }

    [Fact]
    public async Task The_steps_are_spans_of_the_clients_trace()
    {
        await BuildAsync("one", []);
        var record = (await ListAsync(new())).Single();
        var spans = Encoding.UTF8.GetString(await ReadAsync(record.Trace!)).TrimEnd().Split('\n').Select(line => JsonDocument.Parse(line).RootElement).ToList();
        Assert.Equal(["moby.buildkit.v1.Control/Solve", "[1/2] FROM busybox", "CACHED [2/2] RUN x", "exporting to image"], spans.Select(span => span.GetProperty("Name").GetString()));
        Assert.All(spans, span => Assert.Equal(Trace, span.GetProperty("SpanContext").GetProperty("TraceID").GetString()));
        Assert.Equal("b7ad6b7169203331", spans[0].GetProperty("Parent").GetProperty("SpanID").GetString());
        Assert.All(spans.Skip(1), span => Assert.Equal(spans[0].GetProperty("SpanContext").GetProperty("SpanID").GetString(), span.GetProperty("Parent").GetProperty("SpanID").GetString()));
    }

    [Theory]
    [InlineData("status==completed", "one")]
    [InlineData("status==error", "two")]
    [InlineData("status!=error", "one")]
    [InlineData("ref~=^tw", "two")]
    [InlineData("repository~=example", "one")]
    [InlineData("status==completed,startedAt>=1h", "one")]
    [InlineData("startedAt<1h", "")]
    [InlineData("duration>=1ms", "one two")]
    [InlineData("duration>1h", "")]
    [InlineData("completedAt<2020-01-01T00:00:00Z", "")]
    public async Task Filters_choose(string filter, string expected)
    {
        await BuildAsync("one", new() { ["vcs:source"] = "https://example.com/it.git" });
        await Assert.ThrowsAsync<GrpcException>(() => BuildAsync("two", [], new GrpcException(GrpcCode.Unknown, "no")));
        Assert.Equal(expected, string.Join(' ', (await ListAsync(new ProtoWriter().Texts(4, [filter]))).Select(record => record.Ref).Order()));
    }

    [Theory]
    [InlineData("what==completed")]
    [InlineData("status")]
    [InlineData("startedAt>soon")]
    [InlineData("ref~=(")]
    public async Task Filters_that_mean_nothing_are_refused(string filter)
    {
        var failure = await Assert.ThrowsAsync<GrpcException>(() => ListAsync(new ProtoWriter().Texts(4, [filter])));
        Assert.Equal(GrpcCode.InvalidArgument, failure.Code);
    }

    [Fact]
    public async Task Who_listens_sees_a_build_begin_and_end()
    {
        await using var pair = Serve();
        await using var call = pair.Channel.Open(Control + "ListenBuildHistory", [], Cancelled);
        await call.WriteAsync(new ProtoWriter().Flag(1, true).Text(2, "wanted"));
        call.EndWriting();
        await call.StartAsync();
        // The answer's head comes when it listens.
        var seen = Task.Run(async () => new[] { await NextAsync(call), await NextAsync(call), await NextAsync(call) }, Cancelled);
        while (!seen.IsCompleted)
        {
            await BuildAsync("other", []);
            await BuildAsync("wanted", []);
            _history.Delete("wanted");
            await Task.Delay(10, Cancelled);
        }

        var kinds = (await seen).Select(happened => happened.Kind).ToList();
        Assert.Contains(HistoryEventKind.Started, kinds);
        Assert.Contains(HistoryEventKind.Ended, kinds);
        Assert.Contains(HistoryEventKind.Deleted, kinds);
        Assert.All(await seen, happened => Assert.Equal("wanted", happened.Record.Ref));
    }

    [Fact]
    public async Task Old_builds_go_and_pinned_ones_stay()
    {
        await BuildAsync("kept", []);
        await using (var pair = Serve())
        {
            await pair.Channel.CallAsync(Control + "UpdateBuildHistory", new ProtoWriter().Text(1, "kept").Flag(2, true), Cancelled);
        }

        await BuildAsync("old", []);
        _clock.Now += TimeSpan.FromDays(3);
        for (var i = 0; i < 50; i++)
        {
            await BuildAsync($"new{i}", []);
        }

        var refs = (await ListAsync(new())).Select(record => record.Ref).ToHashSet();
        Assert.Equal(51, refs.Count);
        Assert.Contains("kept", refs);
        Assert.DoesNotContain("old", refs);
        Assert.Equal(51, Directory.GetDirectories(_root).Length);
        Assert.Equal(10, (await ListAsync(new ProtoWriter().Integer(5, 10))).Count);
        Assert.Equal(["kept"], (await ListAsync(new ProtoWriter().Text(2, "kept").Integer(5, 10))).Select(record => record.Ref));
    }

    [Fact]
    public async Task What_a_machine_that_died_left_is_removed()
    {
        await BuildAsync("../../whole", []);
        await BuildAsync("torn", []);
        var torn = Directory.GetDirectories(_root).Single(path => Encoding.UTF8.GetString(File.ReadAllBytes(Path.Combine(path, "record"))).Contains("torn", StringComparison.Ordinal));
        File.WriteAllBytes(Path.Combine(torn, "record"), []);
        Directory.CreateDirectory(Path.Combine(_root, ".new-x"));
        _history = Open();
        Assert.Equal(["../../whole"], (await ListAsync(new())).Select(record => record.Ref));
        Assert.Single(Directory.GetDirectories(_root));
    }

    [Fact]
    public async Task Content_that_is_of_no_record_is_not_there()
    {
        await using var pair = Serve();
        var failure = await Assert.ThrowsAsync<GrpcException>(() => pair.Channel.CallAsync(Content + "Info", new ProtoWriter().Text(1, "sha256:" + new string('0', 64)), Cancelled));
        Assert.Equal(GrpcCode.NotFound, failure.Code);
        failure = await Assert.ThrowsAsync<GrpcException>(() => pair.Channel.CallAsync(Content + "Info", new ProtoWriter().Text(1, "../record"), Cancelled));
        Assert.Equal(GrpcCode.NotFound, failure.Code);
    }

    [Fact]
    public void A_step_that_writes_without_end_is_clipped()
    {
        var feed = new StatusFeed("x");
        for (var i = 0; i < 100; i++)
        {
            feed.Report(new OutputEvent { Step = "a", At = default, Stream = 1, Data = new byte[100_000] });
        }

        Assert.InRange(feed.Messages.Sum(message => message.Written.Length), 2 << 20, (2 << 20) + 10_000);
        Assert.Contains("[output clipped, log limit 2MiB reached]", Encoding.UTF8.GetString(feed.Messages[^1].Written.Span), StringComparison.Ordinal);
    }

    private BuildHistory Open() => new(_root, _clock, NullLogger.Instance);

    private GrpcPair Serve() => new(new HistoryService(_history, _clock).Methods.ToDictionary());

    [Fact]
    public async Task A_build_that_begins_before_who_listens_is_answered_is_heard()
    {
        var heard = new List<HistoryEventKind>();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _history.ListenAsync(
            HistoryQuery.Parse(new ProtoWriter().Flag(1, true).Written.Span),
            () => BuildAsync("quick", []),
            happened =>
            {
                heard.Add(happened.Kind);
                if (happened.Kind == HistoryEventKind.Ended) stop.Cancel();
                return ValueTask.CompletedTask;
            },
            stop.Token));
        Assert.Equal([HistoryEventKind.Started, HistoryEventKind.Ended], heard);
    }

    [Theory]
    [InlineData("linux/amd64")]
    [InlineData("linux/amd64", "linux/arm64")]
    public async Task How_each_result_was_made_is_read_by_itself(params string[] platforms)
    {
        await BuildAsync("one", [], provenances: [.. platforms.Select(name => (Platform.Parse(name), new Statement("type", Encoding.UTF8.GetBytes($"{{\"long enough for two\":\"{name}\"}}"), "provenance.json")))]);
        foreach (var _ in (int[])[1, 2])
        {
            var record = Assert.Single(await ListAsync(new()));
            Assert.Equal(platforms.Length == 1 ? [""] : platforms, record.Statements.Select(statement => statement.Platform));
            foreach (var (statement, platform) in record.Statements.Zip(platforms))
            {
                Assert.Equal(("application/vnd.in-toto+json", "type"), (statement.Blob.MediaType, statement.Blob.Annotations["in-toto.io/predicate-type"]));
                Assert.Contains(platform, Encoding.UTF8.GetString(await ReadAsync(statement.Blob)), StringComparison.Ordinal);
            }

            _history = Open();
        }
    }

    private async Task BuildAsync(string name, Dictionary<string, string> attributes, GrpcException? failure = null, IReadOnlyList<(Platform, Statement)>? provenances = null)
    {
        var solve = new Solve(name);
        var request = new SolveRequest { Attributes = attributes, Exports = [new("moby", new Dictionary<string, string> { ["name"] = "it" })] };
        await _history.RecordAsync(solve, request, $"00-{Trace}-b7ad6b7169203331-01", () =>
        {
            _clock.Now += TimeSpan.FromSeconds(1);
            Happen("[1/2] FROM busybox", StepState.Started);
            Happen("[1/2] FROM busybox", StepState.Completed);
            Happen("[2/2] RUN x", StepState.Cached);
            Happen("exporting to image", StepState.Completed);
            solve.Feed.Report(new OutputEvent { Step = "[1/2] FROM busybox", At = _clock.Now, Stream = 1, Data = "written"u8.ToArray() });
            solve.Feed.Report(new WarningEvent { Step = "", At = _clock.Now, Rule = "R", Message = "m", Description = "d", Lines = new(1, 1) });
            return failure is null ? Task.FromResult<BuildOutcome?>(new() { Id = "sha256:" + new string('2', 64), Target = new() { MediaType = MediaTypes.OciManifest, Digest = Digest.Parse("sha256:" + new string('1', 64)), Size = 1 }, Provenances = provenances ?? [] }) : throw failure;
        });

        void Happen(string step, StepState state) => solve.Feed.Report(new StepEvent
        {
            Step = step, Name = step, At = _clock.Now, State = state, Started = state == StepState.Cached ? null : _clock.Now, Completed = state == StepState.Completed ? _clock.Now : null,
        });
    }

    private async Task<List<BuildRecord>> ListAsync(ProtoWriter query)
    {
        await using var pair = Serve();
        await using var call = pair.Channel.Open(Control + "ListenBuildHistory", [], Cancelled);
        await call.WriteAsync(query.Flag(3, true));
        call.EndWriting();
        var records = new List<BuildRecord>();
        while (await call.ReadAsync() is { } message)
        {
            records.Add(Parse(message.Span).Record);
        }

        return records;
    }

    /// <summary>In two parts.</summary>
    private async Task<byte[]> ReadAsync(HistoryBlob blob)
    {
        await using var pair = Serve();
        var parts = new List<byte>();
        foreach (var (offset, size) in new[] { (0L, 10L), (10L, 0L) })
        {
            await using var call = pair.Channel.Open(Content + "Read", [], Cancelled);
            await call.WriteAsync(new ProtoWriter().Text(1, blob.Digest.ToString()).Integer(2, offset).Integer(3, size));
            call.EndWriting();
            while (await call.ReadAsync() is { } message)
            {
                parts.AddRange(Data(message.Span));
            }
        }

        Assert.Equal(blob.Size, parts.Count);
        return [.. parts];
    }

    private static byte[] Data(ReadOnlySpan<byte> message)
    {
        var reader = new ProtoReader(message);
        while (reader.Next())
        {
            if (reader.Field == 2)
            {
                return reader.Bytes().ToArray();
            }

            reader.Skip();
        }

        return [];
    }

    private static async Task<HistoryEvent> NextAsync(GrpcClientCall call) => Parse((await call.ReadAsync())!.Value.Span);

    private static HistoryEvent Parse(ReadOnlySpan<byte> message)
    {
        var (kind, record) = (0L, (BuildRecord?)null);
        var reader = new ProtoReader(message);
        while (reader.Next())
        {
            if (reader.Field == 1)
            {
                kind = reader.Integer();
            }
            else
            {
                record = BuildRecord.Parse(reader.Bytes());
            }
        }

        return new((HistoryEventKind)kind, record!);
    }

    private sealed class Clock : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = DateTimeOffset.UtcNow;

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
