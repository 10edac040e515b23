using System.Text.Json;
using Gantry.Images.Archives;
using Gantry.Spec;
using Gantry.Spec.Image;

namespace Gantry.Images;

public sealed partial class ImageStore
{
    /// <summary>
    /// Prepares an archive that is a docker archive and an OCI layout at once, as <c>docker save</c> writes it. All names
    /// are resolved here; what is returned writes. Layers are written as they are kept, so digests stay.
    /// </summary>
    public Func<Stream, CancellationToken, Task> Save(IReadOnlyList<string> images)
    {
        var chosen = new List<(Image Image, List<ImageReference> Names)>();
        foreach (var given in images)
        {
            var image = Resolve(given);
            var index = chosen.FindIndex(c => c.Image.Id == image.Id);
            if (index < 0)
            {
                index = chosen.Count;
                chosen.Add((image, []));
            }

            var named = IdIn(given) is { } hex && image.Id.Hex.StartsWith(hex, StringComparison.Ordinal) ? [] : NamesOf(ImageReference.Parse(given), image);
            chosen[index].Names.AddRange(named.Where(n => !chosen[index].Names.Contains(n)));
        }

        return (target, cancellationToken) => WriteAsync(chosen, target, cancellationToken);
    }

    /// <summary>A name without tag means all tags of the repository, as with Docker.</summary>
    private static IEnumerable<ImageReference> NamesOf(ImageReference given, Image image) =>
        image.RepoTags.Select(ImageReference.Parse).Where(t => t.Name == given.Name && given.Digest is null && (given.Tag is null || given.Tag == t.Tag));

    private async Task WriteAsync(List<(Image Image, List<ImageReference> Names)> images, Stream target, CancellationToken cancellationToken)
    {
        using var lease = leases.Begin();
        images = [.. images.Select(i => (TryHold(i.Image.Id, lease) ?? throw Gone(i.Image.Id), i.Names))];
        images.ForEach(i => records.Touch(i.Image.Id));
        var tar = new TarWriter(target);
        await tar.AddDirectoryAsync("blobs", cancellationToken).ConfigureAwait(false);
        await tar.AddDirectoryAsync("blobs/sha256", cancellationToken).ConfigureAwait(false);
        var written = new HashSet<Digest>();
        foreach (var (image, _) in images)
        {
            foreach (var digest in image.Manifest.Layers.Select(l => l.Digest).Append(image.Id).Append(image.Target.Digest).Where(written.Add))
            {
                using var blob = Content.OpenRead(digest);
                await tar.AddAsync(PathIn(digest), blob, blob.Length, cancellationToken).ConfigureAwait(false);
            }
        }

        await tar.AddAsync("index.json", JsonSerializer.SerializeToUtf8Bytes(Index(images), ImageJson.Canonical.ImageIndex), cancellationToken).ConfigureAwait(false);
        ArchiveManifest[] list = [.. images.Select(i => new ArchiveManifest
        {
            Config = PathIn(i.Image.Id),
            RepoTags = i.Names.Count == 0 ? null : [.. i.Names.Select(n => n.Familiar)],
            Layers = [.. i.Image.Manifest.Layers.Select(l => PathIn(l.Digest))],
        })];
        await tar.AddAsync(ArchiveManifest.FileName, JsonSerializer.SerializeToUtf8Bytes(list, ImageJson.Canonical.ArchiveManifestArray), cancellationToken).ConfigureAwait(false);
        await tar.AddAsync(ImageLayout.FileName, JsonSerializer.SerializeToUtf8Bytes(new ImageLayout { ImageLayoutVersion = "1.0.0" }, ImageJson.Canonical.ImageLayout), cancellationToken).ConfigureAwait(false);
        await tar.FinishAsync(cancellationToken).ConfigureAwait(false);
    }

    private static ImageIndex Index(List<(Image Image, List<ImageReference> Names)> images) => new()
    {
        SchemaVersion = 2,
        MediaType = MediaTypes.OciIndex,
        Manifests = [.. images.SelectMany(i => i.Names.Count == 0
            ? [i.Image.Target]
            : i.Names.Select(n => i.Image.Target with
            {
                Annotations = new SortedDictionary<string, string>(StringComparer.Ordinal)
                {
                    ["io.containerd.image.name"] = n.ToString(),
                    ["org.opencontainers.image.ref.name"] = n.Tag!,
                },
            }))],
    };

    private static string PathIn(Digest digest) => $"blobs/{digest.Algorithm}/{digest.Hex}";
}
