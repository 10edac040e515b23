using Gantry.Linux.Native;
using Microsoft.Win32.SafeHandles;

namespace Gantry.Linux.Files;

/// <summary>
/// A directory that is the root of every path given to it: absolute paths, symbolic links and <c>..</c> never leave it
/// (openat2(2), RESOLVE_IN_ROOT), and magic links are refused. Operations on an entry (unlink, chown, …) never follow
/// a symbolic link in the last name. A path of one name costs one system call: open the parent with
/// <see cref="OpenDirectory"/> and work there when there is much to do in it.
/// </summary>
public sealed partial class RootedDirectory(FileDescriptor descriptor) : IDisposable
{
    private const ResolveFlags Inside = ResolveFlags.InRoot | ResolveFlags.NoMagicLinks;
    private const ResolveFlags Below = ResolveFlags.Beneath | ResolveFlags.NoMagicLinks;

    /// <summary>The directory itself; owned by this object.</summary>
    public FileDescriptor Descriptor { get; } = descriptor;

    /// <summary>Opens a host path, following links as any program does.</summary>
    public static unsafe RootedDirectory Open(UnixPath path)
    {
        fixed (byte* p = path)
        {
            var result = Libc.OpenAt2(Libc.AtFdCwd, p, OpenFlags.Directory, 0, ResolveFlags.None);
            return result >= 0 ? new(new(result)) : throw Failed("open", path);
        }
    }

    /// <summary>Opens a file inside. With <see cref="OpenFlags.Create"/> the mode is exact up to the umask.</summary>
    public SafeFileHandle OpenFile(UnixPath path, OpenFlags flags, uint mode = 0) =>
        new(OpenNumber(path, flags, mode), ownsHandle: true);

    /// <summary>As <see cref="OpenFile"/>; null when nothing is there.</summary>
    public SafeFileHandle? TryOpenFile(UnixPath path, OpenFlags flags)
    {
        var number = TryOpenNumber(path, flags, 0, Inside);
        if (number >= 0)
        {
            return new(number, ownsHandle: true);
        }

        return Libc.LastError is Errno.ENOENT or Errno.ENOTDIR ? null : throw Failed("openat2", path);
    }

    /// <summary>Opens without following links at all, for what must be exactly what it seems.</summary>
    public FileDescriptor OpenPath(UnixPath path, OpenFlags flags = OpenFlags.Path, ResolveFlags also = ResolveFlags.None)
    {
        var number = TryOpenNumber(path, flags, 0, Inside | also);
        return number >= 0 ? new(number) : throw Failed("openat2", path);
    }

    /// <summary>As <see cref="OpenPath"/>, but links that lead out are refused (<c>EXDEV</c>), where they would be taken as within.</summary>
    public FileDescriptor OpenPathBeneath(UnixPath path)
    {
        var number = TryOpenNumber(path, OpenFlags.Path, 0, Below);
        return number >= 0 ? new(number) : throw Failed("openat2", path);
    }

    /// <summary>A directory inside as a root of its own; null where there is none, or only one that links lead out to.</summary>
    public RootedDirectory? TryOpenBeneath(UnixPath path)
    {
        var number = TryOpenNumber(path, OpenFlags.Directory, 0, Below);
        if (number >= 0)
        {
            return new(new(number));
        }

        return Libc.LastError is Errno.ENOENT or Errno.ENOTDIR or Errno.ELOOP or Errno.EXDEV ? null : throw Failed("openat2", path);
    }

    /// <summary>Opens a directory inside as a root of its own: what is opened through it cannot leave <em>it</em>.</summary>
    public RootedDirectory OpenDirectory(UnixPath path, bool followLast = true) =>
        new(new(OpenNumber(path, OpenFlags.Directory | (followLast ? 0 : OpenFlags.NoFollow), 0)));

