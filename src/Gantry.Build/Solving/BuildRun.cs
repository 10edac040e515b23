using System.Collections.Concurrent;
using System.Text;
using Gantry.Build.Progress;
using Gantry.Build.Sources.Git;
using Gantry.Build.Steps;
using Gantry.Build.Store;
using Gantry.Images.Content;
using Gantry.Spec;
using Gantry.Spec.Build;

namespace Gantry.Build.Solving;

/// <summary>
/// One build: solves its steps, each once, those that do not depend on each other side by side. The same step in
/// another build that runs now is waited for rather than done again.
/// </summary>
public sealed class BuildRun : IAsyncDisposable
{
    private readonly ConcurrentDictionary<Step, Node> nodes = new();
    private readonly ConcurrentDictionary<Step, DateTimeOffset> created = new();
    private readonly ConcurrentDictionary<GitAddress, Lazy<Task<GitCommit>>> commits = new();
    private readonly CancellationTokenSource stop;
    private readonly BuildHold hold;

    public BuildRun(BuildEnvironment environment, IBuildInputs inputs, IBuildProgress progress, CancellationToken cancellationToken)
    {
        (Environment, Inputs, Progress) = (environment, inputs, progress);
        stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        hold = environment.Store.Hold();
        Lease = environment.Images.BeginLease();
    }

    public BuildEnvironment Environment { get; }

    public IBuildInputs Inputs { get; }

    public IBuildProgress Progress { get; }

    /// <summary>Holds what of the images' content the build stands on.</summary>
    public ContentLease Lease { get; }

    public CancellationToken CancellationToken => stop.Token;

    public BuildStore Store => Environment.Store;

    /// <summary>The filesystem after a step. The first failure ends all that is under way.</summary>
    public Task<LayerStack> ResultAsync(Step step) => NodeOf(step).Result.Value;

    public Task<Digest> KeyAsync(Step step) => NodeOf(step).Key.Value;

    /// <summary>When the layer of a step was made: of one that was cached, long ago. Null where it was not solved, or has none.</summary>
    public DateTimeOffset? CreatedAt(Step step) => created.TryGetValue(step, out var at) ? at : null;

    /// <summary>Does something that shows as a step and is none of the graph.</summary>
    public async Task<T> LoadAsync<T>(Step shown, Func<StepReport, Task<T>> work)
    {
        T? result = default;
        await ExecuteAsync(shown, async report =>
        {
            result = await work(report).ConfigureAwait(false);
            return LayerStack.Empty;
        }).ConfigureAwait(false);
        return result!;
    }

    /// <summary>What a repository's address means in this build: its remote is asked once.</summary>
    public Task<GitCommit> FindCommitAsync(GitAddress address) => commits.GetOrAdd(address, wanted => new(() => LoadAsync(
        new MetadataStep { Name = $"[internal] load git source {wanted}" },
        report => Environment.Git.ResolveAsync(wanted, Inputs, report.Output, CancellationToken)))).Value;

    /// <summary>How a step is known to those who see the progress.</summary>
    public static string IdOf(Step step) => Digest.Sha256(Encoding.UTF8.GetBytes(step.Name + "\n" + step.Lines)).ToString();

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync().ConfigureAwait(false);
        foreach (var node in nodes.Values)
        {
            await SettledAsync(node.Key).ConfigureAwait(false);
            await SettledAsync(node.Result).ConfigureAwait(false);
        }

        foreach (var commit in commits.Values)
        {
            await SettledAsync(commit).ConfigureAwait(false);
        }

        Lease.Dispose();
        hold.Dispose();
        stop.Dispose();
    }

    private static async Task SettledAsync<T>(Lazy<Task<T>> work)
    {
        if (work.IsValueCreated)
        {
            await ((Task)work.Value).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private Node NodeOf(Step step) => nodes.GetOrAdd(step, added => new(
        new(() => Task.Run(() => GuardAsync(added, () => added.KeyAsync(this)))),
        new(() => Task.Run(() => GuardAsync(added, () => SolveAsync(added))))));

    private async Task<T> GuardAsync<T>(Step step, Func<Task<T>> work)
    {
        try
        {
            return await work().ConfigureAwait(false);
        }
        catch (Exception e)
        {
            // Whoever works beside this works in vain.
            await stop.CancelAsync().ConfigureAwait(false);
            throw e is StepFailedException or OperationCanceledException ? e : new StepFailedException(step, e.Message, null, [], e);
        }
    }

    private async Task<LayerStack> SolveAsync(Step step)
    {
        var key = await KeyAsync(step).ConfigureAwait(false);
        using var working = step.IsCacheable && !step.IgnoreCache ? await Store.LockAsync(key, CancellationToken).ConfigureAwait(false) : null;
        if (step.IsCacheable && !step.IgnoreCache && Store.Find(key, hold) is { } known)
        {
            await ShowCachedAsync(step).ConfigureAwait(false);
            created[step] = known.Created;
            Tell(step, StepState.Cached, null, null, null);
            return await AboveAsync(step, known.Stack).ConfigureAwait(false);
        }

        await Task.WhenAll(step.Inputs.Select(ResultAsync)).ConfigureAwait(false);
        CancellationToken.ThrowIfCancellationRequested();
        var result = await ExecuteAsync(step, report => step.ExecuteAsync(this, report)).ConfigureAwait(false);
        hold.Add(result);
        if (step.IsCacheable)
        {
            created[step] = Store.Add(key, result, result.Layers[^1], step.Name, step.Kind);
        }

        return await AboveAsync(step, result).ConfigureAwait(false);
    }

    private async Task<LayerStack> ExecuteAsync(Step step, Func<StepReport, Task<LayerStack>> work)
    {
        var started = Environment.Time.GetUtcNow();
        var report = new StepReport(IdOf(step), Progress, Environment.Time);
        Tell(step, StepState.Started, started, null, null);
        try
        {
            var result = await work(report).ConfigureAwait(false);
            Tell(step, StepState.Completed, started, Environment.Time.GetUtcNow(), null);
            return result;
        }
        catch (OperationCanceledException)
        {
            Tell(step, StepState.Cancelled, started, Environment.Time.GetUtcNow(), "CANCELED");
            throw;
        }
        catch (Exception e)
        {
            Tell(step, StepState.Failed, started, Environment.Time.GetUtcNow(), e.Message);
            throw;
        }
    }

    private async Task<LayerStack> AboveAsync(Step step, LayerStack own) =>
        step is { IsIndependent: true, Root: { } root } ? LayerStack.Of([.. (await ResultAsync(root).ConfigureAwait(false)).Layers, .. own.Layers]) : own;

    /// <summary>What a cached step stands on is cached too; it is told of, and not looked at further.</summary>
    private async Task ShowCachedAsync(Step step)
    {
        foreach (var input in step.Inputs)
        {
            if (input.IsIndependent || Store.Contains(await KeyAsync(input).ConfigureAwait(false)) || !input.IsCacheable)
            {
                await ResultAsync(input).ConfigureAwait(false);
            }
        }
    }

    private void Tell(Step step, StepState state, DateTimeOffset? started, DateTimeOffset? completed, string? error) => Progress.Report(new StepEvent
    {
        Step = IdOf(step),
        Name = step.Name,
        At = Environment.Time.GetUtcNow(),
        State = state,
        Inputs = [.. step.Inputs.Select(IdOf)],
        Started = started,
        Completed = completed,
        Error = error,
        Place = step.Place,
    });

    private sealed record Node(Lazy<Task<Digest>> Key, Lazy<Task<LayerStack>> Result);
}
