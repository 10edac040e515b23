using Gantry.Linux.Processes;
using Gantry.Spec;
using Gantry.Spec.Runtime;

namespace Gantry.Runtime.Containers;

/// <summary>process.scheduler and process.ioPriority as the kernel takes them.</summary>
internal static class Scheduling
{
    private static readonly string[] Policies =
        ["SCHED_OTHER", "SCHED_FIFO", "SCHED_RR", "SCHED_BATCH", "SCHED_ISO", "SCHED_IDLE", "SCHED_DEADLINE"];

    private static readonly string[] Flags =
    [
        "SCHED_FLAG_RESET_ON_FORK", "SCHED_FLAG_RECLAIM", "SCHED_FLAG_DL_OVERRUN", "SCHED_FLAG_KEEP_POLICY", "SCHED_FLAG_KEEP_PARAMS",
        "SCHED_FLAG_UTIL_CLAMP_MIN", "SCHED_FLAG_UTIL_CLAMP_MAX",
    ];

    public static SchedulingAttributes? Of(SchedulerSpec? scheduler)
    {
        if (scheduler is null)
        {
            return null;
        }

        ulong flags = 0;
        foreach (var flag in scheduler.Flags ?? [])
        {
            flags |= 1UL << IndexOf(Flags, flag, "process.scheduler.flags");
        }

        return new SchedulingAttributes
        {
            Size = 48,
            Policy = (uint)IndexOf(Policies, scheduler.Policy, "process.scheduler.policy"),
            Flags = flags,
            Nice = scheduler.Nice ?? 0,
            Priority = (uint)(scheduler.Priority ?? 0),
            Runtime = scheduler.Runtime ?? 0,
            Deadline = scheduler.Deadline ?? 0,
            Period = scheduler.Period ?? 0,
        };
    }

    public static int? Of(IoPrioritySpec? priority)
    {
        const int classShift = 13;
        return priority is null
            ? null
            : ((1 + IndexOf(["IOPRIO_CLASS_RT", "IOPRIO_CLASS_BE", "IOPRIO_CLASS_IDLE"], priority.Class, "process.ioPriority.class")) << classShift) | priority.Priority;
    }

    private static int IndexOf(string[] names, string name, string field)
    {
        var index = Array.IndexOf(names, name);
        return index >= 0 ? index : throw new InvalidArgumentException($"{field}: {name} is none of {string.Join(", ", names)}");
    }
}
