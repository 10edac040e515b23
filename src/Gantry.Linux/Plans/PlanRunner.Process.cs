using Gantry.Linux.Native;

namespace Gantry.Linux.Plans;

internal static unsafe partial class PlanRunner
{
    /// <summary>
    /// Default actions and an empty mask: .NET ignores SIGPIPE, and what is ignored stays so across execve (signal(7)).
    /// </summary>
    private static int ResetSignals()
    {
        const int setMask = 2;
        const int lastSignal = 64;
        var action = stackalloc long[4];
        for (var signal = 1; signal <= lastSignal; signal++)
        {
            // SIGKILL and SIGSTOP refuse, and need not.
            Raw.Call(SyscallNumber.RtSigAction, signal, (nint)action, 0, sizeof(long));
        }

        return Raw.Call(SyscallNumber.RtSigProcMask, setMask, (nint)action, 0, sizeof(long));
    }

    /// <summary>
    /// Until execve gives the process another memory, nobody in the container may look into it or open its executable
    /// through /proc (PR_SET_DUMPABLE, CVE-2016-9962, CVE-2019-5736).
    /// </summary>
    private static int ForbidTracing() => Raw.Call(SyscallNumber.PrCtl, 4, 0);

    /// <summary>The init of a container shall not outlive the monitor that accounts for it (PR_SET_PDEATHSIG, SIGKILL).</summary>
    private static int DieWithParent() => Raw.Call(SyscallNumber.PrCtl, 1, 9);

    /// <summary>A: descriptor of the tasks file, or -1; B: its path on the host. Zero means the writer (cgroups(7)).</summary>
    private static int JoinCgroup(PlanStep* step)
    {
        if (step->A >= 0)
        {
            return Raw.Write((int)step->A, Literal("0"u8), 1);
        }

        var tasks = Raw.OpenAt(Libc.AtFdCwd, (byte*)step->B, Files.OpenFlags.WriteOnly);
        if (tasks < 0)
        {
            return tasks;
        }

        var result = Raw.Write(tasks, Literal("0"u8), 1);
        Raw.Close(tasks);
        return result;
    }

    /// <summary>A: descriptor of a namespace or process; B: the kinds (CLONE_NEW*).</summary>
    private static int JoinNamespace(PlanStep* step) => Raw.Call(SyscallNumber.SetNs, step->A, step->B);

    /// <summary>A: the kinds (CLONE_NEW*).</summary>
    private static int NewNamespace(PlanStep* step) => Raw.Call(SyscallNumber.Unshare, step->A);

    /// <summary>Waits until the parent has written what only it can write, such as id mappings.</summary>
    private static int AwaitParent(PlanState* state)
    {
        byte go;
        var result = Raw.Read(state->Channel, &go, 1);
        return result == 0 ? -(int)Errno.EPIPE : result;
    }

    /// <summary>In a new user namespace a process has no id until it takes one.</summary>
    private static int BecomeRoot()
    {
        var result = Raw.Call(SyscallNumber.SetResGid, 0, 0, 0);
        return result < 0 ? result : Raw.Call(SyscallNumber.SetResUid, 0, 0, 0);
    }

    private static int NewSession()
    {
        var result = Raw.Call(SyscallNumber.SetSid);
        // EPERM: it leads a process group already, as a process that the kernel made pid 1 of a session may.
        return result == -(int)Errno.EPERM ? 0 : result;
    }

    /// <summary>A: the name of the session keyring, so that the host's keys stay the host's (keyrings(7)).</summary>
    private static int NewKeyring(PlanStep* step)
    {
        const int joinSessionKeyring = 1;
        var result = Raw.Call(SyscallNumber.KeyCtl, joinSessionKeyring, step->A);
        return result is -(int)Errno.ENOSYS or -(int)Errno.EDQUOT or -(int)Errno.EPERM ? 0 : result;
    }

