using System.Runtime.ExceptionServices;
using Gantry.Linux.Files;
using Gantry.Linux.Native;

namespace Gantry.Linux.Mounts;

/// <summary>
/// A mount namespace by descriptor (mount_namespaces(7)). What is mounted in a private one is on no path of the host, and
/// goes with the last descriptor of it: no end of this process leaves a mount behind.
/// </summary>
public sealed unsafe class MountNamespace : IDisposable
{
    private const int ShareNothing = 0x200; // CLONE_FS: setns(2) wants a root and working directory of the thread's own
    private const int Recursive = 0x4000; // MS_REC
    private readonly FileDescriptor descriptor;

    private MountNamespace(FileDescriptor descriptor) => this.descriptor = descriptor;

    /// <summary>A copy of this process's namespace that exchanges no mounts with it.</summary>
    public static MountNamespace CreatePrivate() => OnThread(() =>
    {
        NamespaceCalls.Unshare(Namespaces.Mount);
        fixed (byte* root = "/\0"u8)
        {
            Check(Raw.Call(SyscallNumber.Mount, 0, (nint)root, 0, Recursive | (int)MountPropagation.Private, 0), "mount", "/");
        }

        return new MountNamespace(Open("/proc/thread-self/ns/mnt"));
    });

    /// <summary>The namespace that a process lives in.</summary>
    public static MountNamespace OfProcess(int pid) =>
        new(Open(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"/proc/{pid}/ns/mnt")));

    /// <summary>A copy of what is mounted at a path as processes of the namespace see it, attached nowhere.</summary>
    public DetachedMount Clone(string path, bool recursive = false) => Run(() => DetachedMount.Clone(path, recursive: recursive));

    /// <summary>Runs on a thread that is in the namespace. Descriptors it opens stay good outside.</summary>
    public T Run<T>(Func<T> work) => OnThread(() =>
    {
        Check(Raw.Call(SyscallNumber.Unshare, ShareNothing), "unshare", "working directory");
        NamespaceCalls.Join(descriptor, Namespaces.Mount, "mount namespace");
        return work();
    });

    public void Dispose() => descriptor.Dispose();

    // A thread of its own, which ends afterwards: one of the pool would take the namespace along to other work.
    private static T OnThread<T>(Func<T> work)
    {
        T? result = default;
        ExceptionDispatchInfo? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                result = work();
            }
            catch (Exception e)
            {
                failure = ExceptionDispatchInfo.Capture(e);
            }
        });
        thread.Start();
        thread.Join();
        failure?.Throw();
        return result!;
    }

    private static FileDescriptor Open(string path)
    {
        fixed (byte* p = new UnixPath(path))
        {
            var number = Raw.OpenAt(Libc.AtFdCwd, p, OpenFlags.ReadOnly);
            return number >= 0 ? new(number) : throw new LinuxException("open", (Errno)(-number), path);
        }
    }

    private static void Check(int result, string call, string subject)
    {
        if (result < 0)
        {
            throw new LinuxException(call, (Errno)(-result), subject);
        }
    }
}
