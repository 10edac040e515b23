using Gantry.Build.Sources;
using Gantry.Engine.Backends;
using Gantry.Server.BuildKit.Grpc;
using Gantry.Server.BuildKit.Wire;

namespace Gantry.Server.BuildKit.Control;

/// <summary>
/// <c>moby.buildkit.v1.frontend.LLBBridge</c>: a client that asked for a build without a frontend is the frontend itself,
/// and here it lets another do the work.
/// </summary>
internal sealed class BridgeService(Solves solves, SolveRunner runner, IBuildBackend builds)
{
    private const string BuildId = "buildkit-controlapi-buildid";

    /// <summary>What a client must know of to say how its build ended, and no more.</summary>
    private static readonly string[] Capabilities = ["solve.base", "return", "returnmap", "proto.refarray", "gateway.solve.metadata", "gateway.evaluate", "frontend.caps", "frontend.inputs", "reference.output", "readfile", "statfile", "readdir"];

    /// <summary>What the builder itself can do.</summary>
    private static readonly string[] BuilderCapabilities =
    [
        "exporter.image.attestations", "exporter.multiple", "source.git", "source.git.keepgitdir", "source.git.fullurl", "source.git.httpauth", "source.git.knownsshhosts", "source.git.mountsshsock", "source.git.subdir",
        "source.http", "file.base", "constraints", "platform", "meta.ignorecache", "meta.description", "meta.exportcache",
    ];

    public IEnumerable<KeyValuePair<string, GrpcHandler>> Methods =>
    [
        new("/moby.buildkit.v1.frontend.LLBBridge/Ping", PingAsync),
        new("/moby.buildkit.v1.frontend.LLBBridge/Solve", SolveAsync),
        new("/moby.buildkit.v1.frontend.LLBBridge/ReadFile", call => AnswerAsync(call, BridgeFiles.Read)),
        new("/moby.buildkit.v1.frontend.LLBBridge/StatFile", call => AnswerAsync(call, BridgeFiles.Stat)),
        new("/moby.buildkit.v1.frontend.LLBBridge/ReadDir", call => AnswerAsync(call, BridgeFiles.List, ofDirectory: true)),
        new("/moby.buildkit.v1.frontend.LLBBridge/Evaluate", EvaluateAsync),
        new("/moby.buildkit.v1.frontend.LLBBridge/Return", ReturnAsync),
    ];

    private async Task PingAsync(GrpcCall call)
    {
        await FindAsync(call).ConfigureAwait(false);
        var answer = new ProtoWriter();
        foreach (var (field, capability) in Capabilities.Select(name => (1, name)).Concat(BuilderCapabilities.Select(name => (2, name))))
        {
            answer.Message(field, new ProtoWriter().Text(1, capability).Flag(2, true));
        }

        await call.WriteAsync(answer.Message(3, Workers.Record(builds.DescribeBuilder()))).ConfigureAwait(false);
    }

    private async Task SolveAsync(GrpcCall call)
    {
        var (solve, request) = await FindAsync(call).ConfigureAwait(false);
        var wanted = SolveRequest.ParseBridge((await call.ReadOneAsync().ConfigureAwait(false)).Span);
        SolveResult result;
        try
        {
            if (RemoteDefinition.Find(wanted.Definition.Span) is { } remote)
            {
                var tree = await runner.FetchAsync(solve, request, wanted, remote, call.Aborted).ConfigureAwait(false);
                await call.WriteAsync(SolveResult.Response(solve.Trees.Add(tree), wanted.Definition.Span)).ConfigureAwait(false);
                return;
            }

            result = await runner.RunAsync(solve, request, wanted, sent: null, call.Aborted).ConfigureAwait(false);
            solve.Outcome = result.Outcome;
        }
        catch (GrpcException e)
        {
            solve.Failure = e;
            throw;
        }

        await call.WriteAsync(result.Response()).ConfigureAwait(false);
    }

    private async Task AnswerAsync(GrpcCall call, Func<SourceTree, FileQuestion, ProtoWriter> answer, bool ofDirectory = false)
    {
        var (solve, _) = await FindAsync(call).ConfigureAwait(false);
        var question = FileQuestion.Parse((await call.ReadOneAsync().ConfigureAwait(false)).Span, ofDirectory);
        await call.WriteAsync(answer(solve.Trees.Require(question.Tree), question)).ConfigureAwait(false);
    }

    private async Task EvaluateAsync(GrpcCall call)
    {
        // Nothing is left to be done of what was solved.
        await FindAsync(call).ConfigureAwait(false);
        await call.WriteAsync(new()).ConfigureAwait(false);
    }

    private async Task ReturnAsync(GrpcCall call)
    {
        var (solve, _) = await FindAsync(call).ConfigureAwait(false);
        solve.Return(Failure(await call.ReadOneAsync().ConfigureAwait(false)));
        await call.WriteAsync(new()).ConfigureAwait(false);
    }

    private Task<(Solve Solve, SolveRequest Request)> FindAsync(GrpcCall call) => solves.WaitAsync(call.Metadata(BuildId) ?? "", call.Aborted);

    private static ReadOnlyMemory<byte> Failure(ReadOnlyMemory<byte> message)
    {
        var reader = new ProtoReader(message.Span);
        while (reader.Next())
        {
            if (reader.Field == 2)
            {
                return reader.Bytes().ToArray();
            }

            reader.Skip();
        }

        return default;
    }
}
