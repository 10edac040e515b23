using System.Runtime.InteropServices;
using Gantry.Linux.Files;
using Gantry.Linux.Native;
using Gantry.Linux.Plans;

namespace Gantry.Linux.Processes;

/// <summary>
/// A new network namespace that a thread of its own makes while its caller prepares the rest: it takes the kernel half a
/// millisecond, a third of all that it does for a container. Only the thread is ever in it (unshare(2)).
/// </summary>
public sealed unsafe partial class PendingNetworkNamespace : IDisposable
{
    private readonly FileDescriptor descriptor;
    private nint thread;

    private PendingNetworkNamespace(FileDescriptor descriptor) => this.descriptor = descriptor;

    /// <summary>Its number can be put into a plan at once; it leads to the new namespace after <see cref="Complete"/>.</summary>
    public SafeHandle Handle => descriptor;

    /// <exception cref="LinuxException">There can be no further thread.</exception>
    public static PendingNetworkNamespace Begin()
    {
        var pending = new PendingNetworkNamespace(HostFile.Open("/proc/self/ns/net"));
        var error = CreateThread(out pending.thread, 0, &Make, pending.descriptor.Number);
        if (error == 0)
        {
            return pending;
        }

        pending.Dispose();
        throw new LinuxException("pthread_create", (Errno)error, "a thread that makes the network namespace");
    }

    /// <summary>Waits until it is made.</summary>
    /// <exception cref="PlanException">The kernel refuses it.</exception>
    public void Complete()
    {
        var result = Join();
        if (result < 0)
        {
            throw Plan.Describe(StepKind.NewNamespace, Namespaces.Network, null, (Errno)(-result));
        }
    }

    public void Dispose()
    {
        Join();
        descriptor.Dispose();
    }

    private int Join()
    {
        if (thread == 0)
        {
            return 0;
        }

        JoinThread(thread, out var result);
        thread = 0;
        return (int)result;
    }

    /// <returns>Minus errno, or 0 when <paramref name="descriptor"/> leads to the new namespace.</returns>
    [UnmanagedCallersOnly]
    private static nint Make(nint descriptor)
    {
        var result = Raw.Call(SyscallNumber.Unshare, (int)Namespaces.Network);
        if (result < 0)
        {
            return result;
        }

        fixed (byte* path = "/proc/thread-self/ns/net\0"u8)
        {
            var made = Raw.OpenAt(Libc.AtFdCwd, path, OpenFlags.ReadOnly);
            if (made < 0)
            {
                return made;
            }

            result = Raw.Call(SyscallNumber.Dup3, made, descriptor, OpenFlags.CloseOnExec.ToNative());
            Raw.Close(made);
            return Math.Min(result, 0);
        }
    }

    [LibraryImport("libc", EntryPoint = "pthread_create")]
    private static partial int CreateThread(out nint thread, nint attributes, delegate* unmanaged<nint, nint> start, nint argument);

    [LibraryImport("libc", EntryPoint = "pthread_join")]
    private static partial int JoinThread(nint thread, out nint result);
}
