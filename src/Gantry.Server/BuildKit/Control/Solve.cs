using System.Collections.Concurrent;
using Gantry.Build;
using Gantry.Build.Outputs;
using Gantry.Server.BuildKit.Grpc;

namespace Gantry.Server.BuildKit.Control;

/// <summary>A build that a client asked for, under the name it gave it: several calls are about it.</summary>
internal sealed class Solve(string reference)
{
    private readonly Lock gate = new();
    private readonly TaskCompletionSource<SolveRequest> begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<ReadOnlyMemory<byte>> returned = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool isEnded;

    public string Ref => reference;

    public StatusFeed Feed { get; } = new(reference);

    /// <summary>What the client had fetched.</summary>
    public SolvedTrees Trees { get; } = new();

    /// <summary>What is to be made of the result.</summary>
    public Task<SolveRequest> Request => begun.Task;

    /// <summary>The client's own word that the build ended: empty, or the <c>google.rpc.Status</c> of its failure.</summary>
    public Task<ReadOnlyMemory<byte>> Returned => returned.Task;

    /// <summary>What was made, once it is.</summary>
    public BuildOutcome? Outcome { get; set; }

    /// <summary>What was made for builds that stand on this one, as long as this goes on.</summary>
    public IReadOnlyList<HeldBuild> Held { get; private set; } = [];

    /// <summary>The failure that the client was told; its details may not survive the way through the client.</summary>
    public GrpcException? Failure { get; set; }

    public bool Begin(SolveRequest request) => begun.TrySetResult(request);

    /// <param name="made">Owned by this from now on, in place of what it had; also where the client went away meanwhile, and nobody will ask for it.</param>
    public void Hold(IReadOnlyList<HeldBuild> made)
    {
        lock (gate)
        {
            if (!isEnded)
            {
                (made, Held) = (Held, made);
            }
        }

        Dispose(made);
    }

    public void End()
    {
        IReadOnlyList<HeldBuild> last;
        lock (gate)
        {
            isEnded = true;
            (last, Held) = (Held, []);
        }

        Dispose(last);
        Trees.Dispose();
        Feed.Complete();
    }

    public void Return(ReadOnlyMemory<byte> failure) => returned.TrySetResult(failure);

    private static void Dispose(IReadOnlyList<HeldBuild> builds)
    {
        foreach (var build in builds)
        {
            build.Dispose();
        }
    }
}

/// <summary>The builds that go on.</summary>
internal sealed class Solves
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private readonly ConcurrentDictionary<string, Solve> byRef = new(StringComparer.Ordinal);

    /// <summary>The build of that name, whichever call about it comes first.</summary>
    public Solve Get(string reference) => reference.Length > 0
        ? byRef.GetOrAdd(reference, name => new(name))
        : throw new GrpcException(GrpcCode.InvalidArgument, "the build has no ref");

    /// <summary>What builds made that others stand on.</summary>
    /// <param name="place">The ref of a build, <c>#</c>, and the platform.</param>
    public HeldBuild RequireHeld(string place) => place.Split('#') is [var reference, var platform] && byRef.GetValueOrDefault(reference)?.Held.FirstOrDefault(build => build.Platform.ToString() == platform) is { } held
        ? held
        : throw new GrpcException(GrpcCode.NotFound, $"what the build {place} made is not here any more");

    /// <summary>The build of that name, once it was asked for.</summary>
    public async Task<(Solve Solve, SolveRequest Request)> WaitAsync(string reference, CancellationToken cancellationToken)
    {
        var solve = Get(reference);
        try
        {
            return (solve, await solve.Request.WaitAsync(Patience, cancellationToken).ConfigureAwait(false));
        }
        catch (TimeoutException e)
        {
            byRef.TryRemove(new(reference, solve));
            throw new GrpcException(GrpcCode.NotFound, $"no such job {reference}", default, e);
        }
    }

    /// <summary>A client may still ask how the build went; a little later nobody does.</summary>
    public void End(Solve solve)
    {
        solve.End();
        _ = Task.Delay(Patience).ContinueWith(_ => byRef.TryRemove(new(solve.Ref, solve)), TaskScheduler.Default);
    }
}
