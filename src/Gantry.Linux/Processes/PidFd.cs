using System.Globalization;
using System.Runtime.InteropServices;
using Gantry.Linux.Native;

namespace Gantry.Linux.Processes;

/// <summary>A process by descriptor: it never means another process that got the same number (pidfd_open(2)).</summary>
public sealed unsafe partial class PidFd(int descriptor, int pid) : FileDescriptor(descriptor)
{
    private const int ById = 3; // P_PIDFD
    private const int Exited = 4;
    private const int NoHang = 1;

    public int Pid { get; } = pid;

    public static PidFd Open(int pid) =>
        TryOpen(pid) ?? throw new LinuxException("pidfd_open", Errno.ESRCH, pid.ToString(CultureInfo.InvariantCulture));

    /// <summary>Null when there is no such process.</summary>
    public static PidFd? TryOpen(int pid)
    {
        var result = Raw.Call(SyscallNumber.PidFdOpen, pid, 0);
        return result switch
        {
            >= 0 => new(result, pid),
            -(int)Errno.ESRCH => null,
            _ => throw new LinuxException("pidfd_open", (Errno)(-result), pid.ToString(CultureInfo.InvariantCulture)),
        };
    }

    /// <summary>Sends a signal; false when the process is gone.</summary>
    public bool TrySignal(int signal)
    {
        using var held = new HeldDescriptor(this);
        var result = Raw.Call(SyscallNumber.PidFdSendSignal, held.Number, signal, 0, 0);
        return result switch
        {
            >= 0 => true,
            -(int)Errno.ESRCH => false,
            _ => throw new LinuxException("pidfd_send_signal", (Errno)(-result), $"{signal} to process {Pid}"),
        };
    }

    /// <summary>Waits for a child to end.</summary>
    public ExitStatus Wait() => Wait(Exited) ?? throw new LinuxException("waitid", Errno.ECHILD, $"process {Pid}");

    /// <summary>The exit of a child; null when it still runs.</summary>
    public ExitStatus? TryWait() => Wait(Exited | NoHang);

    /// <summary>Whether the process ends within a time; a child still has to be waited for then.</summary>
    public bool AwaitEnd(int milliseconds)
    {
        const short readable = 1;
        using var held = new HeldDescriptor(this);
        var one = new PollDescriptor { Descriptor = held.Number, Events = readable };
        return Poll(&one, 1, milliseconds) > 0;
    }

    private ExitStatus? Wait(int options)
    {
        using var held = new HeldDescriptor(this);
        SignalInformation information = default;
        while (true)
        {
            // A call that may block must let the garbage collector run: not by Raw.
            var result = Libc.Syscall(SyscallNumber.WaitId, ById, held.Number, (nint)(&information), options, 0);
            if (result < 0 && Libc.LastError == Errno.EINTR)
            {
                continue;
            }

            Libc.Check(result, "waitid", $"process {Pid}");
            return information.Pid == 0 ? null : information.ToExitStatus();
        }
    }

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    private static partial int Poll(PollDescriptor* descriptors, nuint count, int milliseconds);

    [StructLayout(LayoutKind.Sequential)]
    private struct PollDescriptor
    {
        public int Descriptor;
        public short Events;
        public short Happened;
    }

    /// <summary>The part of siginfo_t that waitid(2) fills in.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 128)]
    private struct SignalInformation
    {
        [FieldOffset(8)] public int Code;
        [FieldOffset(16)] public int Pid;
        [FieldOffset(20)] public int Uid;
        [FieldOffset(24)] public int Status;

        public readonly ExitStatus ToExitStatus()
        {
            const int exitedByItself = 1;
            return Code == exitedByItself ? new(Status, 0) : new(128 + Status, Status);
        }
    }
}

/// <summary>How a process ended.</summary>
/// <param name="Code">What it returned; 128 + the signal when one ended it.</param>
/// <param name="Signal">The signal that ended it, or 0.</param>
public readonly record struct ExitStatus(int Code, int Signal);
