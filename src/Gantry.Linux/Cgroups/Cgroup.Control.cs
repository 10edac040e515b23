using System.Diagnostics;
using Gantry.Linux.Files;
using Gantry.Linux.Native;
using Gantry.Linux.Processes;

namespace Gantry.Linux.Cgroups;

public sealed partial class Cgroup
{
    private const int SigKill = 9;

    public bool IsFrozen => Layout.Find("freezer") is not null
        ? Read("freezer", "freezer.state") is "FROZEN" or "FREEZING"
        : ReadUnified("cgroup.freeze") == "1";

    /// <summary>Stops every process in it until <see cref="Thaw"/>, and waits until they stand.</summary>
    public void Freeze()
    {
        SetFrozen(true);
        var patience = Stopwatch.StartNew();
        while (!HasSettled())
        {
            if (patience.Elapsed > TimeSpan.FromSeconds(5))
            {
                SetFrozen(false);
                throw new LinuxException("freeze", Errno.ETIMEDOUT, Path);
            }

            if (Layout.Find("freezer") is not null)
            {
                // A v1 freezer that met a process in the middle of a fork goes on when it is told again.
                SetFrozen(true);
            }

            Thread.Sleep(1);
        }
    }

    public void Thaw() => SetFrozen(false);

    /// <summary>Sends a signal to every process in it and below it.</summary>
    public void SignalAll(int signal)
    {
        if (signal == SigKill && Layout.Unified is { } unified && File.Exists(unified.PathOf(Path) + "/cgroup.kill"))
        {
            // Nobody forks away from it: the kernel does all of them at once (5.14).
            WriteFile(unified.PathOf(Path), "cgroup.kill", "1");
            return;
        }

        foreach (var pid in Processes())
        {
            using var process = PidFd.TryOpen(pid);
            process?.TrySignal(signal);
        }
    }

    /// <summary>Removes it from all hierarchies, with cgroups below it; processes that end at this moment are waited for.</summary>
    public void Remove()
    {
        var patience = Stopwatch.StartNew();
        foreach (var hierarchy in Layout.Hierarchies)
        {
            var directory = hierarchy.PathOf(Path);
            if (Path.Trim('/').Length == 0)
            {
                throw new LinuxException("rmdir", Errno.EBUSY, directory);
            }

            while (!TryRemove(directory))
            {
                if (patience.Elapsed > TimeSpan.FromSeconds(2))
                {
                    throw new LinuxException("rmdir", Errno.EBUSY, directory);
                }

                Thread.Sleep(1);
            }
        }
    }

    private static unsafe bool TryRemove(string directory)
    {
        int result;
        fixed (byte* path = new UnixPath(directory))
        {
            result = Raw.Call(SyscallNumber.UnlinkAt, Libc.AtFdCwd, (nint)path, Libc.AtRemoveDir);
        }

        if (result is 0 or -(int)Errno.ENOENT)
        {
            return true;
        }

        if (result != -(int)Errno.EBUSY)
        {
            throw new LinuxException("rmdir", (Errno)(-result), directory);
        }

        // The cgroups that the container made itself.
        var all = true;
        foreach (var child in Directory.EnumerateDirectories(directory))
        {
            all &= TryRemove(child);
        }

        return all && !Directory.EnumerateDirectories(directory).Any() && RemoveEmpty(directory);
    }

    private static unsafe bool RemoveEmpty(string directory)
    {
        fixed (byte* path = new UnixPath(directory))
        {
            return Raw.Call(SyscallNumber.UnlinkAt, Libc.AtFdCwd, (nint)path, Libc.AtRemoveDir) is 0 or -(int)Errno.ENOENT;
        }
    }

    private void SetFrozen(bool frozen)
    {
        if (Layout.Find("freezer") is not null)
        {
            Write("freezer", "freezer.state", frozen ? "FROZEN" : "THAWED");
        }
        else if (Layout.Unified is { } unified)
        {
            WriteFile(unified.PathOf(Path), "cgroup.freeze", frozen ? "1" : "0");
        }
        else
        {
            throw new LinuxException("freeze", Errno.ENOENT, "controller freezer");
        }
    }

    private bool HasSettled() => Layout.Find("freezer") is not null
        ? Read("freezer", "freezer.state") == "FROZEN"
        : ReadUnified("cgroup.events")?.Contains("frozen 1", StringComparison.Ordinal) != false;
}
