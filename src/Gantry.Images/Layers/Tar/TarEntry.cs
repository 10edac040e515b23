using System.Text;

namespace Gantry.Images.Layers.Tar;

public enum TarEntryType
{
    Regular,
    HardLink,
    SymbolicLink,
    CharacterDevice,
    BlockDevice,
    Directory,
    Fifo,
}

/// <summary>One member of a tar archive, all extensions applied. Names are bytes: not every name is UTF-8.</summary>
public sealed class TarEntry
{
    public required TarEntryType Type { get; init; }

    public required byte[] Name { get; init; }

    public byte[] LinkName { get; init; } = [];

    /// <summary>The lower twelve bits.</summary>
    public uint Permissions { get; init; }

    public uint Uid { get; init; }

    public uint Gid { get; init; }

    /// <summary>The length of the file once extracted, holes included.</summary>
    public long Size { get; init; }

    /// <summary>Since 1970.</summary>
    public long ModifiedNanoseconds { get; init; }

    public uint DeviceMajor { get; init; }

    public uint DeviceMinor { get; init; }

    /// <summary>From <c>SCHILY.xattr.*</c> records.</summary>
    public IReadOnlyList<KeyValuePair<string, byte[]>> Xattrs { get; init; } = [];

    /// <summary>Where the data of a sparse file lie, in order; null for a file without holes.</summary>
    public IReadOnlyList<SparseExtent>? Sparse { get; init; }

    /// <summary>The name for messages.</summary>
    public string DisplayName => TarText.Display(Name);
}

public readonly record struct SparseExtent(long Offset, long Length);

internal static class TarText
{
    private const int Longest = 200;

    /// <summary>A name from a hostile archive, made safe for a terminal and for a log.</summary>
    public static string Display(ReadOnlySpan<byte> name)
    {
        var text = Encoding.UTF8.GetString(name.Length > Longest ? name[..Longest] : name);
        var safe = text.Any(char.IsControl) ? string.Concat(text.Select(c => char.IsControl(c) ? '?' : c)) : text;
        return name.Length > Longest ? safe + "…" : safe;
    }
}
