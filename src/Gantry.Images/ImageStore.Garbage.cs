using System.Text.Json;
using Gantry.Images.Layers;
using Gantry.Linux.Files;
using Gantry.Spec;
using Gantry.Spec.Image;

namespace Gantry.Images;

public sealed partial class ImageStore
{
    private readonly Lock collecting = new();

    /// <summary>
    /// Removes blobs and layers that no image, snapshot or operation under way needs. Safe beside all of them. Returns the
    /// bytes of disk freed.
    /// </summary>
    /// <param name="withPartials">Also the parts that downloads left which were cut off.</param>
    public long CollectGarbage(bool withPartials = false)
    {
        long freed = 0;
        var doomed = new List<string>();
        lock (collecting)
        {
            using var collection = leases.BeginCollection();
            var used = UsedContent();
            foreach (var blob in Content.List().Where(b => !used.Contains(b)).ToList())
            {
                collection.Delete(blob, () =>
                {
                    freed += DiskSpace.Of(Content.PathOf(blob));
                    Content.Delete(blob);
                });
            }

            foreach (var partial in withPartials ? Content.Partials() : [])
            {
                collection.Delete(partial, () => freed += Content.DeletePartial(partial));
            }

            var chains = UsedChains();
            foreach (var layer in Layers.List().Where(l => !chains.Contains(l.ChainId)))
            {
                if (collection.Delete(layer.ChainId, () => doomed.AddRange(Layers.Detach(layer.ChainId) is { } path ? [path] : [])))
                {
                    freed += layer.DiskSpace ?? 0;
                }
            }
        }

        // Files are many, and nobody else sees these any more.
        doomed.ForEach(LayerStore.RemoveTree);
        return freed;
    }

    private HashSet<Digest> UsedChains() =>
        [.. records.List().SelectMany(i => i.ChainIds), .. Snapshots.List().SelectMany(s => s.ChainIds)];

    private HashSet<Digest> UsedContent()
    {
        var used = new HashSet<Digest>();
        foreach (var root in records.Roots())
        {
            Mark(root, used);
        }

        return used;
    }

    /// <summary>The blobs of one image: its configuration, its manifest and layers, and the indexes it is known by.</summary>
    private HashSet<Digest> ContentOf(Image image)
    {
        var content = new HashSet<Digest> { image.Id };
        Mark(image.Target.Digest, content);
        foreach (var name in image.RepoDigests)
        {
            Mark(ImageReference.Parse(name).Digest!.Value, content);
        }

        return content;
    }

    /// <summary>Marks a manifest or index and all it points at, as far as that is here.</summary>
    private void Mark(Digest digest, HashSet<Digest> used)
    {
        if (!used.Add(digest) || Content.TryRead(digest) is not { } document)
        {
            return;
        }

        if (document.AsSpan().IndexOf("\"manifests\""u8) >= 0 && JsonSerializer.Deserialize(document, ImageJson.Default.ImageIndex) is { Manifests: { } manifests })
        {
            foreach (var manifest in manifests)
            {
                Mark(manifest.Digest, used);
            }

            return;
        }

        var image = JsonSerializer.Deserialize(document, ImageJson.Default.ImageManifest)!;
        used.Add(image.Config.Digest);
        used.UnionWith(image.Layers.Select(l => l.Digest));
    }
}
