using System.Collections.Concurrent;
using Gantry.Build.Solving;
using Gantry.Build.Sources;
using Gantry.Engine.Backends;
using Gantry.Engine.Images;
using Gantry.Images;
using Gantry.Images.Content;
using Gantry.Images.Layouts;
using Gantry.Images.Pulling;
using Gantry.Spec;
using Gantry.Spec.Build;
using Gantry.Spec.Image;

namespace Gantry.Engine.Building;

/// <summary>What a client gave with its request, or gives while its build goes on.</summary>
internal sealed class BuildInputs(ImageStore store, BuildJob job, ContextStore contexts, RemoteContexts remotes, IBuildProgress progress, TimeProvider time) : IBuildInputs, IAsyncDisposable
{
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(200);
    private const string DockerHub = "https://index.docker.io/v1/";
    private readonly string build = Guid.NewGuid().ToString("N");
    private readonly Dictionary<string, Lazy<Task<SourceTree>>> taken = new(StringComparer.Ordinal);
    private readonly List<IDisposable> owned = [];
    private readonly ConcurrentDictionary<string, Lazy<Task<SourceTree>>> fetched = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, SourcePin> pins = new(StringComparer.Ordinal);

    /// <summary>What the client left out of the build's own context; null where nothing, or where that is not known.</summary>
    public IgnorePatterns? Ignored { get; set; }

    /// <summary>Gives the build a context, which may be on its way.</summary>
    /// <param name="name">Null for the build's own.</param>
    /// <param name="tree">The context.</param>
    /// <param name="owner">Disposed when the build ends, and with it the tree.</param>
    /// <param name="received">How many bytes of it came so far, for it to be shown as a step; null where it is all here.</param>
    public void Use(string? name, Task<SourceTree> tree, IDisposable owner, Func<long>? received = null)
    {
        taken.Add(name ?? "", new(() => received is null ? tree
            : Shown(name is null ? "[internal] load build context" : $"[context {name}] load from client").RunAsync(report => WaitAsync(tree, received, report))));
        owned.Add(owner);
    }

    /// <summary>The build's own context from an address. Text that comes in place of one is the Dockerfile of an empty one.</summary>
    public async Task<(SourceTree Tree, string? Dockerfile)> FetchAsync(string address, CancellationToken cancellationToken)
    {
        var keepGitDirectory = job.Request.Arguments.GetValueOrDefault("BUILDKIT_CONTEXT_KEEP_GIT_DIR") is "1" or "true";
        var context = await Shown(ContextAddress.IsGit(address) ? $"[internal] load git source {ContextAddress.Describe(address)}" : "[internal] load remote build context")
            .RunAsync(report => remotes.OpenAsync(address, keepGitDirectory, this, report, cancellationToken)).ConfigureAwait(false);
        pins[""] = context.Pin;
        return (context.Tree, context.Dockerfile);
    }

    /// <summary>One file from an address, <c>context</c>.</summary>
    public async Task<SourceTree> FetchFileAsync(string address, CancellationToken cancellationToken) =>
        (await Shown($"[internal] load {ContextAddress.Describe(address)}").RunAsync(report => remotes.OpenNamedAsync(address, this, report, cancellationToken)).ConfigureAwait(false)).Tree;

    public void Narrow(IReadOnlyDictionary<string, IReadOnlyList<string>> paths) => job.Client?.Narrow(paths);

    public Task<SourceTree> OpenContextAsync(string? name, CancellationToken cancellationToken) => taken.TryGetValue(name ?? "", out var tree) ? tree.Value.WaitAsync(cancellationToken)
        : name is not null && job.Request.Contexts.TryGetValue(name, out var address) && ContextAddress.IsRemote(address)
            ? fetched.GetOrAdd(name, _ => new(() => FetchNamedAsync(name, address, cancellationToken))).Value
        : job.Client is { } client ? client.OpenContextAsync(name, contexts, cancellationToken)
        : throw new NotFoundException($"no context named {name} came with the build");

    public SourcePin? FindPin(string? name) => pins.GetValueOrDefault(name ?? "");

    public async Task<ILayoutSource> OpenLayoutAsync(string place, CancellationToken cancellationToken) => taken.TryGetValue(place, out var tree) ? new LayoutTree(await tree.Value.WaitAsync(cancellationToken).ConfigureAwait(false))
        : job.Client?.OpenLayout(place) ?? throw new NotFoundException($"no OCI layout named {place} came with the build");

    public Task<byte[]?> FindSecretAsync(string id, CancellationToken cancellationToken) => job.Client?.FindSecretAsync(id, cancellationToken) ?? Task.FromResult(job.Secrets.GetValueOrDefault(id));

    public Task<string?> FindAgentAsync(string id, CancellationToken cancellationToken) => job.Client?.FindAgentAsync(id, cancellationToken) ?? Task.FromResult(job.Agents.GetValueOrDefault(id));

