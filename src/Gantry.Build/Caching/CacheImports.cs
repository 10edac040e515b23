using Gantry.Build.Solving;
using Gantry.Build.Steps;
using Gantry.Build.Store;
using Gantry.Images;
using Gantry.Spec;
using Microsoft.Extensions.Logging;

namespace Gantry.Build.Caching;

/// <summary>The caches that a build looks into. One that cannot be read is told of, and the build goes on without it.</summary>
internal sealed partial class CacheImports
{
    private IReadOnlyList<ImportedCache> caches = [];
    private IReadOnlyList<Image>? sources;

    public static CacheImports None { get; } = new();

    public static async Task<CacheImports> OpenAsync(BuildRun run, IReadOnlyList<CacheOrigin> origins, IReadOnlyList<Platform> platforms)
    {
        var images = origins.OfType<ImageCacheOrigin>().ToList();
        var found = images.Select(origin => run.Environment.Images.TryResolve(origin.Name)).OfType<Image>().ToList();
        var opened = await Task.WhenAll(origins.Except(images).Select(origin => TryOpenAsync(run, origin, platforms))).ConfigureAwait(false);
        return new()
        {
            caches = [.. opened.SelectMany(cache => cache).Concat(found.Select(image => OpenImage(run, image)).OfType<ImportedCache>())],
            sources = images.Count == 0 ? null : found,
        };
    }

    /// <summary>Whether what is known here of a step may be taken.</summary>
    public bool Admits(CacheRecord known, BuildStore store) =>
        sources is null || (store.DiffIdsOf(known.Stack) is { } layers && sources.Any(image => image.DiffIds.Take(layers.Count).SequenceEqual(layers)));

    public bool Contains(Digest key) => caches.Any(cache => cache.Contains(key));

    public Digest? FindContent(Digest key) => caches.Select(cache => cache.FindContent(key)).FirstOrDefault(found => found is not null);

    /// <summary>Brings what a step leads to into the build store.</summary>
    /// <returns>False where no cache has it.</returns>
    public async Task<bool> TryBringAsync(Step step, Digest key, BuildRun run)
    {
        foreach (var cache in caches)
        {
            try
            {
                if (await cache.TryBringAsync(step, key, run).ConfigureAwait(false))
                {
                    return true;
                }
            }
            catch (GantryException e)
            {
                // What a cache promised and does not have is made.
                LogLost(run.Environment.Logger, step.Name, e.Message);
            }
        }

        return false;
    }

    public async Task<Digest?> TryBringMountAsync(string id, BuildRun run)
    {
        foreach (var cache in caches)
        {
            try
            {
                if (await cache.TryBringMountAsync(id, run.CancellationToken).ConfigureAwait(false) is { } blob)
                {
                    return blob;
                }
            }
            catch (GantryException e)
            {
                LogLost(run.Environment.Logger, $"cache mount {id}", e.Message);
            }
        }

        return null;
    }

    private static async Task<IReadOnlyList<ImportedCache>> TryOpenAsync(BuildRun run, CacheOrigin origin, IReadOnlyList<Platform> platforms)
    {
        try
        {
            return await run.LoadAsync(
                new MetadataStep { Name = $"importing cache manifest from {origin.Name}" },
                _ => origin is LayoutCacheOrigin layout ? OpenLayoutAsync(run, layout) : OpenRegistryAsync(run, ((RegistryCacheOrigin)origin).Reference, platforms)).ConfigureAwait(false);
        }
        catch (GantryException)
        {
            // The step that failed shows why.
            return [];
        }
    }

    /// <summary>An image has the cache of its platform.</summary>
    private static async Task<IReadOnlyList<ImportedCache>> OpenRegistryAsync(BuildRun run, ImageReference reference, IReadOnlyList<Platform> platforms)
    {
        if (platforms.Count == 1 && run.Environment.Images.TryResolve(reference.ToString()) is { Configuration.BuildCache: not null } here)
        {
            return OneOrNone(OpenImage(run, here));
        }

        var found = new Dictionary<Digest, RemoteArtifact>();
        foreach (var platform in platforms)
        {
            try
            {
                var artifact = await run.Inputs.OpenArtifactAsync(reference, platform, run.Lease, run.CancellationToken).ConfigureAwait(false);
                found.TryAdd(artifact.Manifest.Config.Digest, artifact);
            }
            catch (NotFoundException) when (found.Count > 0)
            {
                // It was built for another platform only.
            }
        }

        return [.. found.Values.SelectMany(artifact => OneOrNone(ImportedCache.Read(artifact.Manifest, artifact.Configuration, artifact.FetchAsync)))];
    }

    private static IReadOnlyList<ImportedCache> OneOrNone(ImportedCache? cache) => cache is null ? [] : [cache];

    private static ImportedCache? OpenImage(BuildRun run, Image image)
    {
        var content = run.Environment.Images.Content;
        return image.Configuration.BuildCache is null ? null : ImportedCache.Read(image.Manifest, content.Read(image.Id), (blob, _) =>
        {
            run.Lease.Hold(blob.Digest);
            return content.Contains(blob.Digest) ? Task.CompletedTask : throw new NotFoundException($"layer {blob.Digest} of {image.Id} is not here");
        });
    }

    private static async Task<IReadOnlyList<ImportedCache>> OpenLayoutAsync(BuildRun run, LayoutCacheOrigin origin)
    {
        var layout = await run.Inputs.OpenLayoutAsync(origin.Place, run.CancellationToken).ConfigureAwait(false);
        var target = origin.Digest ?? await layout.ResolveAsync(origin.Tag, run.CancellationToken).ConfigureAwait(false);
        var found = await run.Environment.Images.OpenArtifactAsync(layout, target, origin.Name, run.Lease, run.CancellationToken).ConfigureAwait(false);
        return OneOrNone(ImportedCache.Read(found.Manifest, found.Configuration, found.FetchAsync));
    }

    [LoggerMessage(LogLevel.Warning, "a build cannot have {Subject} from a cache, and makes it: {Reason}")]
    private static partial void LogLost(ILogger logger, string subject, string reason);
}
