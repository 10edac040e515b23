using System.Text.Json;
using Gantry.Build.Solving;
using Gantry.Build.Sources;
using Gantry.Build.Steps;
using Gantry.Build.Store;
using Gantry.Images;
using Gantry.Linux.Files;
using Gantry.Spec;
using Gantry.Spec.Image;
using Microsoft.Extensions.Logging;

namespace Gantry.Build.Caching;

/// <summary>The caches that a build looks into. One that cannot be read is told of, and the build goes on without it.</summary>
internal sealed partial class CacheImports
{
    private const int MostDocumentBytes = 8 << 20;
    private IReadOnlyList<ImportedCache> caches = [];
    private IReadOnlyList<Image>? sources;

    public static CacheImports None { get; } = new();

    public static async Task<CacheImports> OpenAsync(BuildRun run, IReadOnlyList<CacheOrigin> origins, Platform platform)
    {
        var images = origins.OfType<ImageCacheOrigin>().ToList();
        var found = images.Select(origin => run.Environment.Images.TryResolve(origin.Name)).OfType<Image>().ToList();
        var opened = await Task.WhenAll(origins.Except(images).Select(origin => TryOpenAsync(run, origin, platform))).ConfigureAwait(false);
        return new()
        {
            caches = [.. opened.Concat(found.Select(image => OpenImage(run, image))).OfType<ImportedCache>()],
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

    private static async Task<ImportedCache?> TryOpenAsync(BuildRun run, CacheOrigin origin, Platform platform)
    {
        try
        {
            return await run.LoadAsync(
                new MetadataStep { Name = $"importing cache manifest from {origin.Name}" },
                _ => origin is ContextCacheOrigin context ? OpenContextAsync(run, context) : OpenRegistryAsync(run, ((RegistryCacheOrigin)origin).Reference, platform)).ConfigureAwait(false);
        }
        catch (GantryException)
        {
            // The step that failed shows why.
            return null;
        }
    }

    private static async Task<ImportedCache?> OpenRegistryAsync(BuildRun run, ImageReference reference, Platform platform)
    {
        if (run.Environment.Images.TryResolve(reference.ToString()) is { Configuration.BuildCache: not null } here)
        {
            return OpenImage(run, here);
        }

        var found = await run.Inputs.OpenArtifactAsync(reference, platform, run.Lease, run.CancellationToken).ConfigureAwait(false);
        return ImportedCache.Read(found.Manifest, found.Configuration, found.FetchAsync);
    }

    private static ImportedCache? OpenImage(BuildRun run, Image image)
    {
        var content = run.Environment.Images.Content;
        return image.Configuration.BuildCache is null ? null : ImportedCache.Read(image.Manifest, content.Read(image.Id), (blob, _) =>
        {
            run.Lease.Hold(blob.Digest);
            return content.Contains(blob.Digest) ? Task.CompletedTask : throw new NotFoundException($"layer {blob.Digest} of {image.Id} is not here");
        });
    }

    private static async Task<ImportedCache?> OpenContextAsync(BuildRun run, ContextCacheOrigin origin)
    {
        var tree = await run.Inputs.OpenContextAsync(origin.Context, run.CancellationToken).ConfigureAwait(false);
        var index = Parse(Read(tree, "index.json"), ImageJson.Default.ImageIndex);
        var target = index.Manifests.FirstOrDefault(manifest => manifest.Annotations?.GetValueOrDefault("org.opencontainers.image.ref.name") == origin.Tag)
            ?? throw new NotFoundException($"{origin.Name} has no cache named {origin.Tag}");
        var manifest = Parse(Read(tree, PathOf(target.Digest)), ImageJson.Default.ImageManifest);
        return ImportedCache.Read(manifest, Read(tree, PathOf(manifest.Config.Digest)), (blob, cancellationToken) => Task.Run(
            () => Take(run, tree, blob, cancellationToken), cancellationToken));
    }

    private static void Take(BuildRun run, SourceTree tree, Descriptor blob, CancellationToken cancellationToken)
    {
        run.Lease.Hold(blob.Digest);
        var content = run.Environment.Images.Content;
        if (content.Contains(blob.Digest))
        {
            return;
        }

        using var file = tree.OpenFile(FileAt(tree, PathOf(blob.Digest))).OpenStream();
        using var staged = content.Ingest(file, cancellationToken);
        if (staged.Digest != blob.Digest)
        {
            throw new InvalidArgumentException($"the cache is corrupted: blob {blob.Digest} has the digest {staged.Digest}");
        }

        staged.Publish();
    }

    private static byte[] Read(SourceTree tree, string path)
    {
        var file = FileAt(tree, path);
        if (file.Size > MostDocumentBytes)
        {
            throw new InvalidArgumentException($"{path} of the cache has {file.Size} bytes: at most {MostDocumentBytes} are read");
        }

        var content = new byte[file.Size];
        using var stream = tree.OpenFile(file).OpenStream();
        stream.ReadExactly(content);
        return content;
    }

    private static SourceEntry FileAt(SourceTree tree, string path) =>
        tree.Resolve(path) is { Kind: FileKind.Regular } file ? file : throw new NotFoundException($"the cache has no {path}");

    private static T Parse<T>(byte[] document, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type)
    {
        try
        {
            return JsonSerializer.Deserialize(document, type) ?? throw new InvalidArgumentException("the cache is not valid: a document of it is empty");
        }
        catch (JsonException e)
        {
            throw new InvalidArgumentException($"the cache is not valid: {e.Message}", e);
        }
    }

    private static string PathOf(Digest digest) => $"blobs/{digest.Algorithm}/{digest.Hex}";

    [LoggerMessage(LogLevel.Warning, "a build cannot have {Subject} from a cache, and makes it: {Reason}")]
    private static partial void LogLost(ILogger logger, string subject, string reason);
}
