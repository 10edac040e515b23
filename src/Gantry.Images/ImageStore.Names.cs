using Gantry.Images.Snapshots;
using Gantry.Spec;

namespace Gantry.Images;

public sealed partial class ImageStore
{
    private const int FullHex = 64;
    /// <summary>How much of a digest clients show.</summary>
    private const int ShownHex = 12;

    /// <summary>
    /// The image of a name, an id, a unique beginning of an id, or a name with a digest. The digest of its manifest, or of an index
    /// that lists it, stands for it too: clients take it for the id (buildx does since 0.36).
    /// </summary>
    /// <exception cref="NotFoundException">There is none.</exception>
    /// <exception cref="InvalidArgumentException">It cannot be the name of an image.</exception>
    public Image Resolve(string image) => Require(image).Image;

    /// <summary>As above, for a platform: the image of this machine's where that is null.</summary>
    /// <exception cref="NotFoundException">There is none, or none for the platform.</exception>
    public Image Resolve(string image, Platform? platform)
    {
        var (found, index) = Require(image);
        return platform is null ? found : AllOf(found, index) is var there && Choose(there, platform) is { } chosen ? chosen : throw NoSuchPlatform(image, platform, there);
    }

    /// <inheritdoc cref="Resolve(string)"/>
    public Image? TryResolve(string image) => Locate(image)?.Image;

    private (Image Image, Digest? Index) Require(string image) => Locate(image) ?? throw NoSuchImage(image);

    private static NotFoundException NoSuchImage(string image) =>
        new($"No such image: {(ImageReference.TryParse(image, out var name) ? name.WithDefaultTag().Familiar : image)}");

    /// <summary>The image a name or an id stands for, and the index it stands for with it.</summary>
    private (Image Image, Digest? Index)? Locate(string image)
    {
        if (IdIn(image) is { } hex)
        {
            var found = records.FindByPrefix(hex);
            if (found.Count == 1)
            {
                return records.Find(found[0]) is { } one ? (one, records.IndexOf(one.Id)) : null;
            }

            if (found.Count > 1 && records.FindByName(ImageReference.Parse(hex)) is null)
            {
                throw new InvalidArgumentException($"image id {hex} is ambiguous: it is the beginning of several");
            }
        }

        return !image.StartsWith("sha256:", StringComparison.Ordinal) && records.FindNamed(ImageReference.Parse(image)) is { } named && records.Find(named.Id) is { } byName ? (byName, named.Index) : LocateByManifest(image);
    }

    private (Image Image, Digest? Index)? LocateByManifest(string image)
    {
        if (IdIn(image) is not { Length: >= ShownHex } hex || records.FindByManifest(hex) is not [var one])
        {
            return null;
        }

        var found = one.Index is { } index ? records.ImagesOf(index).MinBy(part => Platform.Current.Rank(part.Platform) ?? int.MaxValue) : records.Find(one.Id);
        return found is null ? null : (found, one.Index ?? records.IndexOf(found.Id));
    }

    /// <summary>It was found by its id or a digest, and not by a name.</summary>
    private static bool IsById(string given, Image found) =>
        IdIn(given) is { } hex && (found.Id.Hex.StartsWith(hex, StringComparison.Ordinal) || !ImageReference.TryParse(given, out var name) || !found.RepoTags.Contains(name.WithDefaultTag().Familiar));

    public Image? Find(Digest id) => records.Find(id);

    /// <summary>All images, the newest first; one of several platforms once, as the one of this machine's.</summary>
    public IReadOnlyList<Image> List() => [.. records.ListNamed().OrderByDescending(i => i.Created ?? DateTimeOffset.MinValue)];

    /// <summary>Gives an image, with all its platforms, a further name; the name is taken from another image that has it.</summary>
    public void Tag(string image, ImageReference name)
    {
        if (name.Digest is not null)
        {
            throw new InvalidArgumentException("refusing to create a tag with a digest reference");
        }

        lock (names)
        {
            var (found, index) = Require(image);
            records.SetName(name.WithDefaultTag(), found.Id, index);
        }
    }

    /// <summary>
    /// Makes the writable layer of a container. From then on nothing removes the image's layers, and nothing but force
    /// the image.
    /// </summary>
    /// <param name="containerId">Whose.</param>
    /// <param name="imageId">Of which image.</param>
    /// <param name="size">What the container may write, in bytes; null for no limit but the disk's.</param>
    public Snapshot PrepareSnapshot(string containerId, Digest imageId, long? size)
    {
        var image = records.Find(imageId) ?? throw new NotFoundException($"No such image: {imageId}");
        using var lease = leases.Begin();
        foreach (var layer in image.ChainIds)
        {
            lease.Hold(layer);
        }

        return Snapshots.Prepare(containerId, image, size);
    }

    /// <summary>The steps an image was made of, the newest first.</summary>
    public IReadOnlyList<ImageHistoryStep> History(Image image)
    {
        var layer = 0;
        var steps = new List<ImageHistoryStep>();
        foreach (var entry in image.Configuration.History ?? [])
        {
            long size = 0;
            if (!entry.EmptyLayer && layer < image.ChainIds.Count)
            {
                size = Layers.Find(image.ChainIds[layer++])?.Size ?? 0;
            }

            var created = DateTimeOffset.TryParse(entry.Created, System.Globalization.CultureInfo.InvariantCulture, System.Globalization.DateTimeStyles.AssumeUniversal, out var at) ? at : (DateTimeOffset?)null;
            steps.Add(new(null, created, entry.CreatedBy ?? "", [], size, entry.Comment ?? ""));
        }

        if (steps.Count > 0)
        {
            steps[^1] = steps[^1] with { Id = image.Id, Tags = image.RepoTags };
        }

        steps.Reverse();
        return steps;
    }

    /// <summary>The hexadecimal part, if the text may be an id or the beginning of one.</summary>
    private static string? IdIn(string image)
    {
        var hex = image.StartsWith("sha256:", StringComparison.Ordinal) ? image["sha256:".Length..] : image;
        return hex.Length is >= 1 and <= FullHex && hex.All(char.IsAsciiHexDigitLower) ? hex : null;
    }
}
