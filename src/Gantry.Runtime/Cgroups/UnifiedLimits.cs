using Gantry.Linux.Cgroups;
using Gantry.Spec;
using Gantry.Spec.Runtime;
using static Gantry.Runtime.Cgroups.CgroupLimits;

namespace Gantry.Runtime.Cgroups;

/// <summary>linux.resources as files of cgroup v2 (Documentation/admin-guide/cgroup-v2.rst).</summary>
internal static class UnifiedLimits
{
    public static IEnumerable<CgroupSetting> Of(ResourcesSpec resources, Cgroup cgroup) =>
    [
        .. Memory(resources.Memory),
        .. Cpu(resources.Cpu),
        .. Pids(resources.Pids),
        .. BlockIo(resources.BlockIo, cgroup),
        .. (resources.HugepageLimits ?? []).Select(h => new CgroupSetting("hugetlb", $"hugetlb.{h.PageSize}.max", Text(h.Limit))),
        .. Rdma(resources.Rdma),
        .. Network(resources.Network),
        .. (resources.Unified ?? new Dictionary<string, string>()).Select(u => new CgroupSetting(ControllerOf(u.Key), u.Key, u.Value)),
    ];

    public static IEnumerable<CgroupSetting> Rdma(IReadOnlyDictionary<string, RdmaSpec>? rdma) =>
        (rdma ?? new Dictionary<string, RdmaSpec>()).Select(r => new CgroupSetting(
            "rdma", "rdma.max", $"{r.Key} hca_handle={Max(r.Value.HcaHandles)} hca_object={Max(r.Value.HcaObjects)}"));

    /// <summary>cpu.shares, 2 to 262144 with 1024 in the middle, as cpu.weight, 1 to 10000 with 100 in the middle.</summary>
    internal static ulong WeightOf(ulong shares) =>
        shares == 0 ? 0 : 1 + (((Math.Clamp(shares, 2, 262144) - 2) * 9999) / 262142);

    private static IEnumerable<CgroupSetting> Memory(MemorySpec? memory)
    {
        if (memory is null)
        {
            yield break;
        }

        if (memory.KernelTcp is { } tcp and not 0)
        {
            throw Missing("memory.kernelTCP", tcp, "has no such limit");
        }

        if (memory.Swappiness is { } swappiness)
        {
            throw Missing("memory.swappiness", swappiness, "has no such setting");
        }

        if (memory.DisableOomKiller == true)
        {
            throw Missing("memory.disableOOMKiller", "true", "cannot do without");
        }

        if (memory.Swap is { } swap and not 0)
        {
            // v1 counts memory and swap together, v2 swap alone.
            if (swap > 0 && memory.Limit is null or <= 0)
            {
                throw new InvalidArgumentException($"linux.resources.memory.swap: {swap} needs a memory limit beside it");
            }

            yield return new("memory", "memory.swap.max", swap < 0 ? "max" : Text(swap - memory.Limit!.Value));
        }

        if (memory.Limit is { } limit and not 0)
        {
            yield return new("memory", "memory.max", limit < 0 ? "max" : Text(limit));
        }

        if (memory.Reservation is { } reservation and not 0)
        {
            yield return new("memory", "memory.low", reservation < 0 ? "max" : Text(reservation));
        }
    }

    private static IEnumerable<CgroupSetting> Cpu(CpuSpec? cpu)
    {
        if (cpu is null)
        {
            yield break;
        }

        if (cpu.RealtimeRuntime is { } runtime and not 0)
        {
            throw Missing("cpu.realtimeRuntime", runtime, "has no limit of real time");
        }

        if (cpu.RealtimePeriod is { } realtimePeriod and not 0)
        {
            throw Missing("cpu.realtimePeriod", realtimePeriod, "has no limit of real time");
        }

        if (cpu.Idle is { } idle)
        {
            yield return new("cpu", "cpu.idle", Text(idle));
        }
        else if (cpu.Shares is { } shares and not 0)
        {
            yield return new("cpu", "cpu.weight", Text(WeightOf(shares)));
        }

        if (cpu.Quota is not null and not 0 || cpu.Period is not null and not 0)
        {
            var quota = cpu.Quota is > 0 ? Text(cpu.Quota.Value) : "max";
            yield return new("cpu", "cpu.max", $"{quota} {cpu.Period ?? 100000}");
        }

        if (cpu.Burst is { } burst)
        {
            yield return new("cpu", "cpu.max.burst", Text(burst));
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

    private static IEnumerable<CgroupSetting> BlockIo(BlockIoSpec? io, Cgroup cgroup)
    {
        if (io is null)
        {
            yield break;
        }

        // Of the two that know weights, the scheduler bfq counts as blkio did, from 10 to 1000; io.cost from 1 to 10000.
        const string scheduler = "io.bfq.weight";
        var byScheduler = (io.Weight is > 0 || io.WeightDevice is { Count: > 0 }) && cgroup.ReadUnified(scheduler) is not null;
        CgroupSetting Weight(string target, uint weight) => byScheduler
            ? new("io", scheduler, $"{target} {weight}")
            : new("io", "io.weight", $"{target} {1 + ((Math.Clamp((int)weight, 10, 1000) - 10) * 9999 / 990)}");
        if (io.Weight is { } general and not 0)
        {
            yield return Weight("default", general);
        }

        foreach (var device in io.WeightDevice ?? [])
        {
            if (device.Weight is { } own)
            {
                yield return Weight($"{device.Major}:{device.Minor}", own);
            }
        }

        foreach (var (key, devices) in new[]
        {
            ("rbps", io.ThrottleReadBpsDevice), ("wbps", io.ThrottleWriteBpsDevice), ("riops", io.ThrottleReadIopsDevice), ("wiops", io.ThrottleWriteIopsDevice),
        })
        {
            foreach (var device in devices ?? [])
            {
                yield return new("io", "io.max", $"{device.Major}:{device.Minor} {key}={device.Rate}");
            }
        }
    }

    /// <summary>Version 2 has none of it: what is asked for is refused, not left out.</summary>
    private static IEnumerable<CgroupSetting> Network(NetworkSpec? network) =>
        network?.ClassId is { } id and not 0 ? throw Missing("network.classID", id, "has no controller net_cls")
        : network?.Priorities is { Count: > 0 } priorities ? throw Missing("network.priorities", priorities[0].Name, "has no controller net_prio")
        : [];

    private static UnsupportedException Missing(string field, object value, string what) => new($"linux.resources.{field}: {value}: cgroup v2 {what}");

    internal static string ControllerOf(string file)
    {
        var dot = file.IndexOf('.', StringComparison.Ordinal);
        if (dot <= 0 || file.Contains('/', StringComparison.Ordinal))
        {
            throw new InvalidArgumentException($"linux.resources.unified: {file} is not the name of a file of a controller");
        }

        return file[..dot] == "cgroup" ? string.Empty : file[..dot];
    }

    private static string Max(uint? value) => value?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "max";
}
