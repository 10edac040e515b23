using System.Globalization;
using System.Text.Json;
using Gantry.Linux.Cgroups;

namespace Gantry.Runtime.Cgroups;

/// <summary>What a cgroup has used, in the names that runc's events have; times in nanoseconds, sizes in bytes.</summary>
internal static class CgroupStatistics
{
    // USER_HZ, by which v1 counts user and kernel time (cpuacct.stat).
    private const ulong NanosecondsPerTick = 10_000_000;
    private const ulong NanosecondsPerMicrosecond = 1000;

    /// <summary>How many processes of it the kernel has killed for want of memory.</summary>
    public static ulong OutOfMemoryKills(Cgroup cgroup) =>
        Table(cgroup, "memory", cgroup.Layout.IsUnified ? "memory.events" : "memory.oom_control").GetValueOrDefault("oom_kill");

    /// <summary>Writes the members of an object.</summary>
    public static void Write(Utf8JsonWriter json, Cgroup cgroup)
    {
        if (cgroup.Layout.IsUnified)
        {
            WriteUnifiedCpu(json, Table(cgroup, "cpu", "cpu.stat"));
            WriteMemory(json, cgroup, "memory.current", "memory.max", "memory.peak", "memory.swap.current", "memory.swap.max");
        }
        else
        {
            WriteLegacyCpu(json, cgroup);
            WriteMemory(
                json, cgroup, "memory.usage_in_bytes", "memory.limit_in_bytes", "memory.max_usage_in_bytes", "memory.memsw.usage_in_bytes", "memory.memsw.limit_in_bytes");
        }

        json.WriteStartObject("pids"u8);
        WriteNumber(json, "current", cgroup.Read("pids", "pids.current"));
        WriteNumber(json, "limit", cgroup.Read("pids", "pids.max"));
        json.WriteEndObject();
        WriteBlockIo(json, cgroup);
    }

    private static void WriteUnifiedCpu(Utf8JsonWriter json, Dictionary<string, ulong> times)
    {
        ulong Time(string name) => times.GetValueOrDefault(name) * NanosecondsPerMicrosecond;
        json.WriteStartObject("cpu"u8);
        json.WriteStartObject("usage"u8);
        json.WriteNumber("total"u8, Time("usage_usec"));
        json.WriteNumber("kernel"u8, Time("system_usec"));
        json.WriteNumber("user"u8, Time("user_usec"));
        json.WriteEndObject();
        WriteThrottling(json, times, Time("throttled_usec"));
        json.WriteEndObject();
    }

    private static void WriteLegacyCpu(Utf8JsonWriter json, Cgroup cgroup)
    {
        var ticks = Table(cgroup, "cpuacct", "cpuacct.stat");
        var throttling = Table(cgroup, "cpu", "cpu.stat");
        json.WriteStartObject("cpu"u8);
        json.WriteStartObject("usage"u8);
        WriteNumber(json, "total", cgroup.Read("cpuacct", "cpuacct.usage"));
        json.WriteStartArray("percpu"u8);
        foreach (var one in cgroup.Read("cpuacct", "cpuacct.usage_percpu")?.Split(' ', StringSplitOptions.RemoveEmptyEntries) ?? [])
        {
            json.WriteNumberValue(ulong.Parse(one, CultureInfo.InvariantCulture));
        }

        json.WriteEndArray();
        json.WriteNumber("kernel"u8, ticks.GetValueOrDefault("system") * NanosecondsPerTick);
        json.WriteNumber("user"u8, ticks.GetValueOrDefault("user") * NanosecondsPerTick);
        json.WriteEndObject();
        WriteThrottling(json, throttling, throttling.GetValueOrDefault("throttled_time"));
        json.WriteEndObject();
    }

    private static void WriteThrottling(Utf8JsonWriter json, Dictionary<string, ulong> counts, ulong time)
    {
        json.WriteStartObject("throttling"u8);
        json.WriteNumber("periods"u8, counts.GetValueOrDefault("nr_periods"));
        json.WriteNumber("throttledPeriods"u8, counts.GetValueOrDefault("nr_throttled"));
        json.WriteNumber("throttledTime"u8, time);
        json.WriteEndObject();
    }

    private static void WriteMemory(Utf8JsonWriter json, Cgroup cgroup, string usage, string limit, string most, string swap, string swapLimit)
    {
        json.WriteStartObject("memory"u8);
        json.WriteStartObject("usage"u8);
        WriteNumber(json, "usage", cgroup.Read("memory", usage));
        WriteNumber(json, "limit", cgroup.Read("memory", limit));
        WriteNumber(json, "max", cgroup.Read("memory", most));
        json.WriteEndObject();
        json.WriteStartObject("swap"u8);
        WriteNumber(json, "usage", cgroup.Read("memory", swap));
        WriteNumber(json, "limit", cgroup.Read("memory", swapLimit));
        json.WriteEndObject();
        json.WriteStartObject("raw"u8);
        foreach (var (name, value) in Table(cgroup, "memory", "memory.stat"))
        {
            json.WriteNumber(name, value);
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    /// <summary>Bytes by device and kind: of <c>8:0 Read 4096</c> in v1, and of <c>8:0 rbytes=4096 …</c> in v2.</summary>
    private static void WriteBlockIo(Utf8JsonWriter json, Cgroup cgroup)
    {
        json.WriteStartObject("blkio"u8);
        json.WriteStartArray("ioServiceBytesRecursive"u8);
        var text = cgroup.Layout.IsUnified ? cgroup.Read("io", "io.stat") : cgroup.Read("blkio", "blkio.throttle.io_service_bytes_recursive");
        foreach (var line in text?.Split('\n') ?? [])
        {
            var fields = line.Split(' ');
            if (fields.Length < 2 || fields[0].Split(':') is not [var majorText, var minorText]
                || !ulong.TryParse(majorText, out var major) || !ulong.TryParse(minorText, out var minor))
            {
                continue;
            }

            foreach (var (kind, value) in cgroup.Layout.IsUnified ? UnifiedCounts(fields) : LegacyCounts(fields))
            {
                json.WriteStartObject();
                json.WriteNumber("major"u8, major);
                json.WriteNumber("minor"u8, minor);
                json.WriteString("op"u8, kind);
                json.WriteNumber("value"u8, value);
                json.WriteEndObject();
            }
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static IEnumerable<(string Kind, ulong Value)> UnifiedCounts(string[] fields) =>
        from field in fields
        let parts = field.Split('=')
        where parts is ["rbytes" or "wbytes", _] && ulong.TryParse(parts[1], out _)
        select (parts[0] == "rbytes" ? "Read" : "Write", ulong.Parse(parts[1], CultureInfo.InvariantCulture));

    private static IEnumerable<(string Kind, ulong Value)> LegacyCounts(string[] fields) =>
        fields is [_, var kind, var text] && ulong.TryParse(text, out var value) ? [(kind, value)] : [];

    private static void WriteNumber(Utf8JsonWriter json, string name, string? text)
    {
        // "max" is no limit, and what this machine does not count is left out.
        if (ulong.TryParse(text?.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            json.WriteNumber(name, number);
        }
    }

    /// <summary>A file of lines <c>name number</c>.</summary>
    private static Dictionary<string, ulong> Table(Cgroup cgroup, string controller, string file)
    {
        Dictionary<string, ulong> table = [];
        foreach (var line in cgroup.Read(controller, file)?.Split('\n') ?? [])
        {
            if (line.Split(' ') is [var name, var text] && ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            {
                table[name] = number;
            }
        }

        return table;
    }
}
