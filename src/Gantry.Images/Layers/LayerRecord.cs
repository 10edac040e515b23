using Gantry.Spec;

namespace Gantry.Images.Layers;

/// <summary>A layer that is extracted.</summary>
/// <param name="Size">The sum of its files' sizes in bytes.</param>
/// <param name="HidesAll">True where nothing beneath it shows.</param>
/// <param name="DiskSpace">Bytes it occupies on the disk; null until it is measured.</param>
public sealed record LayerRecord(Digest ChainId, Digest DiffId, Digest? Parent, long Size, bool HidesAll, long? DiskSpace);
