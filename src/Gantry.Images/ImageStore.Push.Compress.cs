using Gantry.Images.Archives;
using Gantry.Images.Compression;
using Gantry.Images.Content;
using Gantry.Images.Layers;
using Gantry.Linux;
using Gantry.Spec;
using Gantry.Spec.Image;

namespace Gantry.Images;

public sealed partial class ImageStore
{
    /// <summary>
    /// An image whose manifest is of our own making gets its plain layers compressed, once: the new manifest takes the
    /// place of the old one. A manifest that came from elsewhere, or that an index lists, stays as it is.
    /// </summary>
    private bool IsCompressedByPush(Image image) =>
        !image.Indexes.SelectMany(index => ManifestsIn(index)).Any(manifest => manifest.Digest == image.Target.Digest) && image.Manifest.Layers.Any(l => l.MediaType == MediaTypes.OciLayer) && IsOurs(image);

    private static bool IsOurs(Image image) => ArchiveImage.AuthorManifest(image.Manifest.Config, image.Manifest.Layers, image.Manifest.Annotations).Digest == image.Target.Digest;

    /// <param name="others">Layers that take the place of the image's own, which are in the store.</param>
    private void SetLayers(Image image, IReadOnlyDictionary<Digest, Descriptor> others, ContentLease lease)
    {
        var manifest = ArchiveImage.AuthorManifest(image.Manifest.Config, [.. image.Manifest.Layers.Select(l => others.GetValueOrDefault(l.Digest, l))], image.Manifest.Annotations);
        lease.Hold(manifest.Digest);
        Content.Put(manifest.Digest, manifest.Content);
        records.SetManifest(image.Id, new Descriptor { MediaType = MediaTypes.OciManifest, Digest = manifest.Digest, Size = manifest.Content.Length });
    }

    /// <summary>As above, after a failure that is told in any case: a full disk must not take its place.</summary>
    private void TrySetLayers(Image image, IReadOnlyDictionary<Digest, Descriptor> others, ContentLease lease)
    {
        try
        {
            SetLayers(image, others, lease);
        }
        catch (Exception e) when (e is IOException or LinuxException or NotFoundException)
        {
            // The next push compresses once more.
        }
    }

    private static NotFoundException Gone(Digest id) => new($"image {id.Short} was removed meanwhile");

    /// <returns>Held, and not published yet.</returns>
    private async Task<StagedBlob> EncodeAsync(Descriptor layer, LayerEncoding encoding, ContentLease lease, CancellationToken cancellationToken)
    {
        await extractions.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await BlockingWork.RunAsync(() =>
            {
                var blob = Content.Ingest(target =>
                {
                    var kept = Content.OpenRead(layer.Digest);
                    using var plain = layer.MediaType == MediaTypes.OciLayer ? kept : LayerCompression.Open(kept);
                    encoding.Write(plain, target, cancellationToken);
                });
                lease.Hold(blob.Digest);
                return blob;
            }, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            extractions.Release();
        }
    }
}
