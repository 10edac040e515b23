using System.Text.Json;
using Gantry.Spec;
using Gantry.Spec.Image;

namespace Gantry.Images;

public sealed partial class ImageStore
{
    /// <summary>
    /// Removes blobs and layers that no image, snapshot or operation under way needs. Safe beside all of them, and to be
    /// run at start, when nothing is under way. Returns the bytes of content freed.
    /// </summary>
    public long CollectGarbage()
    {
        var used = UsedContent();
        long freed = 0;
        foreach (var blob in Content.List().Where(b => !used.Contains(b)))
        {
            leases.DeleteUnlessHeld(blob, () =>
            {
                freed += Content.SizeOf(blob) ?? 0;
                Content.Delete(blob);
            });
        }

        var chains = UsedChains();
        foreach (var layer in Layers.List().Where(l => !chains.Contains(l.ChainId)))
        {
            leases.DeleteUnlessHeld(layer.ChainId, () => Layers.Delete(layer.ChainId));
        }

        return freed;
    }

    private HashSet<Digest> UsedChains() =>
        [.. records.List().SelectMany(i => i.ChainIds), .. Snapshots.List().SelectMany(s => s.ChainIds)];

    private HashSet<Digest> UsedContent()
    {
        var images = records.Manifests().ToHashSet();
        var used = new HashSet<Digest>();
        foreach (var root in records.Roots())
        {
            Mark(root, images, used);
        }

        return used;
    }

    /// <summary>Marks a manifest and all it points at; of an index, what belongs to images that are here.</summary>
    private void Mark(Digest digest, HashSet<Digest> images, HashSet<Digest> used)
    {
        if (!used.Add(digest) || TryRead(digest) is not { } document)
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
