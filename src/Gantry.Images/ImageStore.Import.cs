using System.Text.Json;
using Gantry.Images.Archives;
using Gantry.Spec;
using Gantry.Spec.Image;

namespace Gantry.Images;

public sealed partial class ImageStore
{
    /// <summary>Makes an image of one layer from a root filesystem in a tar stream, plain or compressed.</summary>
    /// <param name="changes">Dockerfile instructions for its configuration.</param>
    public async Task<Image> ImportAsync(
        Stream content, ImageReference? name, string? message, Platform? platform, IEnumerable<string> changes, CancellationToken cancellationToken)
    {
        var config = ImageChanges.Apply(new ImageConfig(), changes);
        using var lease = leases.Begin();
        using var blob = await BlockingWork.RunAsync(() => Content.Ingest(content, cancellationToken), cancellationToken).ConfigureAwait(false);
        var layer = await BlockingWork.RunAsync(() => Layers.Extract(blob.OpenRead(), null, null, cancellationToken), cancellationToken).ConfigureAwait(false);
        using (layer)
        {
            lease.Hold(blob.Digest);
            lease.Hold(layer.DiffId);
            using (await Layers.LockAsync(layer.DiffId, cancellationToken).ConfigureAwait(false))
            {
                if (Layers.Find(layer.DiffId) is null)
                {
                    Layers.Commit(layer, layer.DiffId, []);
                }
            }

            var now = DateTimeOffset.UtcNow.ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'", System.Globalization.CultureInfo.InvariantCulture);
            var on = (platform ?? Platform.Current).Normalise();
            var configuration = new ImageConfiguration
            {
                Created = now,
                Architecture = on.Architecture,
                Variant = on.Variant,
                Os = on.Os,
                Comment = message,
                Config = config,
                RootFs = new RootFs { DiffIds = [layer.DiffId] },
                History = [new HistoryEntry { Created = now, Comment = message }],
            };
            var document = JsonSerializer.SerializeToUtf8Bytes(configuration, ImageJson.Canonical.ImageConfiguration);
            var image = ArchiveImage.Author(document, [blob]);
            lease.Hold(image.Parsed.Config.Digest);
            lease.Hold(image.ManifestDigest);
            Register(image, image.Parsed.Config.Digest, [layer.DiffId], name);
            return records.Find(image.Parsed.Config.Digest) ?? throw Gone(image.Parsed.Config.Digest);
        }
    }
}
