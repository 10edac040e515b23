using Gantry.Spec;
using Gantry.Spec.Runtime;
using static Gantry.Runtime.Containers.Fields;

namespace Gantry.Runtime.Containers;

/// <summary>Refuses what no process can be: <c>process</c> of config.json, or a process.json.</summary>
internal static class ProcessValidation
{
    public static void Check(ProcessSpec process)
    {
        if (process.Args is not { Count: > 0 } args)
        {
            throw new InvalidArgumentException("process.args is empty: there is nothing to run");
        }

        Absolute(process.Cwd ?? "/", "process.cwd");
        NoNul(args, "process.args");
        NoNul(process.Env, "process.env");
        Between(process.ConsoleSize?.Height, 0, ushort.MaxValue, "process.consoleSize.height");
        Between(process.ConsoleSize?.Width, 0, ushort.MaxValue, "process.consoleSize.width");
        CheckUser(process.User);
        CheckLimits(process.Rlimits);
        Between(process.OomScoreAdj, -1000, 1000, "process.oomScoreAdj");
        CheckScheduling(process);
        AppArmor.Check(process.ApparmorProfile, "process.apparmorProfile");
        if (!string.IsNullOrEmpty(process.SelinuxLabel))
        {
            throw new UnsupportedException($"process.selinuxLabel: {process.SelinuxLabel}: SELinux labels are not supported");
        }

        CheckProcessors(process.ExecCpuAffinity?.Initial, "process.execCPUAffinity.initial");
        CheckProcessors(process.ExecCpuAffinity?.Final, "process.execCPUAffinity.final");
    }

    private static void CheckUser(UserSpec? user)
    {
        const uint permissions = 0x1FF; // 0777
        IsId(user?.Uid, "process.user.uid");
        IsId(user?.Gid, "process.user.gid");
        for (var i = 0; i < (user?.AdditionalGids?.Count ?? 0); i++)
        {
            IsId(user!.AdditionalGids![i], At("process.user.additionalGids", i));
        }

        Between(user?.Umask, 0, permissions, "process.user.umask", " (0777)");
    }

    private static void CheckLimits(IReadOnlyList<RlimitSpec>? limits)
    {
        HashSet<string> seen = [];
        for (var i = 0; i < (limits?.Count ?? 0); i++)
        {
            var limit = limits![i];
            _ = Rlimits.NumberOf(limit.Type);
            if (!seen.Add(limit.Type))
            {
                throw new InvalidArgumentException($"process.rlimits: {limit.Type} is there twice");
            }

            if (limit.Soft > limit.Hard)
            {
                throw new InvalidArgumentException($"process.rlimits: {limit.Type}: the soft limit {limit.Soft} is above the hard limit {limit.Hard}");
            }
        }
    }

    private static void CheckScheduling(ProcessSpec process)
    {
        if (process.Scheduler is { } scheduler)
        {
            _ = Scheduling.Of(scheduler);
            Between(scheduler.Nice, -20, 19, "process.scheduler.nice");
            Between(scheduler.Priority, 0, 99, "process.scheduler.priority");
        }

        if (process.IoPriority is { } priority)
        {
            _ = Scheduling.Of(priority);
            Between(priority.Priority, 0, 7, "process.ioPriority.priority", ", the first the most urgent");
        }
    }

    private static void CheckProcessors(string? list, string field)
    {
        if (!string.IsNullOrEmpty(list))
        {
            _ = CpuList.Parse(list, field);
        }
    }
}
