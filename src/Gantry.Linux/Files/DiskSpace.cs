using Gantry.Linux.Native;

namespace Gantry.Linux.Files;

/// <summary>What files occupy on the disk, as du(1) counts.</summary>
public static unsafe class DiskSpace
{
    /// <summary>
    /// Bytes of a file, or of a directory with all in it: blocks rather than lengths, directories too, a file with several
    /// names once, other file systems mounted inside not at all. 0 for what is not there; what comes or goes meanwhile
    /// counts or does not.
    /// </summary>
    public static long Of(UnixPath path) => Measure(path).Space;

    /// <summary>As <see cref="Of"/>, and the size of the tree as Docker counts it.</summary>
    public static TreeUsage Measure(UnixPath path)
    {
        var usage = default(TreeUsage);
        fixed (byte* p = path)
        {
            Add(Libc.AtFdCwd, p, null, [], ref usage);
        }

        return usage;
    }

    /// <param name="device">That of the directory it is in; null at the top.</param>
    /// <param name="seen">Files with several names that are counted already.</param>
    private static void Add(int parent, byte* name, DeviceNumber? device, HashSet<ulong> seen, ref TreeUsage usage)
    {
        StatxBuffer buffer;
        if (Libc.Statx(parent, name, Libc.AtSymlinkNoFollow, Libc.StatxBasic, &buffer) < 0)
        {
            if (Libc.LastError is Errno.ENOENT or Errno.ENOTDIR)
            {
                return;
            }

            throw new LinuxException("statx", Libc.LastError);
        }

        var status = buffer.ToStatus();
        if (status.Kind == FileKind.Directory)
        {
            if (device is null || status.Device == device)
            {
                usage = usage.With(status);
                AddContents(parent, name, status.Device, seen, ref usage);
            }
        }
        else if (status.LinkCount <= 1 || seen.Add(status.Inode))
        {
            usage = usage.With(status);
        }
    }

    private static void AddContents(int parent, byte* name, DeviceNumber device, HashSet<ulong> seen, ref TreeUsage usage)
    {
        var number = Libc.OpenAt2(parent, name, OpenFlags.Directory | OpenFlags.NoFollow, 0, ResolveFlags.None);
        if (number < 0)
        {
            if (Libc.LastError is Errno.ENOENT or Errno.ENOTDIR or Errno.ELOOP)
            {
                return;
            }

            throw new LinuxException("openat2", Libc.LastError);
        }

        using var directory = new FileDescriptor(number);
        using var names = new DirectoryNames(number);
        while (names.Next())
        {
            Add(number, names.Name, device, seen, ref usage);
        }
    }
}

/// <summary>What a tree occupies, in bytes.</summary>
/// <param name="Space">Of the disk: <see cref="DiskSpace.Of"/>.</param>
/// <param name="Size">The lengths of its files and symbolic links, a file with several names once.</param>
public readonly record struct TreeUsage(long Space, long Size)
{
    private const int BlockSize = 512;

    /// <summary>With one file more.</summary>
    public TreeUsage With(FileStatus status) =>
        new(Space + (status.Blocks * BlockSize), Size + (status.Kind is FileKind.Regular or FileKind.SymbolicLink ? status.Size : 0));

    /// <summary>With other files too.</summary>
    public TreeUsage With(TreeUsage other) => new(Space + other.Space, Size + other.Size);
}
