using Gantry.Linux.Native;

namespace Gantry.Linux.Files;

/// <summary>What files occupy on the disk, as du(1) counts.</summary>
public static unsafe class DiskSpace
{
    private const int BlockSize = 512;

    /// <summary>
    /// Bytes of a file, or of a directory with all in it: blocks rather than lengths, directories too, a file with several
    /// names once, other file systems mounted inside not at all. 0 for what is not there; what comes or goes meanwhile
    /// counts or does not.
    /// </summary>
    public static long Of(UnixPath path)
    {
        fixed (byte* p = path)
        {
            return Of(Libc.AtFdCwd, p, null, []);
        }
    }

    /// <param name="device">That of the directory it is in; null at the top.</param>
    /// <param name="seen">Files with several names that are counted already.</param>
    private static long Of(int parent, byte* name, DeviceNumber? device, HashSet<ulong> seen)
    {
        StatxBuffer buffer;
        if (Libc.Statx(parent, name, Libc.AtSymlinkNoFollow, Libc.StatxBasic, &buffer) < 0)
        {
            return Libc.LastError is Errno.ENOENT or Errno.ENOTDIR ? 0 : throw new LinuxException("statx", Libc.LastError);
        }

        var status = buffer.ToStatus();
        var size = status.Blocks * BlockSize;
        if (status.Kind != FileKind.Directory)
        {
            return status.LinkCount <= 1 || seen.Add(status.Inode) ? size : 0;
        }

        return device is not null && status.Device != device ? 0 : size + Inside(parent, name, status.Device, seen);
    }

    private static long Inside(int parent, byte* name, DeviceNumber device, HashSet<ulong> seen)
    {
        var number = Libc.OpenAt2(parent, name, OpenFlags.Directory | OpenFlags.NoFollow, 0, ResolveFlags.None);
        if (number < 0)
        {
            return Libc.LastError is Errno.ENOENT or Errno.ENOTDIR or Errno.ELOOP ? 0 : throw new LinuxException("openat2", Libc.LastError);
        }

        using var directory = new FileDescriptor(number);
        long size = 0;
        foreach (var (entry, _) in RootedDirectory.ReadAll(number))
        {
            fixed (byte* child = entry)
            {
                size += Of(number, child, device, seen);
            }
        }

        return size;
    }
}
