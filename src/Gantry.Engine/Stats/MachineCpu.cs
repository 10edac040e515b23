using System.Globalization;

namespace Gantry.Engine.Stats;

/// <summary>The processors of the machine (proc_stat(5)).</summary>
internal static class MachineCpu
{
    // /proc/stat and cpuacct.stat count in USER_HZ, which is 100 on every architecture that Linux shows to programs.
    internal const long NanosecondsPerTick = 10_000_000;
    private const int CountedColumns = 7;

    /// <summary>Time of all processors since the machine started, idle time included, in nanoseconds: user to softirq, as Docker adds it.</summary>
    public static long Usage() =>
        File.ReadLines("/proc/stat").First().Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(1).Take(CountedColumns)
            .Sum(text => long.Parse(text, CultureInfo.InvariantCulture)) * NanosecondsPerTick;
}
