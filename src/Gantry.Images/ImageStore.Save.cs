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
    /// <param name="platforms">Only these; all that are here where none are given.</param>
    public Func<Stream, CancellationToken, Task> Save(IReadOnlyList<string> images, IReadOnlyList<Platform> platforms)
    {
        var chosen = new List<SavedImage>();
        foreach (var given in images)
        {
            var (image, index) = Require(given);
            var saved = chosen.Find(c => c.Index == index && c.Id == image.Id);
            if (saved is null)
            {
                var all = AllOf(image, index);
                saved = new SavedImage(image.Id, index, platforms.Count == 0 ? all : [.. platforms.Select(p => Choose(all, p) ?? throw NoSuchPlatform(given, p, all)).DistinctBy(i => i.Id)], []);
                chosen.Add(saved);
            }

            var named = IsById(given, image) ? [] : NamesOf(ImageReference.Parse(given), image);
            saved.Names.AddRange(named.Where(n => !saved.Names.Contains(n)));
        }

        return (target, cancellationToken) => WriteAsync(chosen, target, cancellationToken);
    }

    /// <summary>As above, of images that were made and need not be added: the caller holds them.</summary>
    /// <param name="index">What lists them, of <see cref="MakeIndex"/>; null for one image alone.</param>
    public Task SaveAsync(IReadOnlyList<Image> made, Descriptor? index, IReadOnlyList<ImageReference> named, Stream target, CancellationToken cancellationToken) =>
        WriteHeldAsync([new(made[0].Id, index?.Digest, made, [.. named])], target, cancellationToken);

    /// <summary>A name without tag means all tags of the repository, as with Docker.</summary>
    private static IEnumerable<ImageReference> NamesOf(ImageReference given, Image image) =>
        image.RepoTags.Select(ImageReference.Parse).Where(t => t.Name == given.Name && given.Digest is null && (given.Tag is null || given.Tag == t.Tag));

    private async Task WriteAsync(List<SavedImage> saved, Stream target, CancellationToken cancellationToken)
    {
        using var lease = leases.Begin();
        foreach (var one in saved)
        {
            if (one.Index is { } index)
            {
                HoldIndex(index, lease);
            }
        }

        saved = [.. saved.Select(one => one with { Images = [.. one.Images.Select(image => TryHold(image.Id, lease) ?? throw Gone(image.Id))] })];
        foreach (var image in saved.SelectMany(one => one.Images))
        {
            records.Touch(image.Id);
        }

        await WriteHeldAsync(saved, target, cancellationToken).ConfigureAwait(false);
    }

    private async Task WriteHeldAsync(List<SavedImage> saved, Stream target, CancellationToken cancellationToken)
    {
        ArchiveManifest[] list = [.. saved.Select(s => new ArchiveManifest
        {
            Config = PathIn(s.Images[0].Id),
            RepoTags = s.Names.Count == 0 ? null : [.. s.Names.Select(n => n.Familiar)],
            Layers = [.. s.Images[0].Manifest.Layers.Select(l => PathIn(l.Digest))],
        })];
        var times = saved.SelectMany(s => s.Images).DistinctBy(image => image.Id).Where(image => image.Created is not null).ToDictionary(image => image.Id, image => image.Created!.Value);
        await WriteLayoutAsync(new TarWriter(target), saved.SelectMany(ContentOf), times, Index(saved), list, cancellationToken).ConfigureAwait(false);
    }

    /// <param name="times">When what is in some of the content was made.</param>
    /// <param name="list">What makes it a docker archive too; empty for an OCI layout alone.</param>
    private async Task WriteLayoutAsync(
        TarWriter tar, IEnumerable<Digest> content, Dictionary<Digest, DateTimeOffset> times, ImageIndex index, ArchiveManifest[] list, CancellationToken cancellationToken)
    {
        await tar.AddDirectoryAsync("blobs", cancellationToken).ConfigureAwait(false);
        await tar.AddDirectoryAsync("blobs/sha256", cancellationToken).ConfigureAwait(false);
        foreach (var digest in content.Distinct())
        {
            using var blob = Content.OpenRead(digest);
            await tar.AddAsync(PathIn(digest), blob, blob.Length, times.TryGetValue(digest, out var time) ? time : null, cancellationToken).ConfigureAwait(false);
        }

        await tar.AddAsync("index.json", JsonSerializer.SerializeToUtf8Bytes(index, ImageJson.Canonical.ImageIndex), cancellationToken).ConfigureAwait(false);
        if (list.Length > 0)
        {
            await tar.AddAsync(ArchiveManifest.FileName, JsonSerializer.SerializeToUtf8Bytes(list, ImageJson.Canonical.ArchiveManifestArray), cancellationToken).ConfigureAwait(false);
        }

        await tar.AddAsync(ImageLayout.FileName, JsonSerializer.SerializeToUtf8Bytes(new ImageLayout { ImageLayoutVersion = "1.0.0" }, ImageJson.Canonical.ImageLayout), cancellationToken).ConfigureAwait(false);
        await tar.FinishAsync(cancellationToken).ConfigureAwait(false);
    }

    private IEnumerable<Digest> ContentOf(SavedImage saved)
    {
        var documents = saved.Index is { } index ? ContentOf(index, IdentitiesOf(saved.Images)) : [];
        return saved.Images.SelectMany(i => BlobsOf(i.Manifest).Select(b => b.Digest).Append(i.Target.Digest)).Concat(documents);
    }

    private ImageIndex Index(List<SavedImage> saved) => new()
    {
        SchemaVersion = 2,
        MediaType = MediaTypes.OciIndex,
        Manifests = [.. saved.SelectMany(s =>
        {
            var target = s.Index is { } index && ReadIndex(index) is { } document ? DescribeIndex(index, document) : s.Images[0].Target;
            return s.Names.Count == 0
                ? [target]
                : s.Names.Select(n => target with
                {
                    Annotations = new SortedDictionary<string, string>(StringComparer.Ordinal)
                    {
                        ["io.containerd.image.name"] = n.ToString(),
                        ["org.opencontainers.image.ref.name"] = n.Tag!,
                    },
                });
        })],
    };

    /// <param name="Id">What its name stands for here, whether that is saved or another platform of it.</param>
    /// <param name="Index">The index it is kept with; null where it has none.</param>
    /// <param name="Images">One for each platform.</param>
    private sealed record SavedImage(Digest Id, Digest? Index, IReadOnlyList<Image> Images, List<ImageReference> Names);

    private static string PathIn(Digest digest) => $"blobs/{digest.Algorithm}/{digest.Hex}";
}
