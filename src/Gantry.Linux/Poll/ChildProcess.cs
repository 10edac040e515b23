using Gantry.Linux.Native;

namespace Gantry.Linux.Poll;

/// <summary>How a child ended (wait(2)).</summary>
/// <param name="ExitCode">Its exit code; 128 + signal when a signal ended it.</param>
/// <param name="Signal">That signal; 0 otherwise.</param>
public readonly record struct ExitStatus(int ExitCode, int Signal)
{
    internal static ExitStatus FromWait(int status)
    {
        var signal = status & 0x7f;
        return signal == 0 ? new ExitStatus((status >> 8) & 0xff, 0) : new ExitStatus(128 + signal, signal);
    }
}

/// <summary>Children of this process, reaped one by one: nobody else may wait for them.</summary>
public static unsafe class ChildProcess
{
    public const int SignalKill = 9;
    public const int SignalChild = 17;
    public const int SignalStop = 19;

    private const int NoHang = 1;

    /// <summary>Reaps the child if it has ended. One that is not ours (any more) counts as ended, with exit code 0.</summary>
    public static bool TryReap(int pid, out ExitStatus status)
    {
        int raw;
        int result;
        do
        {
            result = Libc.WaitPid(pid, &raw, NoHang);
        }
        while (result < 0 && Libc.LastError == Errno.EINTR);
        status = result > 0 ? ExitStatus.FromWait(raw) : default;
        return result != 0;
    }

    /// <summary>Reaps any child that has ended; false when none has.</summary>
    public static bool TryReapAny(out int pid, out ExitStatus status)
    {
        int raw;
        do
        {
            pid = Libc.WaitPid(-1, &raw, NoHang);
        }
        while (pid < 0 && Libc.LastError == Errno.EINTR);
        status = pid > 0 ? ExitStatus.FromWait(raw) : default;
        return pid > 0;
    }
}
