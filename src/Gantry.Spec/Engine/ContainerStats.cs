using System.Text.Json.Serialization;

namespace Gantry.Spec.Engine;

/// <summary>What a container uses, in <c>GET /containers/{id}/stats</c>. Times are nanoseconds, sizes bytes.</summary>
public sealed record ContainerStats
{
    [JsonPropertyName("name")]
    public string Name { get; init => field = value ?? ""; } = "";

    [JsonPropertyName("id")]
    public string Id { get; init => field = value ?? ""; } = "";

    [JsonPropertyName("read")]
    public string Read { get; init => field = value ?? ""; } = GoTime.Zero;

    [JsonPropertyName("preread")]
    public string PreviousRead { get; init => field = value ?? ""; } = GoTime.Zero;

    [JsonPropertyName("pids_stats")]
    public ProcessStats Processes { get; init => field = value ?? new(); } = new();

    [JsonPropertyName("blkio_stats")]
    public BlockStats Block { get; init => field = value ?? new(); } = new();

    /// <summary>Windows only; Docker writes 0.</summary>
    [JsonPropertyName("num_procs")]
    public int ProcessCount { get; init; }

    /// <summary>Windows only; Docker writes an empty object.</summary>
    [JsonPropertyName("storage_stats")]
    public EmptyObject Storage { get; init; }

    [JsonPropertyName("cpu_stats")]
    public CpuStats Cpu { get; init => field = value ?? new(); } = new();

    [JsonPropertyName("precpu_stats")]
    public CpuStats PreviousCpu { get; init => field = value ?? new(); } = new();

    [JsonPropertyName("memory_stats")]
    public MemoryStats Memory { get; init => field = value ?? new(); } = new();

    /// <summary>By the link's name in the container; null on the host's network and without one.</summary>
    [JsonPropertyName("networks"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Dictionary<string, LinkStats>? Networks { get; init; }
}

public sealed record ProcessStats
{
    [JsonPropertyName("current"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public long Current { get; init; }

    [JsonPropertyName("limit"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public ulong Limit { get; init; }
}

/// <summary>Null where the control groups do not count it: all but the first with version 2.</summary>
public sealed record BlockStats
{
    [JsonPropertyName("io_service_bytes_recursive")]
    public BlockStatsEntry[]? ServiceBytes { get; init; }

    [JsonPropertyName("io_serviced_recursive")]
    public BlockStatsEntry[]? Serviced { get; init; }

    [JsonPropertyName("io_queue_recursive")]
    public BlockStatsEntry[]? Queue { get; init; }

    [JsonPropertyName("io_service_time_recursive")]
    public BlockStatsEntry[]? ServiceTime { get; init; }

    [JsonPropertyName("io_wait_time_recursive")]
    public BlockStatsEntry[]? WaitTime { get; init; }

    [JsonPropertyName("io_merged_recursive")]
    public BlockStatsEntry[]? Merged { get; init; }

    [JsonPropertyName("io_time_recursive")]
    public BlockStatsEntry[]? Time { get; init; }

    [JsonPropertyName("sectors_recursive")]
    public BlockStatsEntry[]? Sectors { get; init; }
}

public sealed record BlockStatsEntry
{
    [JsonPropertyName("major")]
    public long Major { get; init; }

    [JsonPropertyName("minor")]
    public long Minor { get; init; }

    [JsonPropertyName("op")]
    public string Operation { get; init => field = value ?? ""; } = "";

    [JsonPropertyName("value")]
    public long Value { get; init; }
}

public sealed record CpuStats
{
    [JsonPropertyName("cpu_usage")]
    public CpuUsage Usage { get; init => field = value ?? new(); } = new();

    /// <summary>Of the whole machine, since it started.</summary>
    [JsonPropertyName("system_cpu_usage"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public long SystemUsage { get; init; }

    [JsonPropertyName("online_cpus"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int OnlineCpus { get; init; }

    [JsonPropertyName("throttling_data")]
    public ThrottlingStats Throttling { get; init => field = value ?? new(); } = new();
}

public sealed record CpuUsage
{
    [JsonPropertyName("total_usage")]
    public long Total { get; init; }

    /// <summary>Version 1 only.</summary>
    [JsonPropertyName("percpu_usage"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long[]? PerCpu { get; init; }

    [JsonPropertyName("usage_in_kernelmode")]
    public long Kernel { get; init; }

    [JsonPropertyName("usage_in_usermode")]
    public long User { get; init; }
}

public sealed record ThrottlingStats
{
    [JsonPropertyName("periods")]
    public long Periods { get; init; }

    [JsonPropertyName("throttled_periods")]
    public long ThrottledPeriods { get; init; }

    [JsonPropertyName("throttled_time")]
    public long ThrottledTime { get; init; }
}

public sealed record MemoryStats
{
    [JsonPropertyName("usage"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public long Usage { get; init; }

    [JsonPropertyName("max_usage"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public long MaxUsage { get; init; }

    /// <summary>The lines of memory.stat, as the kernel names them.</summary>
    [JsonPropertyName("stats"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Dictionary<string, long>? Details { get; init; }

    [JsonPropertyName("failcnt"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public long FailCount { get; init; }

    /// <summary>The machine's memory where the container has no limit.</summary>
    [JsonPropertyName("limit"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public long Limit { get; init; }
}

public sealed record LinkStats
{
    [JsonPropertyName("rx_bytes")]
    public long ReceivedBytes { get; init; }

    [JsonPropertyName("rx_packets")]
    public long ReceivedPackets { get; init; }

    [JsonPropertyName("rx_errors")]
    public long ReceivedErrors { get; init; }

    [JsonPropertyName("rx_dropped")]
    public long ReceivedDropped { get; init; }

    [JsonPropertyName("tx_bytes")]
    public long SentBytes { get; init; }

    [JsonPropertyName("tx_packets")]
    public long SentPackets { get; init; }

    [JsonPropertyName("tx_errors")]
    public long SentErrors { get; init; }

    [JsonPropertyName("tx_dropped")]
    public long SentDropped { get; init; }
}
