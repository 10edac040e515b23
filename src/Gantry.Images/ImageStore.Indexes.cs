using System.Text.Json;
using Gantry.Images.Content;
using Gantry.Spec;
using Gantry.Spec.Image;

namespace Gantry.Images;

public enum ImagePartKind
{
    Image,
    Attestation,
    Unknown,
}

/// <summary>One manifest of an image: itself, or what its index lists.</summary>
public sealed record ImagePart
{
    public required Descriptor Descriptor { get; init; }

    public required ImagePartKind Kind { get; init; }

    /// <summary>True where all of it is here.</summary>
    public required bool IsAvailable { get; init; }

    /// <summary>Bytes of its manifest, configuration and blobs that are here.</summary>
    public required long ContentSize { get; init; }

    /// <summary>The image, where it is here.</summary>
    public Image? Image { get; init; }

    /// <summary>What the index says it runs on, else what the image says.</summary>
    public Platform? Platform => Descriptor.Platform ?? Image?.Platform;
}

public sealed partial class ImageStore
{
    /// <summary>Indexes may hold indexes, but not for ever.</summary>
    private const int IndexDepth = 4;

    /// <summary>The image of a name or an id for every platform that is here; the one of this machine first.</summary>
    public IReadOnlyList<Image> ResolveAll(string image)
    {
        var (found, index) = Require(image);
        return AllOf(found, index);
    }

    /// <summary>An image with its other platforms that are here, itself first; one that is gone meanwhile alone.</summary>
    public IReadOnlyList<Image> AllOf(Image image) => AllOf(image, records.IndexOf(image.Id));

    /// <summary>What a name or an id stands for: an index of several platforms where there is one, else the manifest.</summary>
    public Descriptor TargetOf(Image image) =>
        records.IndexOf(image.Id) is { } index && ReadIndex(index) is { } document ? DescribeIndex(index, document) : image.Target;

    /// <summary>The manifests of an image: those its index lists, here or not, else its own.</summary>
    public IReadOnlyList<ImagePart> PartsOf(Image image)
    {
        var indexes = image.Indexes.Where(i => ReadIndex(i) is not null).ToList();
        if (indexes.Count == 0)
        {
            return [Describe(image.Target, [image])];
        }

        return [.. indexes.SelectMany(index =>
        {
            var here = records.ImagesOf(index);
            return ManifestsIn(index).Where(m => !MediaTypes.IsIndex(m.MediaType)).Select(m => Describe(m, here));
        }).DistinctBy(part => part.Descriptor.Digest)];
    }

    private ImagePart Describe(Descriptor manifest, IReadOnlyList<Image> here)
    {
        var document = ReadManifest(manifest);
        var content = document is null ? [] : BlobsOf(document).DistinctBy(b => b.Digest).Select(b => Content.SizeOf(b.Digest)).ToList();
        var isAttestation = Attestation.Is(manifest);
        var image = isAttestation || document is null ? null : here.FirstOrDefault(i => i.Id == document.Config.Digest);
        return new ImagePart
        {
            Descriptor = manifest,
            Kind = isAttestation ? ImagePartKind.Attestation : MediaTypes.IsManifest(manifest.MediaType) ? ImagePartKind.Image : ImagePartKind.Unknown,
            IsAvailable = document is not null && (isAttestation || image is not null) && !content.Contains(null),
            ContentSize = document is null ? 0 : manifest.Size + content.Sum(size => size ?? 0),
            Image = image,
        };
    }

    private IReadOnlyList<Image> AllOf(Image image, Digest? index) =>
        index is { } whole ? [image, .. records.ImagesOf(whole).Where(i => i.Id != image.Id)] : [image];

    private static Image? Choose(IReadOnlyList<Image> images, Platform platform) => images
        .Select(i => (Image: i, Rank: platform.Rank(i.Platform)))
        .Where(i => i.Rank is not null)
        .OrderBy(i => i.Rank)
        .FirstOrDefault().Image;

    private static NotFoundException NoSuchPlatform(string image, Platform platform, IReadOnlyList<Image> there) => new(
        $"image with reference {image} was found but does not provide the specified platform ({platform}): there is {string.Join(", ", there.Select(i => i.Platform.Normalise()))}");

    /// <summary>All that an index lists, with the contents of indexes within it after each, as far as these are here.</summary>
    private IEnumerable<Descriptor> ManifestsIn(Digest index, int depth = 0)
    {
        foreach (var manifest in depth < IndexDepth && ReadIndex(index) is { } document ? document.Manifests : [])
        {
            yield return manifest;
            foreach (var inner in MediaTypes.IsIndex(manifest.MediaType) ? ManifestsIn(manifest.Digest, depth + 1) : [])
            {
                yield return inner;
            }
        }
    }

    /// <summary>What of an index is kept for its own sake: it, indexes within it, manifests of images that are here with another one, and what attests these.</summary>
    /// <param name="images">Manifests and ids of images.</param>
    private IEnumerable<Digest> ContentOf(Digest index, HashSet<Digest> images)
    {
        yield return index;
        var kept = new HashSet<Digest>();
        foreach (var manifest in ManifestsIn(index).OrderBy(Attestation.Is))
        {
            if (MediaTypes.IsIndex(manifest.MediaType))
            {
                yield return manifest.Digest;
            }
            else if (images.Contains(manifest.Digest))
            {
                kept.Add(manifest.Digest);
            }
            else if (ReadManifest(manifest) is { } document && (Attestation.Is(manifest) ? Attestation.SubjectOf(manifest) is { } subject && kept.Contains(subject) : images.Contains(document.Config.Digest)))
            {
                kept.Add(manifest.Digest);
                yield return manifest.Digest;
                foreach (var blob in BlobsOf(document))
                {
                    yield return blob.Digest;
                }
            }
        }
    }

    private static HashSet<Digest> IdentitiesOf(IEnumerable<Image> images) => [.. images.SelectMany(image => (Digest[])[image.Id, image.Target.Digest])];

    private void HoldIndex(Digest index, ContentLease lease)
    {
        var images = records.ImagesOf(index);
        foreach (var image in images)
        {
            TryHold(image.Id, lease);
        }

        HoldAll(ContentOf(index, IdentitiesOf(images)), lease);
    }

    private static IEnumerable<Descriptor> BlobsOf(ImageManifest manifest) => manifest.Layers.Append(manifest.Config);

    private Descriptor DescribeIndex(Digest digest, ImageIndex index) => new() { MediaType = index.MediaType ?? MediaTypes.OciIndex, Digest = digest, Size = Content.SizeOf(digest) ?? 0 };

    private ImageManifest? ReadManifest(Descriptor manifest) =>
        MediaTypes.IsManifest(manifest.MediaType) && Content.TryRead(manifest.Digest) is { } document ? JsonSerializer.Deserialize(document, ImageJson.Default.ImageManifest) : null;

    private ImageIndex? ReadIndex(Digest digest) =>
        Content.TryRead(digest) is { } document && JsonSerializer.Deserialize(document, ImageJson.Default.ImageIndex) is { Manifests.Count: > 0 } index ? index : null;
}