    /// <summary>A: path, of the host's /proc; B: bytes; C: their number.</summary>
    private static int WriteFile(PlanStep* step)
    {
        var file = Raw.OpenAt(Libc.AtFdCwd, (byte*)step->A, Files.OpenFlags.WriteOnly);
        if (file < 0)
        {
            return file;
        }

        var result = Raw.Write(file, (void*)step->B, (int)step->C);
        Raw.Close(file);
        return result;
    }

    /// <summary>A: RLIMIT_*; B: soft; C: hard.</summary>
    private static int SetResourceLimit(PlanStep* step)
    {
        var limit = stackalloc long[2];
        limit[0] = step->B;
        limit[1] = step->C;
        return Raw.Call(SyscallNumber.PrLimit64, 0, step->A, (nint)limit, 0);
    }

    /// <summary>A: struct sched_attr, or null; B: I/O priority and class, or -1 (sched_setattr(2), ioprio_set(2)).</summary>
    private static int SetScheduling(PlanStep* step)
    {
        const int process = 1;
        if (step->A != 0 && Raw.Call(SyscallNumber.SchedSetAttr, 0, step->A, 0) is < 0 and var failure)
        {
            return failure;
        }

        return step->B >= 0 ? Raw.Call(SyscallNumber.IoPrioSet, process, 0, step->B) : 0;
    }

    /// <summary>A: mask of processors; B: its bytes (sched_setaffinity(2)).</summary>
    private static int SetAffinity(PlanStep* step) => Raw.Call(SyscallNumber.SchedSetAffinity, 0, step->B, step->A);

    /// <summary>A: execution domain (personality(2)).</summary>
    private static int SetPersonality(PlanStep* step) => Raw.Call(SyscallNumber.Personality, step->A);

    /// <summary>A: name; B: its length.</summary>
    private static int SetHostName(PlanStep* step) => Raw.Call(SyscallNumber.SetHostName, step->A, step->B);

    /// <summary>A: name; B: its length.</summary>
    private static int SetDomainName(PlanStep* step) => Raw.Call(SyscallNumber.SetDomainName, step->A, step->B);

    /// <summary>A: descriptor, or -1 for the terminal; B: 0, 1 or 2.</summary>
    private static int RedirectStandardStream(PlanStep* step, PlanState* state)
    {
        var from = step->A < 0 ? state->Terminal : (int)step->A;
        if (from == (int)step->B)
        {
            const int setDescriptorFlags = 2;
            return Raw.Call(SyscallNumber.Fcntl, from, setDescriptorFlags, 0);
        }

        return Raw.Call(SyscallNumber.Dup3, from, step->B, 0);
    }

    /// <summary>
    /// A: 0, 1 or 2; B: uid; C: gid. So that a program that gave up root can open /proc/self/fd/1 again. Streams that
    /// cannot be given away, on read-only file systems and the like, stay as they are.
    /// </summary>
    private static int ChownStandardStream(PlanStep* step)
    {
        Files.StatxBuffer status;
        if (Raw.Statx((int)step->A, Empty, Libc.AtEmptyPath, &status) < 0)
        {
            return 0;
        }

        // Not files of the host, nor /dev/null, which everybody shares.
        const int kindMask = 0xF000;
        var kind = (Files.FileKind)(status.Mode & kindMask);
        if (kind is Files.FileKind.Fifo or Files.FileKind.Socket || (kind == Files.FileKind.CharacterDevice && status.RawDeviceMajor is >= 136 and <= 143))
        {
            Raw.Call(SyscallNumber.FchownAt, step->A, (nint)Empty, step->B, step->C, Libc.AtEmptyPath);
        }

        return 0;
    }

    /// <summary>A: the first descriptor that the program shall not get.</summary>
    private static int CloseOnExecute(PlanStep* step)
    {
        const int closeOnExec = 4;
        return Raw.Call(SyscallNumber.CloseRange, step->A, unchecked((nint)uint.MaxValue), closeOnExec);
    }

    private static int SetUmask(PlanStep* step) => Raw.Call(SyscallNumber.Umask, step->A);
}
