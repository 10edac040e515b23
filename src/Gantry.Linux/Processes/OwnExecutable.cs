using System.Text;
using Gantry.Linux.Files;
using Gantry.Linux.Mounts;
using Gantry.Linux.Native;

namespace Gantry.Linux.Processes;

/// <summary>
/// Keeps a container's processes from writing into the program that starts them. One that is executed as
/// <c>/proc/self/exe</c> is this program inside the container, and whoever holds that link open can write to the file
/// once no process executes it any more (CVE-2019-5736): unless the link leads to a read-only mount.
/// </summary>
public static unsafe class OwnExecutable
{
    private const string Marker = "gantry-runtime:protected";
    private const int ReadOnlyFlag = 1; // ST_RDONLY
    private const int AllSeals = 0xF; // no more seals, no other size, no write (fcntl(2), file seals)
    private static ReadOnlySpan<byte> Link => "/proc/self/exe\0"u8;

    /// <summary>Whether this process already runs from a read-only mount, or from a copy that nobody can write to.</summary>
    public static bool IsProtected
    {
        get
        {
            // struct statfs: f_flags is the eleventh word (statfs(2))
            var status = stackalloc long[32];
            fixed (byte* link = Link)
            {
                var result = Raw.Call(SyscallNumber.StatFs, (nint)link, (nint)status);
                return result >= 0 && ((status[10] & ReadOnlyFlag) != 0 || IsSealed(link));
            }
        }
    }

    /// <summary>
    /// Whether the kernel lets nobody write to a program while it is executed (ETXTBSY; kernels 6.11 and 6.12 did). A
    /// process that outlives the container it makes is safe by that alone.
    /// </summary>
    public static bool IsBusy
    {
        get
        {
            fixed (byte* link = Link)
            {
                var result = Raw.OpenAt(Libc.AtFdCwd, link, OpenFlags.WriteOnly);
                if (result >= 0)
                {
                    Raw.Close(result);
                }

                return result is -(int)Errno.ETXTBSY or -(int)Errno.EROFS;
            }
        }
    }

    /// <summary>
    /// Executes this program again from a detached read-only mount of itself, with the same arguments and environment; who
    /// may not mount takes a sealed copy in memory. Returns when it runs from one already.
    /// </summary>
    public static void Protect()
    {
        if (IsProtected)
        {
            return;
        }

        var arguments = Strings("/proc/self/cmdline");
        if (arguments is [Marker, ..])
        {
            throw new LinuxException("execveat", Errno.EROFS, "a read-only mount of this program is not read-only");
        }

        using FileDescriptor? mounted = TryMount();
        using var mount = mounted ?? SealedCopy();
        using var memory = new Arena();
        var result = Raw.Call(
            SyscallNumber.ExecveAt,
            mount.Number,
            (nint)memory.Text(string.Empty),
            (nint)memory.Texts([Marker, .. arguments.Skip(1)]),
            (nint)memory.Texts(Strings("/proc/self/environ")),
            Libc.AtEmptyPath);
        throw new LinuxException("execveat", (Errno)(-result), "this program from a read-only mount");
    }

    private static DetachedMount? TryMount()
    {
        try
        {
            return DetachedMount.Clone("/proc/self/exe", MountAttributes.ReadOnly | MountAttributes.NoSuid);
        }
        catch (LinuxException e) when (e.Errno == Errno.EPERM)
        {
            return null;
        }
    }

    private static FileDescriptor SealedCopy()
    {
        const uint closeOnExec = 1;
        const uint allowSealing = 2;
        const int addSeals = 1033;
        FileDescriptor copy;
        fixed (byte* name = "gantry-runtime\0"u8)
        {
            var number = Raw.Call(SyscallNumber.MemfdCreate, (nint)name, (nint)(closeOnExec | allowSealing));
            copy = number >= 0 ? new(number) : throw new LinuxException("memfd_create", (Errno)(-number));
        }

        int source;
        fixed (byte* link = Link)
        {
            source = Libc.Check(Raw.OpenAt(Libc.AtFdCwd, link, OpenFlags.ReadOnly), "open", "/proc/self/exe");
        }

        using var original = new FileDescriptor(source);
        const int most = 1 << 30;
        while (Libc.Check(Libc.SendFile(copy.Number, source, null, most), "sendfile", "/proc/self/exe") > 0)
        {
        }

        Libc.Check(Libc.FcntlSet(copy.Number, addSeals, AllSeals), "fcntl", "seals");
        return copy;
    }

    private static bool IsSealed(byte* link)
    {
        const int getSeals = 1034;
        var file = Raw.OpenAt(Libc.AtFdCwd, link, OpenFlags.ReadOnly);
        if (file < 0)
        {
            return false;
        }

        var seals = Raw.Call(SyscallNumber.Fcntl, file, getSeals);
        Raw.Close(file);
        return seals >= 0 && (seals & AllSeals) == AllSeals;
    }

    private static List<string?> Strings(string file)
    {
        List<string?> strings = [.. Encoding.UTF8.GetString(File.ReadAllBytes(file)).Split('\0')];
        strings.RemoveAt(strings.Count - 1);
        return strings;
    }
}
