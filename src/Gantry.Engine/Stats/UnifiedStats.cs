using System.Globalization;
using Gantry.Engine.Machine;
using Gantry.Spec.Engine;

namespace Gantry.Engine.Stats;

/// <summary>The counters of a control group of version 2.</summary>
/// <seealso href="https://docs.kernel.org/admin-guide/cgroup-v2.html"/>
internal sealed class UnifiedStats(CounterDirectory directory) : ICgroupStats
{
    public CpuStats Cpu()
    {
        var table = directory.Table("cpu.stat");
        return new CpuStats
        {
            Usage = new CpuUsage { Total = Nanoseconds("usage_usec"), Kernel = Nanoseconds("system_usec"), User = Nanoseconds("user_usec") },
            Throttling = new ThrottlingStats
            {
                Periods = table.GetValueOrDefault("nr_periods"),
                ThrottledPeriods = table.GetValueOrDefault("nr_throttled"),
                ThrottledTime = Nanoseconds("throttled_usec"),
            },
        };

        long Nanoseconds(string name) => table.GetValueOrDefault(name) * 1000;
    }

    public MemoryStats Memory()
    {
        var details = directory.Table("memory.stat");
        return new MemoryStats
        {
            Usage = CounterDirectory.Signed(directory.Number("memory.current")),
            Details = details.Count > 0 ? details : null,
            Limit = directory.Lines("memory.max") is [_, ..] ? Math.Min(HostFacts.MemoryTotal, CounterDirectory.Signed(directory.Number("memory.max"))) : HostFacts.MemoryTotal,
        };
    }

    public ProcessStats Processes() =>
        new() { Current = CounterDirectory.Signed(directory.Number("pids.current")), Limit = directory.Number("pids.max") };

    // "8:0 rbytes=4096 wbytes=0 rios=1 …"
    public BlockStats Block() => new()
    {
        ServiceBytes = [.. directory.Lines("io.stat").SelectMany(line => Entries(line.Split(' ')))],
    };

    private static IEnumerable<BlockStatsEntry> Entries(string[] parts)
    {
        var device = parts[0].Split(':');
        foreach (var (key, name) in ((string, string)[])[("rbytes=", "read"), ("wbytes=", "write")])
        {
            var part = Array.Find(parts, text => text.StartsWith(key, StringComparison.Ordinal));
            if (device.Length == 2 && part is not null)
            {
                yield return new BlockStatsEntry
                {
                    Major = long.Parse(device[0], CultureInfo.InvariantCulture),
                    Minor = long.Parse(device[1], CultureInfo.InvariantCulture),
                    Operation = name,
                    Value = long.Parse(part.AsSpan(key.Length), NumberStyles.None, CultureInfo.InvariantCulture),
                };
            }
        }
    }
}
