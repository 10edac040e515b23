using Gantry.Build;
using Gantry.Engine.Backends;
using Gantry.Server.BuildKit.Grpc;
using Gantry.Server.BuildKit.History;
using Gantry.Server.BuildKit.Wire;

namespace Gantry.Server.BuildKit.Control;

/// <summary><c>moby.buildkit.v1.Control</c>.</summary>
internal sealed class ControlService(Solves solves, SolveRunner runner, BuildHistory history, IBuildBackend builds)
{
    public IEnumerable<KeyValuePair<string, GrpcHandler>> Methods =>
    [
        new("/moby.buildkit.v1.Control/Solve", SolveAsync),
        new("/moby.buildkit.v1.Control/Status", StatusAsync),
        new("/moby.buildkit.v1.Control/ListWorkers", ListWorkersAsync),
        new("/moby.buildkit.v1.Control/Info", InfoAsync),
        new("/moby.buildkit.v1.Control/DiskUsage", DiskUsageAsync),
        new("/moby.buildkit.v1.Control/Prune", PruneAsync),
        // What clients measure of themselves goes nowhere.
        new("/opentelemetry.proto.collector.trace.v1.TraceService/Export", AcceptAsync),
        new("/opentelemetry.proto.collector.metrics.v1.MetricsService/Export", AcceptAsync),
    ];

    private async Task SolveAsync(GrpcCall call)
    {
        var request = SolveRequest.ParseControl((await call.ReadOneAsync().ConfigureAwait(false)).Span);
        var solve = solves.Get(request.Ref);
        if (!solve.Begin(request))
        {
            throw new GrpcException(GrpcCode.Unknown, $"job ID {request.Ref} exists");
        }

        try
        {
            Task<BuildOutcome?> build() => ResultAsync(solve, request, call.Aborted);
            var image = request.IsInternal ? await build().ConfigureAwait(false)
                : await history.RecordAsync(solve, request, call.Metadata("traceparent"), build).ConfigureAwait(false);
            await call.WriteAsync(new ProtoWriter().Pairs(1, image is null ? [] : SolveExports.Answer(request.Exports, image))).ConfigureAwait(false);
        }
        finally
        {
            solves.End(solve);
        }
    }

    /// <summary>Without a frontend the client is one, and says itself when it is done.</summary>
    private async Task<BuildOutcome?> ResultAsync(Solve solve, SolveRequest request, CancellationToken cancellationToken)
    {
        if (request is { HasDefinition: true, HasSteps: false, Frontend: "" })
        {
            return null;
        }

        if (request.Frontend.Length > 0 || request.HasSteps)
        {
            return (await runner.RunAsync(solve, request, request, sent: null, cancellationToken).ConfigureAwait(false)).Outcome;
        }

        var failure = await solve.Returned.WaitAsync(cancellationToken).ConfigureAwait(false);
        return failure.IsEmpty ? solve.Outcome : throw solve.Failure ?? SolveFailure.Parse(failure);
    }

    private async Task StatusAsync(GrpcCall call)
    {
        var reference = "";
        Read((await call.ReadOneAsync().ConfigureAwait(false)).Span, ref reference);
        if (history.FindCourse(reference) is { } course)
        {
            foreach (var message in course)
            {
                await call.WriteEncodedAsync(message).ConfigureAwait(false);
            }

            return;
        }

        var (solve, _) = await solves.WaitAsync(reference, call.Aborted).ConfigureAwait(false);
        await solve.Feed.SendAsync(call.WriteAsync, call.Aborted).ConfigureAwait(false);
    }

    private async Task ListWorkersAsync(GrpcCall call) => await call.WriteAsync(new ProtoWriter().Message(1, Workers.Record(builds.DescribeBuilder()))).ConfigureAwait(false);

    private static async Task InfoAsync(GrpcCall call) => await call.WriteAsync(new ProtoWriter().Message(1, Workers.Version())).ConfigureAwait(false);

    private static async Task AcceptAsync(GrpcCall call)
    {
        await call.ReadOneAsync().ConfigureAwait(false);
        await call.WriteAsync(new()).ConfigureAwait(false);
    }

    private async Task DiskUsageAsync(GrpcCall call)
    {
        var filters = CacheUsage.Filters((await call.ReadOneAsync().ConfigureAwait(false)).Span);
        var answer = new ProtoWriter();
        foreach (var record in builds.DescribeCache().Where(record => CacheUsage.Matches(record, filters)))
        {
            answer.Message(1, CacheUsage.Record(record));
        }

        await call.WriteAsync(answer).ConfigureAwait(false);
    }

    private async Task PruneAsync(GrpcCall call)
    {
        var options = CacheUsage.PruneOptions((await call.ReadOneAsync().ConfigureAwait(false)).Span);
        var before = builds.DescribeCache().ToDictionary(record => record.ID);
        var pruned = await builds.PruneAsync(options, call.Aborted).ConfigureAwait(false);
        foreach (var id in pruned.CachesDeleted ?? [])
        {
            if (before.TryGetValue(id, out var record))
            {
                await call.WriteAsync(CacheUsage.Record(record)).ConfigureAwait(false);
            }
        }
    }

    private static void Read(ReadOnlySpan<byte> message, ref string reference)
    {
        var reader = new ProtoReader(message);
        while (reader.Next())
        {
            if (reader.Field == 1)
            {
                reference = reader.Text();
            }
            else
            {
                reader.Skip();
            }
        }
    }
}
