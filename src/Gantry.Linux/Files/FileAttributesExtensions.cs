using System.Runtime.InteropServices;
using Gantry.Linux.Native;

namespace Gantry.Linux.Files;

/// <summary>Attributes by an open descriptor: one call, no path, no race.</summary>
public static unsafe class FileAttributesExtensions
{
    private const int EmptyPath = Libc.AtEmptyPath;

    public static FileStatus Stat(this SafeHandle file)
    {
        using var held = new HeldDescriptor(file);
        StatxBuffer buffer;
        fixed (byte* empty = "\0"u8)
        {
            Libc.Check(Libc.Statx(held.Number, empty, EmptyPath | Libc.AtSymlinkNoFollow, Libc.StatxBasic, &buffer), "statx");
        }

        return buffer.ToStatus();
    }

    public static void Chmod(this SafeHandle file, uint permissions)
    {
        using var held = new HeldDescriptor(file);
        Libc.Check(Libc.Fchmod(held.Number, permissions), "fchmod");
    }

    public static void Chown(this SafeHandle file, uint uid, uint gid)
    {
        using var held = new HeldDescriptor(file);
        fixed (byte* empty = "\0"u8)
        {
            Libc.Check(Libc.FchownAt(held.Number, empty, uid, gid, EmptyPath), "fchown");
        }
    }

    /// <summary>
    /// Gives a file that was just made its owner and mode: only what the umask, its directory's group or that one's default
    /// ACL made different, as there are many files, and each change costs.
    /// </summary>
    public static void SetOwnerAndMode(this SafeHandle file, uint uid, uint gid, uint permissions)
    {
        var made = file.Stat();
        var isOwned = made.Uid == uid && made.Gid == gid;
        if (!isOwned)
        {
            file.Chown(uid, gid);
        }

        // chown(2) clears set-user-id.
        if (!isOwned || (uint)made.Permissions != permissions)
        {
            file.Chmod(permissions);
        }
    }

    /// <summary>Sets access and modification time, in nanoseconds since 1970.</summary>
    public static void SetTimes(this SafeHandle file, long accessedNanoseconds, long modifiedNanoseconds)
    {
        using var held = new HeldDescriptor(file);
        var times = stackalloc Libc.TimeSpec[2];
        Fill(times, accessedNanoseconds, modifiedNanoseconds);
        Libc.Check(Libc.Futimens(held.Number, times), "futimens");
    }

    /// <summary>Whether a file has extended attributes.</summary>
    public static bool HasXattrs(this SafeHandle file)
    {
        using var held = new HeldDescriptor(file);
        var size = Libc.FListXattr(held.Number, null, 0);
        return size > 0 || (size < 0 && (Libc.LastError == Errno.EOPNOTSUPP ? false : throw new LinuxException("flistxattr", Libc.LastError)));
    }

    /// <summary>Writes a file or directory through to the disk (fsync(2)).</summary>
    public static void Sync(this SafeHandle file)
    {
        using var held = new HeldDescriptor(file);
        Libc.Check(Libc.Fsync(held.Number), "fsync");
    }

    /// <summary>Writes all of the file system that holds this file through to the disk (syncfs(2)).</summary>
    public static void SyncFileSystem(this SafeHandle file)
    {
        using var held = new HeldDescriptor(file);
        Libc.Check(Libc.SyncFs(held.Number), "syncfs");
    }

    internal static void Fill(Libc.TimeSpec* times, long accessedNanoseconds, long modifiedNanoseconds)
    {
        times[0] = Split(accessedNanoseconds);
        times[1] = Split(modifiedNanoseconds);
    }

    private static Libc.TimeSpec Split(long nanoseconds)
    {
        // Times before 1970 have a negative second and a nanosecond that is not.
        var seconds = Math.DivRem(nanoseconds, 1_000_000_000, out var rest);
        return rest < 0
            ? new() { Seconds = seconds - 1, Nanoseconds = rest + 1_000_000_000 }
            : new() { Seconds = seconds, Nanoseconds = rest };
    }
}
