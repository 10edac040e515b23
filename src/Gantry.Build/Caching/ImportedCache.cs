using System.Text.Json;
using Gantry.Build.Solving;
using Gantry.Build.Store;
using Gantry.Images.Layers;
using Gantry.Spec;
using Gantry.Spec.Build;
using Gantry.Spec.Image;

namespace Gantry.Build.Caching;

/// <summary>Steps that were done elsewhere; the layers come when one of them is wanted.</summary>
internal sealed class ImportedCache
{
    private const string BuildKitType = "application/vnd.buildkit.cacheconfig.v0";
    private readonly IReadOnlyList<(Descriptor Blob, Digest DiffId)> layers;
    private readonly Func<Descriptor, CancellationToken, Task> fetch;
    private readonly Dictionary<Digest, SharedStep> steps = [];
    private readonly SharedCache document;

    /// <param name="layers">What the document's indexes mean.</param>
    /// <param name="fetch">Brings a blob into the content store, verified and held.</param>
    public ImportedCache(SharedCache document, IReadOnlyList<(Descriptor Blob, Digest DiffId)> layers, Func<Descriptor, CancellationToken, Task> fetch)
    {
        (this.document, this.layers, this.fetch) = (document, layers, fetch);
        foreach (var step in document.Steps.Where(step => step.Layers.Count > 0 && step.Layers.All(IsLayer)))
        {
            steps[step.Key] = step;
        }
    }

    /// <summary>Reads one of a manifest's configuration; null where there is none.</summary>
    public static ImportedCache? Read(ImageManifest manifest, byte[] configuration, Func<Descriptor, CancellationToken, Task> fetch)
    {
        if (manifest.Config.MediaType == BuildKitType || manifest.Layers.Any(layer => layer.MediaType == BuildKitType))
        {
            throw new InvalidArgumentException("this is a cache of BuildKit, which has other names for steps: gantry reads those that gantry wrote");
        }

        try
        {
            var image = manifest.Config.MediaType == SharedCache.MediaType ? null : JsonSerializer.Deserialize(configuration, ImageJson.Default.ImageConfiguration);
            var document = image is null ? JsonSerializer.Deserialize(configuration, ImageJson.Default.SharedCache) : image.BuildCache;
            var diffIds = image?.RootFs.DiffIds ?? document?.DiffIds ?? [];
            return document is null || diffIds.Count != manifest.Layers.Count ? null : new(document, [.. manifest.Layers.Zip(diffIds)], fetch);
        }
        catch (JsonException e)
        {
            throw new InvalidArgumentException($"the cache is not valid: {e.Message}", e);
        }
    }

    public bool Contains(Digest key) => steps.ContainsKey(key);

    public Digest? FindContent(Digest key) => document.Contents?.GetValueOrDefault(key.ToString()) is { } text && Digest.TryParse(text, out var content) ? content : null;

    /// <summary>Brings the filesystem after a step here, and notes that it is what the step leads to.</summary>
    /// <returns>False where the step is not known.</returns>
    public async Task<bool> TryBringAsync(Step step, Digest key, BuildRun run)
    {
        if (!steps.TryGetValue(key, out var found))
        {
            return false;
        }

        var images = run.Environment.Images;
        var wanted = found.Layers.Select(index => layers[index]).ToList();
        var chain = ChainId.Of([.. wanted.Select(layer => layer.DiffId)]);
        await Task.WhenAll(wanted.Zip(chain).Where(layer => !run.Store.HasArchive(layer.Second, run.Lease)).Select(layer => fetch(layer.First.Blob, run.CancellationToken))).ConfigureAwait(false);
        for (var i = 0; i < chain.Count; i++)
        {
            run.Lease.Hold(chain[i]);
            run.Store.NoteArchive(chain[i], wanted[i].Blob, wanted[i].DiffId);
            if (images.Layers.Find(chain[i]) is null)
            {
                await images.ExtractLayerAsync(wanted[i].Blob, wanted[i].DiffId, [.. chain.Take(i)], run.Lease, run.CancellationToken).ConfigureAwait(false);
            }
        }

        run.Store.Add(key, LayerStack.Of(chain.Select(id => id.ToString())), chain[^1].ToString(), step.Name, step.Kind, found.Created);
        return true;
    }

    /// <summary>What was in a cache mount, as a blob of the content store; null where it is not known.</summary>
    public async Task<Digest?> TryBringMountAsync(string id, CancellationToken cancellationToken)
    {
        if (document.Mounts?.TryGetValue(id, out var index) != true || !IsLayer(index))
        {
            return null;
        }

        await fetch(layers[index].Blob, cancellationToken).ConfigureAwait(false);
        return layers[index].Blob.Digest;
    }

    private bool IsLayer(int index) => index >= 0 && index < layers.Count;
}
