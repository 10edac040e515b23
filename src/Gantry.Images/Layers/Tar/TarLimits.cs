namespace Gantry.Images.Layers.Tar;

/// <summary>What a layer may hold at most: far above what real images have, far below what would hurt the machine.</summary>
public sealed record TarLimits
{
    public static TarLimits Default { get; } = new();

    public int Entries { get; init; } = 4_000_000;

    /// <summary>Bytes of a path, PATH_MAX with its terminator (limits.h).</summary>
    public int Path { get; init; } = 4095;

    /// <summary>Bytes of one name, NAME_MAX (limits.h).</summary>
    public int Name { get; init; } = 255;

    /// <summary>Bytes of the pax records or of the long name of one entry. The kernel allows 64 KiB for one extended attribute.</summary>
    public int Header { get; init; } = 1024 * 1024;

    /// <summary>Bytes of all of an uncompressed layer.</summary>
    public long Stream { get; init; } = 256L * 1024 * 1024 * 1024;

    /// <summary>Extents of one sparse file.</summary>
    public int SparseExtents { get; init; } = 1_000_000;
}
