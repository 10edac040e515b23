using Gantry.Linux.Native;

namespace Gantry.Linux.Files;

/// <summary>Flags of an inode (ioctl_iflags(2)).</summary>
public static unsafe class InodeFlags
{
    // _IOR('f', 1, long) and _IOW('f', 2, long) of linux/fs.h; the kernel reads and writes an int.
    private const int GetFlags = unchecked((int)0x80086601);
    private const int SetFlags = 0x40086602;
    private const int TopDirectory = 0x00020000;

    /// <summary>
    /// Says that what the directories made in this one hold has nothing to do with each other: ext4 gives each a part of the disk
    /// of its own. There it also finds free inodes at once, where beside a tree that was just removed, and without a journal,
    /// it looks past every inode freed in the last minutes, for each that it makes. Other file systems do not know the flag.
    /// </summary>
    public static void SpreadDirectories(UnixPath path)
    {
        using var directory = RootedDirectory.Open(path);
        using var held = new HeldDescriptor(directory.Descriptor);
        long flags = 0;
        if (Raw.Call(SyscallNumber.Ioctl, held.Number, GetFlags, (nint)(&flags)) >= 0 && (flags & TopDirectory) == 0)
        {
            flags |= TopDirectory;
            _ = Raw.Call(SyscallNumber.Ioctl, held.Number, SetFlags, (nint)(&flags));
        }
    }
}
