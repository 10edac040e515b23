using Gantry.Spec;
using Gantry.Spec.Runtime;
using static Gantry.Runtime.Cgroups.CgroupLimits;

namespace Gantry.Runtime.Cgroups;

/// <summary>linux.resources as files of cgroup v2 (Documentation/admin-guide/cgroup-v2.rst).</summary>
internal static class UnifiedLimits
{
    public static IEnumerable<CgroupSetting> Of(ResourcesSpec resources) =>
    [
        .. Memory(resources.Memory),
        .. Cpu(resources.Cpu),
        .. Pids(resources.Pids),
        .. BlockIo(resources.BlockIo),
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

        if (memory.Swap is { } swap and not 0)
        {
            // v1 counts memory and swap together, v2 swap alone.
            if (swap > 0 && memory.Limit is null or <= 0)
            {
                throw new InvalidArgumentException($"linux.resources.memory.swap: {swap} needs a memory limit beside it");
            }

            if (swap > 0 && swap < memory.Limit)
            {
                throw new InvalidArgumentException($"linux.resources.memory.swap: {swap} is below the memory limit {memory.Limit}");
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

    private static IEnumerable<CgroupSetting> BlockIo(BlockIoSpec? io)
    {
        if (io is null)
        {
            yield break;
        }

        if (io.Weight is { } weight and not 0)
        {
            // blkio counts from 10 to 1000, io from 1 to 10000.
            yield return new("io", "io.weight", $"default {1 + ((Math.Clamp((int)weight, 10, 1000) - 10) * 9999 / 990)}");
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
        network?.ClassId is > 0 ? throw new UnsupportedException($"linux.resources.network.classID: {network.ClassId}: cgroup v2 has no controller net_cls")
        : network?.Priorities is { Count: > 0 } priorities
            ? throw new UnsupportedException($"linux.resources.network.priorities: {priorities[0].Name}: cgroup v2 has no controller net_prio")
        : [];

    private static string ControllerOf(string file)
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
