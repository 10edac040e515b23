using System.Collections.Concurrent;
using System.Text;
using Gantry.Build.Caching;
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
    private static readonly TimeSpan LongProgram = TimeSpan.FromMilliseconds(100);
    private readonly ConcurrentDictionary<Step, Node> nodes = new();
    private readonly ConcurrentDictionary<Step, SolvedStep> solved = new();
    private readonly ConcurrentDictionary<Digest, Digest> contents = new();
    private readonly ConcurrentDictionary<string, bool> mounts = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<GitAddress, Lazy<Task<GitCommit>>> commits = new();
    private readonly ConcurrentDictionary<Uri, Digest> downloads = new();
    private readonly Preparations preparations;
    private readonly CancellationTokenSource stop;
    private readonly BuildHold hold;
    private StepFailedException? first;

    public BuildRun(BuildEnvironment environment, IBuildInputs inputs, IBuildProgress progress, CancellationToken cancellationToken)
    {
        (Environment, Inputs, Progress, Started) = (environment, inputs, progress, environment.Time.GetUtcNow());
        preparations = new(this);
        stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        hold = environment.Store.Hold();
        Lease = environment.Images.BeginLease();
    }

    public BuildEnvironment Environment { get; }

    public DateTimeOffset Started { get; }

    public IBuildInputs Inputs { get; }

    public IBuildProgress Progress { get; }

    /// <summary>Holds what of the images' content the build stands on.</summary>
    public ContentLease Lease { get; }

    public CancellationToken CancellationToken => stop.Token;

    public BuildStore Store => Environment.Store;

    /// <summary>The filesystem after a step. The first failure ends all that is under way.</summary>
    public Task<LayerStack> ResultAsync(Step step) => NodeOf(step).Result.Value;

    public Task<Digest> KeyAsync(Step step) => NodeOf(step).Key.Value;

    /// <summary>What became of a step that has a cache record; null where it was not solved.</summary>
    internal SolvedStep? FindSolved(Step step) => solved.GetValueOrDefault(step);

    /// <summary>As above; a step that was not looked at, because one that stands on it was known, is solved where that costs nothing but its layers.</summary>
    internal async Task<SolvedStep?> FindSolvedAsync(Step step)
    {
        if (!solved.ContainsKey(step) && step is { IsCacheable: true, IgnoreCache: false } && IsKnown(await KeyAsync(step).ConfigureAwait(false)))
        {
            await ResultAsync(step).ConfigureAwait(false);
        }

        return FindSolved(step);
    }

    /// <summary>Steps whose keys were found on the way.</summary>
    internal IEnumerable<Step> KnownSteps => nodes.Where(node => node.Value.Key is { IsValueCreated: true, Value.IsCompletedSuccessfully: true }).Select(node => node.Key).OrderBy(step => step.Lines?.Start);

    /// <summary>Told of each step that was done and not found; null where no archive will be wanted.</summary>
    internal ArchivesAhead? Archives { get; set; }

    /// <summary>Steps that were done elsewhere.</summary>
    internal CacheImports Imports { get; set; } = CacheImports.None;

    /// <summary>For keys of files of a stage, what these were found to be.</summary>
    internal IReadOnlyDictionary<Digest, Digest> Contents => contents;

    /// <summary>The ids of the cache mounts that steps used, or would have.</summary>
    internal IEnumerable<string> UsedMounts => mounts.Keys.Order(StringComparer.Ordinal);

    /// <summary>Holds a filesystem that no step leads to.</summary>
    internal LayerStack Keep(LayerStack stack)
    {
        hold.Add(stack);
        return stack;
    }

    /// <summary>What a step did ahead, now the caller's; null for nothing.</summary>
    internal Task<IDisposable?> TakePreparedAsync(Step step) => preparations.TakeAsync(step);

    internal void NoteMount(string id) => mounts[id] = true;

    /// <summary>The content that files of a stage are known to have, by a key of their own.</summary>
    internal Digest? FindContent(Digest key)
    {
        if ((Store.FindAlias(key) ?? Imports.FindContent(key)) is not { } known)
        {
            return null;
        }

        contents[key] = known;
        return known;
    }

    internal void NoteContent(Digest key, Digest content)
    {
        contents[key] = content;
        Store.AddAlias(key, content);
    }

    /// <summary>What a web server gave to a step; null where no step asked.</summary>
    internal Digest? FindDownload(Uri url) => downloads.TryGetValue(url, out var content) ? content : null;

    internal void NoteDownload(Uri url, Digest content) => downloads[url] = content;

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

        // They are begun by those above, and wait for what they begin.
        foreach (var node in nodes.Values)
        {
            await SettledAsync(node.Ahead).ConfigureAwait(false);
        }

        await preparations.DisposeAsync().ConfigureAwait(false);
        foreach (var commit in commits.Values)
        {
            await SettledAsync(commit).ConfigureAwait(false);
        }

        await Environment.Runner.SettleAsync().ConfigureAwait(false);
        Lease.Dispose();
        hold.Dispose();
        Environment.Images.Durability.Begin();
        Store.MeasureNew();
        stop.Dispose();
    }

    private static async Task SettledAsync<T>(Lazy<T> work)
        where T : Task
    {
        if (work.IsValueCreated)
        {
            await work.Value.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private Node NodeOf(Step step) => nodes.GetOrAdd(step, added => new(
        new(() => Task.Run(() => GuardAsync(added, () => added.KeyAsync(this)))),
        new(() => Task.Run(() => GuardAsync(added, () => SolveAsync(added)))),
        new(() => Task.Run(() => SolveNewAsync(added)))));

    private async Task<T> GuardAsync<T>(Step step, Func<Task<T>> work)
    {
        try
        {
            return await work().ConfigureAwait(false);
        }
        catch (Exception e)
        {
            var own = e is StepFailedException or OperationCanceledException ? e : new StepFailedException(step, e.Message, null, [], e);
            if (own is StepFailedException failure)
            {
                Interlocked.CompareExchange(ref first, failure, null);
            }

            // Whoever works beside this works in vain, and ends because of it.
            await stop.CancelAsync().ConfigureAwait(false);
            throw own is StepFailedException ? own : first ?? own;
        }
    }

    private async Task<LayerStack> SolveAsync(Step step)
    {
        var keyed = KeyAsync(step);
        if (!keyed.IsCompleted)
        {
            _ = SolveNewBeneathAsync(step);
        }

        var key = await keyed.ConfigureAwait(false);
        using var working = step.IsCacheable && !step.IgnoreCache ? await Store.LockAsync(key, CancellationToken).ConfigureAwait(false) : null;
        if (step.IsCacheable && !step.IgnoreCache && await FindAsync(step, key).ConfigureAwait(false) is { } found)
        {
            await ShowCachedAsync(step).ConfigureAwait(false);
            solved[step] = new(key, step.Name, found.Stack, found.Created);
            Tell(step, StepState.Cached, null, null, null);
            return await AboveAsync(step, found.Stack).ConfigureAwait(false);
        }

        await Task.WhenAll(step.Inputs.Select(ResultAsync)).ConfigureAwait(false);
        CancellationToken.ThrowIfCancellationRequested();
        var result = await ExecuteAsync(step, report => PrepareOthersWhileAsync(step, step.ExecuteAsync(this, report))).ConfigureAwait(false);
        hold.Add(result);
        if (step.IsCacheable)
        {
            var created = Environment.Time.GetUtcNow();
            Store.Add(key, result, result.Layers[^1], step.Name, step.Kind, created);
            solved[step] = new(key, step.Name, result, created);
        }

        Archives?.Begin(step, result);
        return await AboveAsync(step, result).ConfigureAwait(false);
    }

    /// <summary>
    /// A step's key may have to wait for files of the client. What it stands on is done meanwhile where that was never done:
    /// then the step was not either.
    /// </summary>
    private Task SolveNewBeneathAsync(Step step) => Task.WhenAll(step.Inputs.Select(input => NodeOf(input).Ahead.Value));

    private async Task SolveNewAsync(Step step)
    {
        var keyed = KeyAsync(step);
        var beneath = keyed.IsCompleted ? Task.CompletedTask : SolveNewBeneathAsync(step);
        if (step.IsCacheable && (step.IgnoreCache || !IsKnown(await keyed.ConfigureAwait(false))))
        {
            await ResultAsync(step).ConfigureAwait(false);
        }

        await beneath.ConfigureAwait(false);
    }

    /// <summary>A program that takes its time gives the steps that stand on it time to prepare themselves.</summary>
    private async Task<LayerStack> PrepareOthersWhileAsync(Step step, Task<LayerStack> work)
    {
        if (step.RunsProgram && await Task.WhenAny(work, Task.Delay(LongProgram, Environment.Time, CancellationToken)).ConfigureAwait(false) != work && !CancellationToken.IsCancellationRequested)
        {
            preparations.Begin(StandingOn(step));
        }

        return await work.ConfigureAwait(false);
    }

    /// <summary>The steps of the build that need one, the first of the Dockerfile first. What it does is new, so these are hardly known.</summary>
    private List<Step> StandingOn(Step step)
    {
        var known = new Dictionary<Step, bool>();
        return [.. nodes.Keys.Where(Stands).OrderBy(one => one.Lines?.Start)];

        bool Stands(Step one)
        {
            if (!known.TryGetValue(one, out var stands))
            {
                known[one] = stands = one.Inputs.Any(input => input == step || Stands(input));
            }

            return stands;
        }
    }

    private async Task<CacheRecord?> FindAsync(Step step, Digest key) =>
        Store.Find(key, hold) is { } here && Imports.Admits(here, Store) ? here
        : await Imports.TryBringAsync(step, key, this).ConfigureAwait(false) ? Store.Find(key, hold)
        : null;

    private bool IsKnown(Digest key) => Store.Contains(key) || Imports.Contains(key);

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
            // What was done elsewhere is brought only where its layers are those of the step itself.
            var key = input.IsIndependent || !input.IsCacheable ? (Digest?)null : await KeyAsync(input).ConfigureAwait(false);
            if (key is not { } one || Store.Contains(one) || (input == step.Root && Imports.Contains(one)))
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
        Lines = step.Lines,
    });

    /// <param name="Ahead">The result where it was never made, which then is wanted before it is asked for.</param>
    private sealed record Node(Lazy<Task<Digest>> Key, Lazy<Task<LayerStack>> Result, Lazy<Task> Ahead);
}

/// <summary>What became of a step.</summary>
/// <param name="Stack">The filesystem after it, or only its layer where it is independent.</param>
/// <param name="Created">When its layer was made: of one that was cached, long ago.</param>
internal sealed record SolvedStep(Digest Key, string Name, LayerStack Stack, DateTimeOffset Created);
