using System.Text.Json.Serialization;

namespace Gantry.Spec.Engine;

/// <summary>The half of a container's configuration that depends on the host.</summary>
public sealed record HostConfig
{
    public string[]? Binds { get; init; }

    public string ContainerIDFile { get; init => field = value ?? ""; } = "";

    public LogConfig LogConfig { get; init => field = value ?? new(); } = new();

    public string NetworkMode { get; init => field = value ?? ""; } = "";

    public Dictionary<string, PortBinding[]>? PortBindings { get; init; }

    public RestartPolicy RestartPolicy { get; init => field = value ?? new(); } = new();

    public bool AutoRemove { get; init; }

    public string VolumeDriver { get; init => field = value ?? ""; } = "";

    public string[]? VolumesFrom { get; init; }

    /// <summary>Height and width of the terminal at start.</summary>
    public int[] ConsoleSize { get; init => field = value is { Length: 2 } ? value : [0, 0]; } = [0, 0];

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Dictionary<string, string>? Annotations { get; init; }

    public string[]? CapAdd { get; init; }

    public string[]? CapDrop { get; init; }

    public string CgroupnsMode { get; init => field = value ?? ""; } = "";

    public string[]? Dns { get; init; }

    public string[]? DnsOptions { get; init; }

    public string[]? DnsSearch { get; init; }

    public string[]? ExtraHosts { get; init; }

    public string[]? GroupAdd { get; init; }

    public string IpcMode { get; init => field = value ?? ""; } = "";

    public string Cgroup { get; init => field = value ?? ""; } = "";

    public string[]? Links { get; init; }

    public int OomScoreAdj { get; init; }

    public string PidMode { get; init => field = value ?? ""; } = "";

    public bool Privileged { get; init; }

    public bool PublishAllPorts { get; init; }

    public bool ReadonlyRootfs { get; init; }

    public string[]? SecurityOpt { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Dictionary<string, string>? StorageOpt { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Dictionary<string, string>? Tmpfs { get; init; }

    public string UTSMode { get; init => field = value ?? ""; } = "";

    public string UsernsMode { get; init => field = value ?? ""; } = "";

    public long ShmSize { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Dictionary<string, string>? Sysctls { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Runtime { get; init => field = Empty.ToNull(value); }

    /// <summary>Windows only.</summary>
    public string Isolation { get; init => field = value ?? ""; } = "";

    public long CpuShares { get; init; }

    public long Memory { get; init; }

    public long NanoCpus { get; init; }

    public string CgroupParent { get; init => field = value ?? ""; } = "";

    public int BlkioWeight { get; init; }

    public WeightDevice[]? BlkioWeightDevice { get; init; }

    public ThrottleDevice[]? BlkioDeviceReadBps { get; init; }

    public ThrottleDevice[]? BlkioDeviceWriteBps { get; init; }

    public ThrottleDevice[]? BlkioDeviceReadIOps { get; init; }

    public ThrottleDevice[]? BlkioDeviceWriteIOps { get; init; }

    public long CpuPeriod { get; init; }

    public long CpuQuota { get; init; }

    public long CpuRealtimePeriod { get; init; }

    public long CpuRealtimeRuntime { get; init; }

    public string CpusetCpus { get; init => field = value ?? ""; } = "";

    public string CpusetMems { get; init => field = value ?? ""; } = "";

    public DeviceMapping[]? Devices { get; init; }

    public string[]? DeviceCgroupRules { get; init; }

    public DeviceRequest[]? DeviceRequests { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public long KernelMemory { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public long KernelMemoryTCP { get; init; }

    public long MemoryReservation { get; init; }

    public long MemorySwap { get; init; }

    public long? MemorySwappiness { get; init; }

    public bool? OomKillDisable { get; init; }

    public long? PidsLimit { get; init; }

    public Ulimit[]? Ulimits { get; init; }

    /// <summary>Windows only.</summary>
    public long CpuCount { get; init; }

    /// <summary>Windows only.</summary>
    public long CpuPercent { get; init; }

    /// <summary>Windows only.</summary>
    public long IOMaximumIOps { get; init; }

    /// <summary>Windows only.</summary>
    public long IOMaximumBandwidth { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Mount[]? Mounts { get; init; }

    public string[]? MaskedPaths { get; init; }

    public string[]? ReadonlyPaths { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? Init { get; init; }
}
