using Gantry.Linux.Cgroups;
using Gantry.Spec.Runtime;
using static Gantry.Runtime.Cgroups.CgroupLimits;

namespace Gantry.Runtime.Cgroups;

/// <summary>linux.resources as files of cgroup v1, in the order in which the kernel takes them.</summary>
internal static class LegacyLimits
{
    public static IEnumerable<CgroupSetting> Of(ResourcesSpec resources, Cgroup cgroup) =>
    [
        .. Devices(resources.Devices),
        .. Memory(resources.Memory, cgroup),
        .. Cpu(resources.Cpu),
        .. Pids(resources.Pids),
        .. BlockIo(resources.BlockIo),
        .. (resources.HugepageLimits ?? []).Select(h => new CgroupSetting("hugetlb", $"hugetlb.{h.PageSize}.limit_in_bytes", Text(h.Limit))),
        .. Network(resources.Network),
        .. UnifiedLimits.Rdma(resources.Rdma),
    ];

    private static IEnumerable<CgroupSetting> Devices(IReadOnlyList<DeviceCgroupSpec>? devices) =>
        DeviceRules.Of(devices ?? []).Select(r => new CgroupSetting("devices", r.Allow ? "devices.allow" : "devices.deny", r.ToString()));

    private static IEnumerable<CgroupSetting> Memory(MemorySpec? memory, Cgroup cgroup)
    {
        const string limitFile = "memory.limit_in_bytes";
        const string swapFile = "memory.memsw.limit_in_bytes";
        if (memory is null)
        {
            yield break;
        }

        var limit = memory.Limit is null or 0 ? (CgroupSetting?)null : new("memory", limitFile, Text(memory.Limit.Value));
        // Without swap accounting the kernel has no such file, and a limit of memory and swap together is that of memory.
        var swap = memory.Swap is null or 0 || cgroup.Read("memory", swapFile) is null
            ? (CgroupSetting?)null
            : new("memory", swapFile, Text(memory.Swap.Value));
        // Memory may never be above memory and swap: whichever grows goes first.
        var swapFirst = swap is not null
            && (memory.Swap == -1 || !long.TryParse(cgroup.Read("memory", swapFile), out var now) || memory.Swap > now);
        foreach (var setting in swapFirst ? [swap, limit] : new[] { limit, swap })
        {
            if (setting is { } given)
            {
                yield return given;
            }
        }

        if (memory.Reservation is { } reservation and not 0)
        {
            yield return new("memory", "memory.soft_limit_in_bytes", Text(reservation));
        }

        if (memory.Kernel is { } kernel and not 0)
        {
            // Gone since kernel 5.16, and ignored by every runtime since.
            yield return new("memory", "memory.kmem.limit_in_bytes", Text(kernel), IsOptional: true);
        }

        if (memory.KernelTcp is { } tcp and not 0)
        {
            yield return new("memory", "memory.kmem.tcp.limit_in_bytes", Text(tcp));
        }

        if (memory.Swappiness is { } swappiness)
        {
            yield return new("memory", "memory.swappiness", Text(swappiness));
        }

        if (memory.DisableOomKiller == true)
        {
            yield return new("memory", "memory.oom_control", "1");
        }
    }

    private static IEnumerable<CgroupSetting> Cpu(CpuSpec? cpu)
    {
        if (cpu is null)
        {
            yield break;
        }

        if (cpu.Shares is { } shares and not 0)
        {
            yield return new("cpu", "cpu.shares", Text(shares));
        }

        if (cpu.Period is { } period and not 0)
        {
            yield return new("cpu", "cpu.cfs_period_us", Text(period));
        }

        if (cpu.Quota is { } quota and not 0)
        {
            yield return new("cpu", "cpu.cfs_quota_us", Text(quota));
        }

        if (cpu.Burst is { } burst)
        {
            yield return new("cpu", "cpu.cfs_burst_us", Text(burst));
        }

        if (cpu.Idle is { } idle)
        {
            yield return new("cpu", "cpu.idle", Text(idle));
        }

        if (cpu.RealtimePeriod is { } realtimePeriod and not 0)
        {
            yield return new("cpu", "cpu.rt_period_us", Text(realtimePeriod));
        }

        if (cpu.RealtimeRuntime is { } realtimeRuntime and not 0)
        {
            yield return new("cpu", "cpu.rt_runtime_us", Text(realtimeRuntime));
        }

        if (!string.IsNullOrEmpty(cpu.Cpus))
        {
            yield return new("cpuset", "cpuset.cpus", cpu.Cpus);
        }

        if (!string.IsNullOrEmpty(cpu.Mems))
        {
            yield return new("cpuset", "cpuset.mems", cpu.Mems);
        }
    }

    private static IEnumerable<CgroupSetting> Pids(PidsSpec? pids) =>
        pids?.Limit is { } limit and not 0 ? [new("pids", "pids.max", limit < 0 ? "max" : Text(limit))] : [];

    private static IEnumerable<CgroupSetting> BlockIo(BlockIoSpec? io)
    {
        if (io is null)
        {
            yield break;
        }

        if (io.Weight is { } weight and not 0)
        {
            yield return new("blkio", "blkio.bfq.weight", Text((ulong)weight));
        }

        foreach (var device in io.WeightDevice ?? [])
        {
            yield return new("blkio", "blkio.bfq.weight_device", $"{device.Major}:{device.Minor} {device.Weight}");
        }

        foreach (var (file, devices) in new[]
        {
            ("blkio.throttle.read_bps_device", io.ThrottleReadBpsDevice), ("blkio.throttle.write_bps_device", io.ThrottleWriteBpsDevice),
            ("blkio.throttle.read_iops_device", io.ThrottleReadIopsDevice), ("blkio.throttle.write_iops_device", io.ThrottleWriteIopsDevice),
        })
        {
            foreach (var device in devices ?? [])
            {
                yield return new("blkio", file, $"{device.Major}:{device.Minor} {device.Rate}");
            }
        }
    }

    private static IEnumerable<CgroupSetting> Network(NetworkSpec? network)
    {
        if (network?.ClassId is { } id and not 0)
        {
            yield return new("net_cls", "net_cls.classid", Text((ulong)id));
        }

        foreach (var priority in network?.Priorities ?? [])
        {
            yield return new("net_prio", "net_prio.ifpriomap", $"{priority.Name} {priority.Priority}");
        }
    }
}
