using System.Globalization;
using Gantry.Engine.Machine;
using Gantry.Spec.Engine;

namespace Gantry.Engine.Stats;

/// <summary>The counters of control groups of version 1, one directory for each controller.</summary>
/// <seealso href="https://docs.kernel.org/admin-guide/cgroup-v1/index.html"/>
internal sealed class LegacyStats(Func<string, CounterDirectory> controller) : ICgroupStats
{
    public CpuStats Cpu()
    {
        var cpuacct = controller("cpuacct");
        var (times, throttling) = (cpuacct.Table("cpuacct.stat"), controller("cpu").Table("cpu.stat"));
        return new CpuStats
        {
            Usage = new CpuUsage
            {
                Total = CounterDirectory.Signed(cpuacct.Number("cpuacct.usage")),
                PerCpu = cpuacct.Lines("cpuacct.usage_percpu") is [var line, ..]
                    ? [.. line.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(text => long.Parse(text, CultureInfo.InvariantCulture))]
                    : null,
                Kernel = times.GetValueOrDefault("system") * MachineCpu.NanosecondsPerTick,
                User = times.GetValueOrDefault("user") * MachineCpu.NanosecondsPerTick,
            },
            Throttling = new ThrottlingStats
            {
                Periods = throttling.GetValueOrDefault("nr_periods"),
                ThrottledPeriods = throttling.GetValueOrDefault("nr_throttled"),
                ThrottledTime = throttling.GetValueOrDefault("throttled_time"),
            },
        };
    }

    public MemoryStats Memory()
    {
        var memory = controller("memory");
        var details = memory.Table("memory.stat");
        return new MemoryStats
        {
            Usage = CounterDirectory.Signed(memory.Number("memory.usage_in_bytes")),
            MaxUsage = CounterDirectory.Signed(memory.Number("memory.max_usage_in_bytes")),
            FailCount = CounterDirectory.Signed(memory.Number("memory.failcnt")),
            Details = details.Count > 0 ? details : null,
            Limit = Math.Min(HostFacts.MemoryTotal, CounterDirectory.Signed(memory.Number("memory.limit_in_bytes"))),
        };
    }

    public ProcessStats Processes()
    {
        var pids = controller("pids");
        // Docker tells no limit where there is none, and the greatest number of all where cgroups are unified.
        var limit = pids.Number("pids.max") is ulong.MaxValue ? 0 : pids.Number("pids.max");
        return new ProcessStats { Current = CounterDirectory.Signed(pids.Number("pids.current")), Limit = limit };
    }

    public BlockStats Block()
    {
        var blkio = controller("blkio");
        return new BlockStats
        {
            ServiceBytes = Entries(blkio, "io_service_bytes_recursive", "throttle.io_service_bytes_recursive", "throttle.io_service_bytes"),
            Serviced = Entries(blkio, "io_serviced_recursive", "throttle.io_serviced_recursive", "throttle.io_serviced"),
            Queue = Entries(blkio, "io_queued_recursive"),
            ServiceTime = Entries(blkio, "io_service_time_recursive"),
            WaitTime = Entries(blkio, "io_wait_time_recursive"),
            Merged = Entries(blkio, "io_merged_recursive"),
            Time = Entries(blkio, "time_recursive"),
            Sectors = Entries(blkio, "sectors_recursive"),
        };
    }

    // "8:0 Read 4096"; which of the files count depends on the I/O scheduler.
    private static BlockStatsEntry[] Entries(CounterDirectory blkio, params ReadOnlySpan<string> files)
    {
        foreach (var file in files)
        {
            var entries = blkio.Lines("blkio." + file).Select(Entry).OfType<BlockStatsEntry>().ToArray();
            if (entries.Length > 0)
            {
                return entries;
            }
        }

        return [];
    }

    private static BlockStatsEntry? Entry(string line)
    {
        var parts = line.Split(' ', ':');
        return parts.Length >= 3
            && long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var major)
            && long.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var minor)
            && long.TryParse(parts[^1], NumberStyles.None, CultureInfo.InvariantCulture, out var value)
            ? new BlockStatsEntry { Major = major, Minor = minor, Operation = parts.Length > 3 ? parts[2] : "", Value = value }
            : null;
    }
}
