using System.Runtime.InteropServices;

namespace Gantry.Linux.Files;

/// <summary>The kind of an inode, as in the upper bits of st_mode (inode(7)).</summary>
public enum FileKind
{
    Unknown = 0,
    Fifo = 0x1000,
    CharacterDevice = 0x2000,
    Directory = 0x4000,
    BlockDevice = 0x6000,
    Regular = 0x8000,
    SymbolicLink = 0xA000,
    Socket = 0xC000,
}

/// <summary>What statx(2) says about an inode.</summary>
/// <param name="Permissions">The lower twelve bits of the mode.</param>
/// <param name="ModifiedNanoseconds">Since 1970, in nanoseconds.</param>
/// <param name="Blocks">Of 512 bytes, really occupied.</param>
public readonly record struct FileStatus(
    FileKind Kind,
    int Permissions,
    uint Uid,
    uint Gid,
    long Size,
    long Blocks,
    ulong Inode,
    uint LinkCount,
    DeviceNumber Device,
    DeviceNumber RawDevice,
    long ModifiedNanoseconds)
{
    /// <summary>A file system, or a part of one, is mounted here.</summary>
    public bool IsMountRoot { get; init; }
}

/// <summary>A device's major and minor number.</summary>
public readonly record struct DeviceNumber(uint Major, uint Minor)
{
    /// <summary>dev_t as glibc's makedev(3) packs it.</summary>
    public ulong Packed =>
        ((ulong)(Major & 0xfffff000) << 32) | ((ulong)(Major & 0xfff) << 8) | ((ulong)(Minor & 0xffffff00) << 12) | (Minor & 0xff);

    /// <inheritdoc/>
    public override string ToString() => $"{Major}:{Minor}";
}

/// <summary>struct statx (linux/stat.h).</summary>
[StructLayout(LayoutKind.Explicit, Size = 256)]
internal struct StatxBuffer
{
    private const ulong MountRoot = 0x2000;

    [FieldOffset(8)] public ulong Attributes;
    [FieldOffset(16)] public uint LinkCount;
    [FieldOffset(20)] public uint Uid;
    [FieldOffset(24)] public uint Gid;
    [FieldOffset(28)] public ushort Mode;
    [FieldOffset(32)] public ulong Inode;
    [FieldOffset(40)] public long Size;
    [FieldOffset(48)] public long Blocks;
    [FieldOffset(112)] public long ModifiedSeconds;
    [FieldOffset(120)] public uint ModifiedNanoseconds;
    [FieldOffset(128)] public uint RawDeviceMajor;
    [FieldOffset(132)] public uint RawDeviceMinor;
    [FieldOffset(136)] public uint DeviceMajor;
    [FieldOffset(140)] public uint DeviceMinor;

    public readonly FileStatus ToStatus() => new(
        (FileKind)(Mode & 0xF000),
        Mode & 0xFFF,
        Uid,
        Gid,
        Size,
        Blocks,
        Inode,
        LinkCount,
        new(DeviceMajor, DeviceMinor),
        new(RawDeviceMajor, RawDeviceMinor),
        (ModifiedSeconds * 1_000_000_000) + ModifiedNanoseconds)
    {
        IsMountRoot = (Attributes & MountRoot) != 0,
    };
}