    public RootedDirectory? TryOpenDirectory(UnixPath path, bool followLast = true)
    {
        var number = TryOpenNumber(path, OpenFlags.Directory | (followLast ? 0 : OpenFlags.NoFollow), 0, Inside);
        if (number >= 0)
        {
            return new(new(number));
        }

        return Libc.LastError is Errno.ENOENT or Errno.ENOTDIR or Errno.ELOOP ? null : throw Failed("openat2", path);
    }

    /// <summary>
    /// Opens a directory inside and makes what is missing on the way, also behind dangling symbolic links, as a mount
    /// target needs it.
    /// </summary>
    /// <returns>The directory, to be disposed.</returns>
    public unsafe RootedDirectory Mkdirs(UnixPath path, uint mode = 0x1ED /* 0755 */)
    {
        using var root = new HeldDescriptor(Descriptor);
        fixed (byte* p = path)
        {
            var result = RootedPath.OpenOrCreate(root.Number, p, RootedPath.Kind.Directory, mode);
            if (result < 0)
            {
                throw new LinuxException("mkdir", (Errno)(-result), path.ToString());
            }

            using var found = new FileDescriptor(result);
            return new(new(ReopenDirectory(found)));
        }
    }

    /// <summary>The status of an entry, or null when it is not there.</summary>
    public unsafe FileStatus? TryStat(UnixPath path, bool followLast = false)
    {
        if (!followLast && IsOneName(path))
        {
            return TryStatEntry(path);
        }

        var number = TryOpenNumber(path, OpenFlags.Path | (followLast ? 0 : OpenFlags.NoFollow), 0, Inside);
        if (number < 0)
        {
            return Libc.LastError is Errno.ENOENT or Errno.ENOTDIR ? null : throw Failed("openat2", path);
        }

        using var opened = new FileDescriptor(number);
        return opened.Stat();
    }

    public FileStatus Stat(UnixPath path, bool followLast = false) =>
        TryStat(path, followLast) ?? throw new LinuxException("stat", Errno.ENOENT, path.ToString());

    public void Dispose() => Descriptor.Dispose();

    /// <summary>A name alone leads nowhere else: no walk, and so no descriptor.</summary>
    private static bool IsOneName(UnixPath path) =>
        !path.Bytes.Contains((byte)'/') && path.Bytes is not ([] or [(byte)'.'] or [(byte)'.', (byte)'.']);

    private unsafe FileStatus? TryStatEntry(UnixPath name)
    {
        using var root = new HeldDescriptor(Descriptor);
        StatxBuffer buffer;
        fixed (byte* p = name)
        {
            if (Libc.Statx(root.Number, p, Libc.AtSymlinkNoFollow, Libc.StatxBasic, &buffer) < 0)
            {
                return Libc.LastError is Errno.ENOENT or Errno.ENOTDIR ? null : throw Failed("statx", name);
            }
        }

        return buffer.ToStatus();
    }

    private static LinuxException Failed(string call, UnixPath path) => new(call, Libc.LastError, path.ToString());

    private static unsafe int ReopenDirectory(FileDescriptor path)
    {
        using var held = new HeldDescriptor(path);
        fixed (byte* dot = "."u8)
        {
            return Libc.Check(Libc.OpenAt2(held.Number, dot, OpenFlags.Directory, 0, ResolveFlags.None), "openat2", ".");
        }
    }

    private int OpenNumber(UnixPath path, OpenFlags flags, uint mode)
    {
        var number = TryOpenNumber(path, flags, mode, Inside);
        return number >= 0 ? number : throw Failed("openat2", path);
    }

    private unsafe int TryOpenNumber(UnixPath path, OpenFlags flags, uint mode, ResolveFlags resolve)
    {
        using var root = new HeldDescriptor(Descriptor);
        fixed (byte* p = path.IsEmpty ? "." : path)
        {
            return Libc.OpenAt2(root.Number, p, flags, mode, resolve);
        }
    }
}
