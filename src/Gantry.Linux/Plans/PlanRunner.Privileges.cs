using Gantry.Linux.Native;

namespace Gantry.Linux.Plans;

internal static unsafe partial class PlanRunner
{
    /// <summary>Lets permitted capabilities survive the change of user; execve clears this (capabilities(7)).</summary>
    private static int KeepCapabilities() => Raw.Call(SyscallNumber.PrCtl, 8, 1);

    /// <summary>A: the set that stays.</summary>
    private static int DropBoundingCapabilities(PlanStep* step)
    {
        const int drop = 24;
        for (var capability = 0; capability < 64; capability++)
        {
            if (((ulong)step->A >> capability & 1) != 0)
            {
                continue;
            }

            var result = Raw.Call(SyscallNumber.PrCtl, drop, capability);
            if (result < 0)
            {
                // EINVAL: beyond the last capability that this kernel knows.
                return result == -(int)Errno.EINVAL ? 0 : result;
            }
        }

        return 0;
    }

    /// <summary>A: gids, as u32; B: their number.</summary>
    private static int SetGroups(PlanStep* step) => Raw.Call(SyscallNumber.SetGroups, step->B, step->A);

    private static int SetGid(PlanStep* step) => Raw.Call(SyscallNumber.SetResGid, step->A, step->A, step->A);

    // Not setresuid(3): the C library would look for the other threads, which this process does not have.
    private static int SetUid(PlanStep* step) => Raw.Call(SyscallNumber.SetResUid, step->A, step->A, step->A);

    /// <summary>A: effective; B: permitted; C: inheritable (capset(2), version 3).</summary>
    private static int SetCapabilities(PlanStep* step)
    {
        var header = stackalloc uint[2];
        header[0] = 0x20080522;
        var data = stackalloc uint[6];
        for (var half = 0; half < 2; half++)
        {
            data[half * 3] = (uint)((ulong)step->A >> (32 * half));
            data[(half * 3) + 1] = (uint)((ulong)step->B >> (32 * half));
            data[(half * 3) + 2] = (uint)((ulong)step->C >> (32 * half));
        }

        return Raw.Call(SyscallNumber.CapSet, (nint)header, (nint)data);
    }

    /// <summary>A: the set.</summary>
    private static int SetAmbientCapabilities(PlanStep* step)
    {
        const int ambient = 47;
        const int raise = 2;
        const int clearAll = 4;
        var result = Raw.Call(SyscallNumber.PrCtl, ambient, clearAll);
        for (var capability = 0; capability < 64 && result >= 0; capability++)
        {
            if (((ulong)step->A >> capability & 1) != 0)
            {
                result = Raw.Call(SyscallNumber.PrCtl, ambient, raise, capability);
            }
        }

        return result;
    }

    private static int ForbidNewPrivileges() => Raw.Call(SyscallNumber.PrCtl, 38, 1);

    /// <summary>
    /// A: instructions; B: their number; C: SECCOMP_FILTER_FLAG_*. With a listener, who answers for the filter gets it by
    /// way of the parent.
    /// </summary>
    private static int LoadSeccomp(PlanStep* step, PlanState* state)
    {
        const int setModeFilter = 1;
        const int newListener = 8;
        var program = stackalloc nint[2];
        program[0] = step->B;
        program[1] = step->A;
        var result = Raw.Call(SyscallNumber.Seccomp, setModeFilter, step->C, (nint)program);
        if (result < 0 || (step->C & newListener) == 0)
        {
            return result;
        }

        var sent = SendDescriptor(state, PlanMessage.Listener, result);
        Raw.Close(result);
        return sent;
    }
}
