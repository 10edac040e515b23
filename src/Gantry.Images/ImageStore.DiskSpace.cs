using Gantry.Spec;

namespace Gantry.Images;

/// <summary>What images take on the disk, in bytes: layers as they are extracted, and the content kept to push and save them.</summary>
/// <param name="Total">All layers and content, each counted once, whether an image has it or not.</param>
/// <param name="Images">Of each image all it has, and what of that another image has too.</param>
public sealed record ImageDiskSpace(long Total, IReadOnlyDictionary<Digest, (long Size, long Shared)> Images);

public sealed partial class ImageStore
{
    /// <summary>Quick: what layers take was recorded when they were stored.</summary>
    public ImageDiskSpace MeasureDiskSpace()
    {
        var (layers, blobs) = (Layers.DiskSpaces(), Content.DiskSpaces());
        var parts = records.List().ToDictionary(
            image => image.Id,
            image => (IReadOnlyList<(bool IsLayer, Digest Digest)>)[.. image.ChainIds.Select(c => (true, c)).Distinct(), .. ContentOf(image).Select(d => (false, d))]);
        var users = parts.Values.SelectMany(part => part).CountBy(part => part).ToDictionary();
        long SizeOf((bool IsLayer, Digest Digest) part) => (part.IsLayer ? layers : blobs).GetValueOrDefault(part.Digest);
        return new(
            layers.Values.Sum() + blobs.Values.Sum() + Content.IngestSpace(),
            parts.ToDictionary(image => image.Key, image => (image.Value.Sum(SizeOf), image.Value.Where(part => users[part] > 1).Sum(SizeOf))));
    }
}