    public Task<IgnorePatterns?> FindIgnoredAsync(CancellationToken cancellationToken) =>
        job.Client?.FindIgnoredAsync(cancellationToken) ?? Task.FromResult(Ignored);

    public async Task<ImageConfiguration> GetConfigurationAsync(ImageReference reference, Platform platform, bool pull, CancellationToken cancellationToken) =>
        !pull && FindHere(reference, platform) is { } here ? here.Configuration
        : await store.GetRemoteConfigurationAsync(reference, platform, await AuthOfAsync(reference, cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);

    public async Task<Image> GetImageAsync(ImageReference reference, Platform platform, bool pull, StepReport report, CancellationToken cancellationToken)
    {
        if (!pull && FindHere(reference, platform) is { } here)
        {
            return here;
        }

        return await store.PullBaseAsync(reference, platform, await AuthOfAsync(reference, cancellationToken).ConfigureAwait(false), new LayerReport(report, time), cancellationToken).ConfigureAwait(false);
    }

    public async Task PushAsync(ImageReference name, Descriptor target, Image image, bool insecure, StepReport report, CancellationToken cancellationToken) =>
        await store.PushMadeAsync(name, target, image, insecure, await AuthOfAsync(name, cancellationToken).ConfigureAwait(false), new LayerReport(report, time), cancellationToken).ConfigureAwait(false);

    public async Task<RemoteArtifact> OpenArtifactAsync(ImageReference reference, Platform platform, ContentLease lease, CancellationToken cancellationToken) =>
        await store.OpenArtifactAsync(reference, platform, await AuthOfAsync(reference, cancellationToken).ConfigureAwait(false), lease, cancellationToken).ConfigureAwait(false);

    public async Task PushArtifactAsync(
        ImageReference name, string configurationType, byte[] configuration, IReadOnlyList<Descriptor> blobs, ContentLease lease, StepReport report, CancellationToken cancellationToken) =>
        await store.PushArtifactAsync(
            name, configurationType, configuration, blobs, await AuthOfAsync(name, cancellationToken).ConfigureAwait(false), new LayerReport(report, time), lease, cancellationToken).ConfigureAwait(false);

    private Image? FindHere(ImageReference reference, Platform platform)
    {
        var here = store.TryResolve(reference.ToString());
        if (here is null || platform.Rank(here.Platform) is not null)
        {
            return here;
        }

        try
        {
            return store.Resolve(reference.ToString(), platform);
        }
        catch (NotFoundException)
        {
            // It is here for other platforms only.
            return null;
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var context in fetched.Values.Where(context => context.IsValueCreated))
        {
            await ((Task)context.Value).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (context.Value.IsCompletedSuccessfully)
            {
                (await context.Value.ConfigureAwait(false)).Dispose();
            }
        }

        owned.ForEach(owner => owner.Dispose());
        // Those that did not come end with their owners, and say so.
        foreach (var context in taken.Values.Where(context => context.IsValueCreated))
        {
            await ((Task)context.Value).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<SourceTree> FetchNamedAsync(string name, string address, CancellationToken cancellationToken)
    {
        var context = await Shown($"[context {name}] {ContextAddress.Describe(address)}").RunAsync(report => remotes.OpenNamedAsync(address, this, report, cancellationToken)).ConfigureAwait(false);
        pins[name] = context.Pin;
        return context.Tree;
    }

    private async Task<SourceTree> WaitAsync(Task<SourceTree> tree, Func<long> received, StepReport report)
    {
        const string Part = "transferring context:";
        var started = time.GetUtcNow();
        while (await Task.WhenAny(tree, Task.Delay(Pace, time)).ConfigureAwait(false) != tree)
        {
            report.Part(Part, received(), 0, started, done: false);
        }

        var whole = await tree.ConfigureAwait(false);
        report.Part(Part, received(), 0, started, done: true);
        return whole;
    }

    private ShownStep Shown(string name) => new(progress, time, build, name);

    private async Task<Gantry.Spec.Distribution.RegistryAuth?> AuthOfAsync(ImageReference reference, CancellationToken cancellationToken)
    {
        var host = reference.Domain;
        if (job.Client is { } client)
        {
            return ImageService.ToRegistryAuth(await client.FindAuthAsync(host, cancellationToken).ConfigureAwait(false));
        }

        var auth = job.Auths.GetValueOrDefault(host)
            ?? job.Auths.FirstOrDefault(pair => pair.Key == $"https://{host}" || pair.Key == $"https://{host}/" || (host == "docker.io" && pair.Key == DockerHub)).Value;
        return ImageService.ToRegistryAuth(auth);
    }

    private sealed class LayerReport(StepReport report, TimeProvider time) : IProgress<PullProgress>
    {
        private readonly DateTimeOffset started = time.GetUtcNow();

        public void Report(PullProgress value)
        {
            if (value.Id is { } id && value.Total is > 0)
            {
                report.Part($"{value.Status} {id}", value.Current ?? 0, value.Total.Value, started, value.Current == value.Total);
            }
        }
    }
}
