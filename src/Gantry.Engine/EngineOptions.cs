using Gantry.Engine.Backends;
using Gantry.Engine.Building;
using Gantry.Engine.Containers;
using Gantry.Engine.Disk;
using Gantry.Engine.Logs.Drivers;
using Gantry.Engine.Networks;
using Gantry.Spec.Engine;

namespace Gantry.Engine;

/// <summary>What the engine is told at its start.</summary>
public sealed record EngineOptions
{
    public static IReadOnlyList<string> UsualDeviceDirectories { get; } = ["/etc/cdi", "/var/run/cdi"];

    public string DataRoot { get; init; } = "/var/lib/gantry";

    public string ExecRoot { get; init; } = "/run/gantry";

    /// <summary>The <c>gantry-runtime</c> executable.</summary>
    public required string RuntimePath { get; init; }

    /// <summary>This product's version.</summary>
    public required string Version { get; init; }

    public IReadOnlyList<string> InsecureRegistries { get; init; } = [];

    /// <summary>Mirrors of Docker Hub; <c>host=address</c> for one of another registry.</summary>
    public IReadOnlyList<string> RegistryMirrors { get; init; } = [];

    public int MaxConcurrentDownloads { get; init; } = 3;

    public int MaxConcurrentUploads { get; init; } = 5;

    /// <summary>Tries of one download or upload without any progress.</summary>
    public int MaxDownloadAttempts { get; init; } = 5;

    /// <summary>Null for what the environment says (<c>HTTP_PROXY</c> and its like).</summary>
    public string? HttpProxy { get; init; }

    public string? HttpsProxy { get; init; }

    public string? NoProxy { get; init; }

    /// <summary>Where a registry's certificates lie, beneath its host's name; the first that is there counts.</summary>
    public IReadOnlyList<string> CertificateDirectories { get; init; } = ["/etc/gantry/certs.d", "/etc/docker/certs.d"];

    /// <summary>For containers that say nothing else.</summary>
    public LogConfig LogConfig { get; init; } = new() { Type = JsonFileDriver.DriverName };

    /// <summary><c>cdi-spec-dirs</c>: where vendors describe their devices; a later one goes before an earlier one.</summary>
    public IReadOnlyList<string> DeviceDirectories { get; init; } = UsualDeviceDirectories;

    public NetworkOptions Networks { get; init; } = new();

    public ContainerDefaults Containers { get; init; } = new();

    public RuntimeOptions Runtimes { get; init; } = new();

    /// <summary>Of this daemon, for <c>info</c>: <c>key=value</c>.</summary>
    public IReadOnlyList<string> Labels { get; init; } = [];

    /// <summary>For <c>info</c>: who judges requests.</summary>
    public IReadOnlyList<string> AuthorizationPlugins { get; init; } = [];

    /// <summary>Clients may use what is experimental.</summary>
    public bool IsExperimental { get; init; }

    /// <summary>It logs what only its makers want to know.</summary>
    public bool IsDebug { get; init; }

    /// <summary>Containers outlive the daemon.</summary>
    public bool LiveRestore { get; init; } = true;

    /// <summary>What the build cache is kept to after each build, in this order.</summary>
    public IReadOnlyList<BuildPruneOptions> BuildCachePolicies { get; init; } = [];

    /// <summary>What builds may ask for.</summary>
    public BuildEntitlements BuildEntitlements { get; init; } = new();

    /// <summary>Null where images are removed only by those who ask for it.</summary>
    public DiskBudget? DiskBudget { get; init; }
}
