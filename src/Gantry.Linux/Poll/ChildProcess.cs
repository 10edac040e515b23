using Gantry.Linux.Native;

namespace Gantry.Linux.Poll;

/// <summary>A child of this process by its number, reaped by nobody else.</summary>
public static unsafe class ChildProcess
{
    private const int NoHang = 1;

    /// <summary>Reaps the child if it has ended. One that is not ours (any more) counts as reaped.</summary>
    public static bool TryReap(int pid)
    {
        int result;
        do
        {
            result = Libc.WaitPid(pid, null, NoHang);
        }
        while (result < 0 && Libc.LastError == Errno.EINTR);
        return result != 0;
    }
}
