using Gantry.Build.Solving;
using Gantry.Build.Sources;
using Gantry.Engine.Backends;
using Gantry.Engine.Images;
using Gantry.Images;
using Gantry.Images.Pulling;
using Gantry.Spec;
using Gantry.Spec.Build;
using Gantry.Spec.Image;

namespace Gantry.Engine.Building;

/// <summary>What a client gave with its request.</summary>
internal sealed class BuildInputs(ImageStore store, BuildJob job, ContextStore contexts, ContextTree? context, IReadOnlyDictionary<string, SourceTree> named, TimeProvider time) : IBuildInputs
{
    private const string DockerHub = "https://index.docker.io/v1/";

    public Task<SourceTree> OpenContextAsync(string? name, CancellationToken cancellationToken) => name is null && context is not null ? Task.FromResult<SourceTree>(context)
        : job.Client is { } client ? client.OpenContextAsync(name, contexts, cancellationToken)
        : Task.FromResult(name is not null && named.TryGetValue(name, out var other) ? other : throw new NotFoundException($"no context named {name} came with the build"));

    public Task<byte[]?> FindSecretAsync(string id, CancellationToken cancellationToken) => job.Client?.FindSecretAsync(id, cancellationToken) ?? Task.FromResult(job.Secrets.GetValueOrDefault(id));

    public Task<string?> FindAgentAsync(string id, CancellationToken cancellationToken) => job.Client?.FindAgentAsync(id, cancellationToken) ?? Task.FromResult(job.Agents.GetValueOrDefault(id));

    public Task<IgnorePatterns?> FindIgnoredAsync(CancellationToken cancellationToken) =>
        job.Client?.FindIgnoredAsync(cancellationToken) ?? Task.FromResult(context?.Ignored);

    public async Task<ImageConfiguration> GetConfigurationAsync(ImageReference reference, Platform platform, bool pull, CancellationToken cancellationToken) =>
        !pull && FindHere(reference, platform) is { } here ? here.Configuration
        : await store.GetRemoteConfigurationAsync(reference, platform, await AuthOfAsync(reference, cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);

    public async Task<Image> GetImageAsync(ImageReference reference, Platform platform, bool pull, StepReport report, CancellationToken cancellationToken)
    {
        if (!pull && FindHere(reference, platform) is { } here)
        {
            return here;
        }

        return await store.PullAsync(reference, platform, await AuthOfAsync(reference, cancellationToken).ConfigureAwait(false), new PullReport(report, time), cancellationToken).ConfigureAwait(false);
    }

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

    private sealed class PullReport(StepReport report, TimeProvider time) : IProgress<PullProgress>
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
