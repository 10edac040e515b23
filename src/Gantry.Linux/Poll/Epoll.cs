using System.Runtime.CompilerServices;
using Gantry.Linux.Native;

namespace Gantry.Linux.Poll;

/// <summary>What to wait for, and what happened (epoll_ctl(2)). Error and HangUp are always told.</summary>
[Flags]
public enum PollEvents : uint
{
    None = 0,
    Readable = 0x1,
    Urgent = 0x2,
    Writable = 0x4,
    Error = 0x8,
    HangUp = 0x10,
}

/// <summary>One thing that happened: to which descriptor number, and what.</summary>
public readonly record struct PollResult(int Descriptor, PollEvents Events);

/// <summary>An epoll instance, level-triggered; descriptors are known by their numbers (epoll(7)).</summary>
public sealed unsafe class Epoll : IDisposable
{
    private const int Add = 1;
    private const int Delete = 2;
    private const int Modify = 3;
    private const int CloseOnExec = 0x80000;
    private const int MostAtOnce = 32;
    private const int LargestEvent = 16;

    private readonly FileDescriptor descriptor = new(Libc.Check(Libc.EpollCreate(CloseOnExec), "epoll_create1"));

    // struct epoll_event is packed on x86-64 only.
    private static int EventSize => SyscallNumber.IsArm ? 16 : 12;

    private static int DataOffset => SyscallNumber.IsArm ? 8 : 4;

    /// <summary>Watches a descriptor. False for one that cannot be watched, such as a regular file.</summary>
    public bool TryWatch(FileDescriptor target, PollEvents events) => Control(Add, target, events, Errno.EPERM);

    public void Change(FileDescriptor target, PollEvents events) => Control(Modify, target, events, Errno.None);

    public void Forget(FileDescriptor target) => Control(Delete, target, PollEvents.None, Errno.ENOENT);

    /// <summary>Waits; an interrupted wait is an empty one.</summary>
    /// <param name="results">Filled from its beginning.</param>
    /// <param name="milliseconds">How long at most; -1 for ever.</param>
    public int Wait(Span<PollResult> results, int milliseconds)
    {
        var events = stackalloc byte[MostAtOnce * LargestEvent];
        using var held = new HeldDescriptor(descriptor);
        var count = Libc.EpollWait(held.Number, events, Math.Min(results.Length, MostAtOnce), milliseconds);
        if (count < 0)
        {
            return Libc.LastError == Errno.EINTR ? 0 : throw new LinuxException("epoll_wait", Libc.LastError);
        }

        for (var i = 0; i < count; i++)
        {
            var happening = events + (i * EventSize);
            results[i] = new PollResult(
                Unsafe.ReadUnaligned<int>(happening + DataOffset), (PollEvents)Unsafe.ReadUnaligned<uint>(happening));
        }

        return count;
    }

    public void Dispose() => descriptor.Dispose();

    private bool Control(int operation, FileDescriptor target, PollEvents events, Errno expected)
    {
        var happening = stackalloc byte[LargestEvent];
        using var held = new HeldDescriptor(descriptor);
        using var watched = new HeldDescriptor(target);
        Unsafe.WriteUnaligned(happening, (uint)events);
        Unsafe.WriteUnaligned(happening + DataOffset, (long)watched.Number);
        if (Libc.EpollControl(held.Number, operation, watched.Number, happening) == 0)
        {
            return true;
        }

        return Libc.LastError == expected ? false : throw new LinuxException("epoll_ctl", Libc.LastError, $"fd {watched.Number}");
    }
}
