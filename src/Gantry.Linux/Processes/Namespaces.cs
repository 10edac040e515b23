using System.Runtime.InteropServices;
using Gantry.Linux.Files;
using Gantry.Linux.Native;

namespace Gantry.Linux;

/// <summary>Kinds of namespaces, as CLONE_NEW* bits (namespaces(7)).</summary>
[Flags]
public enum Namespaces
{
    None = 0,
    Time = 0x00000080,
    Mount = 0x00020000,
    Cgroup = 0x02000000,
    Uts = 0x04000000,
    Ipc = 0x08000000,
    User = 0x10000000,
    Pid = 0x20000000,
    Network = 0x40000000,
}

/// <summary>A namespace to become a member of.</summary>
/// <param name="Handle">Of the namespace, or of a process in it.</param>
/// <param name="Kind">One of them.</param>
/// <param name="Subject">What to call it in errors.</param>
public readonly record struct NamespaceJoin(SafeHandle Handle, Namespaces Kind, string Subject);

public static unsafe class NamespaceCalls
{
    /// <summary>The user namespace that a namespace belongs to (ioctl_ns(2)); null where it lies above the caller's.</summary>
    public static FileDescriptor? TryOpenOwner(SafeHandle file)
    {
        const int getUserNamespace = 0xb701;
        using var held = new HeldDescriptor(file);
        var result = Raw.Call(SyscallNumber.Ioctl, held.Number, getUserNamespace);
        return result >= 0 ? new(result) : null;
    }

    /// <summary>Whether two open namespace files are of one namespace: it is what their inode stands for (namespaces(7)).</summary>
    public static bool AreSame(SafeHandle one, SafeHandle other) => Inode(one) == Inode(other);

    /// <summary>Moves the calling thread, or what it clones next when it is a PID namespace, into a namespace (setns(2)).</summary>
    public static void Join(SafeHandle namespaceOrProcess, Namespaces kinds, string subject)
    {
        using var held = new HeldDescriptor(namespaceOrProcess);
        var result = Raw.Call(SyscallNumber.SetNs, held.Number, (nint)kinds);
        if (result < 0)
        {
            throw new LinuxException("setns", (Errno)(-result), subject);
        }
    }

    /// <summary>Gives the calling thread, or what it clones next for a PID namespace, new namespaces (unshare(2)).</summary>
    public static void Unshare(Namespaces kinds)
    {
        var result = Raw.Call(SyscallNumber.Unshare, (nint)kinds);
        if (result < 0)
        {
            throw new LinuxException("unshare", (Errno)(-result), kinds.ToString().ToLowerInvariant());
        }
    }

    private static ulong Inode(SafeHandle handle)
    {
        using var held = new HeldDescriptor(handle);
        var path = stackalloc byte[1];
        StatxBuffer status;
        *path = 0;
        Libc.Check(Libc.Statx(held.Number, path, Libc.AtEmptyPath, Libc.StatxBasic, &status), "statx", "namespace");
        return status.Inode;
    }
}
