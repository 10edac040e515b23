using System.Text.Json.Serialization;

namespace Gantry.Spec.Engine;

/// <summary>The answer to <c>GET /info</c>.</summary>
public sealed record SystemInfo
{
    public string ID { get; init => field = value ?? ""; } = "";

    public int Containers { get; init; }

    public int ContainersRunning { get; init; }

    public int ContainersPaused { get; init; }

    public int ContainersStopped { get; init; }

    public int Images { get; init; }

    public string Driver { get; init => field = value ?? ""; } = "";

    /// <summary>Pairs of a label and a value.</summary>
    public string[][]? DriverStatus { get; init; }

    public PluginsInfo Plugins { get; init => field = value ?? new(); } = new();

    public bool MemoryLimit { get; init; }

    public bool SwapLimit { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool KernelMemory { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool KernelMemoryTCP { get; init; }

    public bool CpuCfsPeriod { get; init; }

    public bool CpuCfsQuota { get; init; }

    public bool CPUShares { get; init; }

    public bool CPUSet { get; init; }

    public bool PidsLimit { get; init; }

    public bool IPv4Forwarding { get; init; }

    /// <summary>Only in API versions below 1.50.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? BridgeNfIptables { get; init; }

    /// <summary>Only in API versions below 1.50.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? BridgeNfIp6tables { get; init; }

    public bool Debug { get; init; }

    public int NFd { get; init; }

    public bool OomKillDisable { get; init; }

    /// <summary>What goes on at once, whatever of it has a goroutine in Docker: here running containers, connections of clients, and who listens to events.</summary>
    public int NGoroutines { get; init; }

    public string SystemTime { get; init => field = value ?? ""; } = "";

    public string LoggingDriver { get; init => field = value ?? ""; } = "";

    public string CgroupDriver { get; init => field = value ?? ""; } = "";

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? CgroupVersion { get; init => field = Empty.ToNull(value); }

    public int NEventsListener { get; init; }

    public string KernelVersion { get; init => field = value ?? ""; } = "";

    public string OperatingSystem { get; init => field = value ?? ""; } = "";

    public string OSVersion { get; init => field = value ?? ""; } = "";

    public string OSType { get; init => field = value ?? ""; } = "";

    public string Architecture { get; init => field = value ?? ""; } = "";

    public string IndexServerAddress { get; init => field = value ?? ""; } = "";

    public RegistryServiceConfig? RegistryConfig { get; init; }

    public int NCPU { get; init; }

    public long MemTotal { get; init; }

    /// <summary>Swarm only: always null here.</summary>
    public string[]? GenericResources { get; init; }

    public string DockerRootDir { get; init => field = value ?? ""; } = "";

    public string HttpProxy { get; init => field = value ?? ""; } = "";

    public string HttpsProxy { get; init => field = value ?? ""; } = "";

    public string NoProxy { get; init => field = value ?? ""; } = "";

    public string Name { get; init => field = value ?? ""; } = "";

    public string[]? Labels { get; init; }

    public bool ExperimentalBuild { get; init; }

    public string ServerVersion { get; init => field = value ?? ""; } = "";

    public Dictionary<string, RuntimeInfo>? Runtimes { get; init; }

    public string DefaultRuntime { get; init => field = value ?? ""; } = "";

    public SwarmInfo Swarm { get; init => field = value ?? new(); } = new();

    public bool LiveRestoreEnabled { get; init; }

    public string Isolation { get; init => field = value ?? ""; } = "";

    public string InitBinary { get; init => field = value ?? ""; } = "";

    public Commit ContainerdCommit { get; init => field = value ?? new(); } = new();

    public Commit RuncCommit { get; init => field = value ?? new(); } = new();

    public Commit InitCommit { get; init => field = value ?? new(); } = new();

    public string[]? SecurityOptions { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? ProductLicense { get; init => field = Empty.ToNull(value); }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public AddressPool[]? DefaultAddressPools { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public FirewallInfo? FirewallBackend { get; init; }

    public string[]? CDISpecDirs { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DeviceInfo[]? DiscoveredDevices { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ContainerdInfo? Containerd { get; init; }

    public string[]? Warnings { get; init; }
}
