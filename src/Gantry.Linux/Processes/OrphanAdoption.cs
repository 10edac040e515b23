using Gantry.Linux.Native;
using Gantry.Linux.Poll;

namespace Gantry.Linux.Processes;

/// <summary>
/// While it lives, descendants of this process whose parent ends become its children (PR_SET_CHILD_SUBREAPER, prctl(2)).
/// Those it has then stay its children.
/// </summary>
public sealed class OrphanAdoption : IDisposable
{
    private const int SetChildSubreaper = 36;
    private const int SignalKill = 9;
    private const int Patience = 1000;
    private readonly HashSet<int> before = ChildProcess.All();

    public OrphanAdoption() => Set(1);

    public void Dispose() => Set(0);

    /// <summary>Reaps what was adopted and has ended.</summary>
    /// <param name="except">Not this one: somebody waits for its exit.</param>
    public void ReapEnded(int except)
    {
        foreach (var pid in ChildProcess.All().Where(pid => pid != except && !before.Contains(pid)))
        {
            ChildProcess.TryReap(pid);
        }
    }

    /// <summary>Reaps all that was adopted, once it has ended: what is of no use to anybody still holds its PID namespace, and that its init.</summary>
    public void ReapAll()
    {
        foreach (var pid in ChildProcess.All().Where(pid => !before.Contains(pid)))
        {
            using var process = PidFd.Open(pid);
            if (!process.AwaitEnd(Patience))
            {
                process.TrySignal(SignalKill);
            }

            process.Wait();
        }
    }

    private static void Set(int on)
    {
        var result = Raw.Call(SyscallNumber.PrCtl, SetChildSubreaper, on, 0, 0, 0);
        if (result < 0)
        {
            throw new LinuxException("prctl", (Errno)(-result), "PR_SET_CHILD_SUBREAPER");
        }
    }
}
