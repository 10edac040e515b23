using System.Text.Json;
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
        // A container may stand on layers whose blobs go now: these could not be made again.
        Durability.Run();
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
        doomed.ForEach(TreePlace.Remove);
        return freed;
    }

    private HashSet<Digest> UsedChains() =>
        [.. records.List().SelectMany(i => i.ChainIds), .. Snapshots.List().SelectMany(s => s.ChainIds), .. Holder?.HeldLayers() ?? []];

    private HashSet<Digest> UsedContent()
    {
        var images = records.Identities();
        var used = new HashSet<Digest>(Holder?.HeldBlobs() ?? []);
        foreach (var root in records.Roots())
        {
            Mark(root, images, used);
        }

        return used;
    }

    /// <summary>The blobs of one image: its configuration, its manifest and layers, and of the indexes it is known by what belongs to it.</summary>
    private HashSet<Digest> ContentOf(Image image)
    {
        var own = IdentitiesOf([image]);
        HashSet<Digest> content = [image.Id];
        foreach (var root in image.RepoDigests.Select(name => ImageReference.Parse(name).Digest!.Value).Concat(image.Indexes).Prepend(image.Target.Digest))
        {
            Mark(root, own, content);
        }

        return content;
    }

    /// <summary>Marks a manifest and all it points at; of an index, what belongs to images that are here.</summary>
    private void Mark(Digest digest, HashSet<Digest> images, HashSet<Digest> used)
    {
        if (!used.Add(digest) || Content.TryRead(digest) is not { } document)
        {
            return;
        }

        if (IsIndex(document))
        {
            used.UnionWith(ContentOf(digest, images));
            return;
        }

        var image = JsonSerializer.Deserialize(document, ImageJson.Default.ImageManifest)!;
        used.UnionWith(BlobsOf(image).Select(b => b.Digest));
    }

    private static bool IsIndex(byte[] document)
    {
        if (document.AsSpan().IndexOf("\"manifests\""u8) < 0)
        {
            return false;
        }

        using var json = JsonDocument.Parse(document);
        return json.RootElement.TryGetProperty("manifests"u8, out var manifests) && manifests.ValueKind == JsonValueKind.Array;
    }
}
