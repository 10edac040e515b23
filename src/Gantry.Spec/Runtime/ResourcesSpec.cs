using System.Text.Json.Serialization;

namespace Gantry.Spec.Runtime;

/// <summary>Limits of a container's cgroups (config-linux.md, control groups).</summary>
public sealed record ResourcesSpec
{
    public IReadOnlyList<DeviceCgroupSpec>? Devices { get; init; }

    public MemorySpec? Memory { get; init; }

    public CpuSpec? Cpu { get; init; }

    public PidsSpec? Pids { get; init; }

    [JsonPropertyName("blockIO")]
    public BlockIoSpec? BlockIo { get; init; }

    public IReadOnlyList<HugepageLimitSpec>? HugepageLimits { get; init; }

    public NetworkSpec? Network { get; init; }

    public IReadOnlyDictionary<string, RdmaSpec>? Rdma { get; init; }

    /// <summary>Files of cgroup v2 and what to write into them.</summary>
    public IReadOnlyDictionary<string, string>? Unified { get; init; }
}

public sealed record DeviceCgroupSpec
{
    public bool Allow { get; init; }

    /// <summary>a, b or c; all when it is null.</summary>
    public string? Type { get; init; }

    /// <summary>Null or -1: all.</summary>
    public long? Major { get; init; }

    public long? Minor { get; init; }

    /// <summary>Of r, w and m.</summary>
    public string? Access { get; init; }
}

/// <summary>Bytes; -1 is no limit.</summary>
public sealed record MemorySpec
{
    public long? Limit { get; init; }

    public long? Reservation { get; init; }

    /// <summary>Memory and swap together.</summary>
    public long? Swap { get; init; }

    public long? Kernel { get; init; }

    [JsonPropertyName("kernelTCP")]
    public long? KernelTcp { get; init; }

    public ulong? Swappiness { get; init; }

    [JsonPropertyName("disableOOMKiller")]
    public bool? DisableOomKiller { get; init; }

    public bool? UseHierarchy { get; init; }

    public bool? CheckBeforeUpdate { get; init; }
}

/// <summary>Times in microseconds.</summary>
public sealed record CpuSpec
{
    public ulong? Shares { get; init; }

    public long? Quota { get; init; }

    public ulong? Burst { get; init; }

    public ulong? Period { get; init; }

    public long? RealtimeRuntime { get; init; }

    public ulong? RealtimePeriod { get; init; }

    public string? Cpus { get; init; }

    public string? Mems { get; init; }

    public long? Idle { get; init; }
}

public sealed record PidsSpec
{
    public long? Limit { get; init; }
}

public sealed record BlockIoSpec
{
    public ushort? Weight { get; init; }

    public ushort? LeafWeight { get; init; }

    public IReadOnlyList<WeightDeviceSpec>? WeightDevice { get; init; }

    public IReadOnlyList<ThrottleDeviceSpec>? ThrottleReadBpsDevice { get; init; }

    public IReadOnlyList<ThrottleDeviceSpec>? ThrottleWriteBpsDevice { get; init; }

    [JsonPropertyName("throttleReadIOPSDevice")]
    public IReadOnlyList<ThrottleDeviceSpec>? ThrottleReadIopsDevice { get; init; }

    [JsonPropertyName("throttleWriteIOPSDevice")]
    public IReadOnlyList<ThrottleDeviceSpec>? ThrottleWriteIopsDevice { get; init; }
}

public sealed record WeightDeviceSpec
{
    public long Major { get; init; }

    public long Minor { get; init; }

    public ushort? Weight { get; init; }

    public ushort? LeafWeight { get; init; }
}

public sealed record ThrottleDeviceSpec
{
    public long Major { get; init; }

    public long Minor { get; init; }

    public ulong Rate { get; init; }
}

public sealed record HugepageLimitSpec
{
    public required string PageSize { get; init; }

    public ulong Limit { get; init; }
}

public sealed record NetworkSpec
{
    [JsonPropertyName("classID")]
    public uint? ClassId { get; init; }

    public IReadOnlyList<NetworkPrioritySpec>? Priorities { get; init; }
}

public sealed record NetworkPrioritySpec
{
    public required string Name { get; init; }

    public uint Priority { get; init; }
}

public sealed record RdmaSpec
{
    public uint? HcaHandles { get; init; }

    public uint? HcaObjects { get; init; }
}
