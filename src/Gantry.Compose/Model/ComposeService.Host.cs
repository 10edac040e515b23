namespace Gantry.Compose.Model;

/// <content>What a service gets of the machine.</content>
public sealed partial record ComposeService
{
    public BlockIoSettings? BlkioConfig { get; init; }

    public IReadOnlyList<string> CapAdd { get; init; } = [];

    public IReadOnlyList<string> CapDrop { get; init; } = [];

    public string? Cgroup { get; init; }

    public string? CgroupParent { get; init; }

    public long CpuCount { get; init; }

    public float CpuPercent { get; init; }

    public long CpuPeriod { get; init; }

    public long CpuQuota { get; init; }

    public long CpuRtPeriod { get; init; }

    public long CpuRtRuntime { get; init; }

    public float Cpus { get; init; }

    public string? Cpuset { get; init; }

    public long CpuShares { get; init; }

    public IReadOnlyList<string> DeviceCgroupRules { get; init; } = [];

    public IReadOnlyList<DeviceMapping> Devices { get; init; } = [];

    public IReadOnlyList<DeviceRequest> Gpus { get; init; } = [];

    public string? Ipc { get; init; }

    public string? Isolation { get; init; }

    public long MemLimit { get; init; }

    public long MemReservation { get; init; }

    public long MemSwappiness { get; init; }

    /// <summary>-1 is no limit.</summary>
    public long MemswapLimit { get; init; }

    public bool OomKillDisable { get; init; }

    public long OomScoreAdj { get; init; }

    public string? Pid { get; init; }

    public long PidsLimit { get; init; }

    public bool Privileged { get; init; }

    public bool ReadOnly { get; init; }

    public IReadOnlyList<string> SecurityOpt { get; init; } = [];

    public long ShmSize { get; init; }

    public IReadOnlyDictionary<string, string> StorageOpt { get; init; } = Empty.Map<string>();

    public IReadOnlyDictionary<string, string> Sysctls { get; init; } = Empty.Map<string>();

    public IReadOnlyList<string> Tmpfs { get; init; } = [];

    public IReadOnlyDictionary<string, Ulimit> Ulimits { get; init; } = Empty.Map<Ulimit>();

    public string? UsernsMode { get; init; }

    public string? Uts { get; init; }

    public IReadOnlyList<ServiceMount> Volumes { get; init; } = [];

    /// <summary><c>service[:ro]</c> or <c>container:name[:ro]</c>.</summary>
    public IReadOnlyList<string> VolumesFrom { get; init; } = [];
}
