using Gantry.Linux.Files;
using Gantry.Linux.Native;

namespace Gantry.Linux.Mounts;

/// <summary>
/// Mounts that only the calling thread sees, and what it starts from then on: in a copy of its mount namespace, which goes
/// with the last process in it (mount_namespaces(7)). What the host mounts and unmounts is seen as before.
/// </summary>
public sealed unsafe class HiddenMounts : IDisposable
{
    private const int Detach = 2; // MNT_DETACH
    private readonly Stack<string> attached = new();

    /// <param name="directory">Absolute; all mounts are to be attached below it.</param>
    public HiddenMounts(string directory)
    {
        NamespaceCalls.Unshare(Namespaces.Mount);
        for (var path = directory; path is not null; path = Path.GetDirectoryName(path))
        {
            // The mount that the directory is in gets them; EINVAL: there is none at this path (mount(2)).
            if (Call(SyscallNumber.Mount, path, (int)MountPropagation.Slave) is var result and not -(int)Errno.EINVAL)
            {
                if (result < 0)
                {
                    throw new LinuxException("mount", (Errno)(-result), path);
                }

                break;
            }
        }
    }

    /// <summary>Attaches a detached mount, which stays the caller's to close, at a directory or file.</summary>
    public void Attach(FileDescriptor mount, string path)
    {
        DetachedMount.Attach(mount, path);
        attached.Push(path);
    }

    /// <summary>Unmounts them, the last one first.</summary>
    public void Dispose()
    {
        while (attached.TryPop(out var path))
        {
            fixed (byte* p = new UnixPath(path))
            {
                _ = Raw.Call(SyscallNumber.Umount2, (nint)p, Detach);
            }
        }
    }

    private static int Call(int number, string path, int flags)
    {
        fixed (byte* p = new UnixPath(path))
        {
            return Raw.Call(number, 0, (nint)p, 0, flags, 0);
        }
    }
}
