using System.IO.Compression;
using Gantry.Images.Archives;
using Gantry.Images.Content;
using Gantry.Spec;
using Gantry.Spec.Image;

namespace Gantry.Images;

public sealed partial class ImageStore
{
    /// <summary>
    /// An image whose manifest is of our own making gets its plain layers compressed, once: the new manifest takes the
    /// place of the old one. A manifest that came from elsewhere, or that an index lists, stays as it is.
    /// </summary>
    private async Task<Image> CompressAsync(Image image, ContentLease lease, CancellationToken cancellationToken)
    {
        if (image.Indexes.Count > 0 || image.Manifest.Layers.All(l => l.MediaType != MediaTypes.OciLayer) || !IsOurs(image))
        {
            return image;
        }

        var layers = new Descriptor[image.Manifest.Layers.Count];
        var plain = image.Manifest.Layers.Index().Where(l => l.Item.MediaType == MediaTypes.OciLayer).DistinctBy(l => l.Item.Digest);
        var compressed = new System.Collections.Concurrent.ConcurrentDictionary<Digest, Descriptor>();
        await FirstFailure.WhenAllAsync(plain, async (layer, token) => compressed[layer.Item.Digest] = await CompressAsync(layer.Item.Digest, lease, token).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
        for (var i = 0; i < layers.Length; i++)
        {
            layers[i] = compressed.GetValueOrDefault(image.Manifest.Layers[i].Digest) ?? image.Manifest.Layers[i];
        }

        var manifest = ArchiveImage.AuthorManifest(image.Manifest.Config, layers);
        lease.Hold(manifest.Digest);
        Content.Put(manifest.Digest, manifest.Content);
        records.SetManifest(image.Id, new Descriptor { MediaType = MediaTypes.OciManifest, Digest = manifest.Digest, Size = manifest.Content.Length });
        return records.Find(image.Id) ?? throw new NotFoundException($"image {image.Id.Short} was removed meanwhile");
    }

    private static bool IsOurs(Image image) => ArchiveImage.AuthorManifest(image.Manifest.Config, image.Manifest.Layers).Digest == image.Target.Digest;

    private async Task<Descriptor> CompressAsync(Digest layer, ContentLease lease, CancellationToken cancellationToken)
    {
        await extractions.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await Blocking(() =>
            {
                using var blob = Content.Ingest(target => Compress(layer, target, cancellationToken));
                lease.Hold(blob.Digest);
                blob.Publish();
                return new Descriptor { MediaType = MediaTypes.OciLayerGzip, Digest = blob.Digest, Size = blob.Size };
            }).ConfigureAwait(false);
        }
        finally
        {
            extractions.Release();
        }
    }

    /// <summary>The fastest level: a push waits for it, and more work gains a tenth of the size.</summary>
    private void Compress(Digest layer, Stream target, CancellationToken cancellationToken)
    {
        using var plain = Content.OpenRead(layer);
        using var gzip = new GZipStream(target, CompressionLevel.Fastest, leaveOpen: true);
        using var rented = new RentedBuffer(256 * 1024);
        int read;
        while ((read = plain.Read(rented.Span)) > 0)
        {
            cancellationToken.ThrowIfCancellationRequested();
            gzip.Write(rented.Span[..read]);
        }
    }
}
