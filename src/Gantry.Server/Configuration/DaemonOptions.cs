using System.Net;
using Gantry.Engine;
using Gantry.Engine.Backends;
using Gantry.Engine.Building;
using Gantry.Engine.Containers;
using Gantry.Engine.Disk;
using Gantry.Engine.Networks;
using Gantry.Spec.Engine;
using Microsoft.Extensions.Logging;

namespace Gantry.Server.Configuration;

/// <summary>How this daemon was told to run: flags, then the configuration file, then defaults.</summary>
internal sealed record DaemonOptions
{
    public IReadOnlyList<HostAddress> Hosts { get; init; } = [];

    public string DataRoot { get; init; } = "/var/lib/gantry";

    public string ExecRoot { get; init; } = "/run/gantry";

    public LogLevel LogLevel { get; init; } = LogLevel.Information;

    /// <summary>Log lines are JSON.</summary>
    public bool LogsJson { get; init; }

    /// <summary>Where the daemon's process id is written; null for nowhere.</summary>
    public string? PidFile { get; init; }

    /// <summary>The group that may use the socket; null means <c>docker</c> or <c>gantry</c>, whichever exists.</summary>
    public string? Group { get; init; }

    /// <summary>Where numbers can be read; null for nowhere.</summary>
    public IPEndPoint? Metrics { get; init; }

    public TlsOptions Tls { get; init; } = new();

    /// <summary>Docker's command line is told to build as with BuildKit.</summary>
    public bool HasBuildKit { get; init; } = true;

    /// <summary>Devices can be those that vendors describe.</summary>
    public bool HasCdi { get; init; } = true;

    /// <summary>TCP without TLS was asked for explicitly.</summary>
    public bool InsecureTcp { get; init; }

    public IReadOnlyList<string> InsecureRegistries { get; init; } = [];

    public IReadOnlyList<string> RegistryMirrors { get; init; } = [];

    public int MaxConcurrentDownloads { get; init; } = 3;

    public int MaxConcurrentUploads { get; init; } = 5;

    public int MaxDownloadAttempts { get; init; } = 5;

    /// <summary>Null for what the environment says.</summary>
    public string? HttpProxy { get; init; }

    public string? HttpsProxy { get; init; }

    public string? NoProxy { get; init; }

    /// <summary>How containers log that say nothing else.</summary>
    public LogConfig LogConfig { get; init; } = new() { Type = "json-file" };

    /// <summary>Null for the usual ones.</summary>
    public IReadOnlyList<string>? DeviceDirectories { get; init; }

    public NetworkOptions Networks { get; init; } = new();

    public DiskBudget? DiskBudget { get; init; }

    /// <summary>What the build cache is kept to.</summary>
    public IReadOnlyList<BuildPruneOptions> BuildCachePolicies { get; init; } = [];

    /// <inheritdoc cref="EngineOptions.BuildEntitlements"/>
    public BuildEntitlements BuildEntitlements { get; init; } = new();

    public ContainerDefaults Containers { get; init; } = new();

    public RuntimeOptions Runtimes { get; init; } = new();

    public IReadOnlyList<string> Labels { get; init; } = [];

    /// <summary>Who judges requests, in this order.</summary>
    public IReadOnlyList<string> AuthorizationPlugins { get; init; } = [];

    public bool IsExperimental { get; init; }

    /// <summary>Containers go on when the daemon stops.</summary>
    public bool LiveRestore { get; init; } = true;

    /// <summary>How long containers have to end with the daemon; -1 for as long as they need.</summary>
    public int ShutdownSeconds { get; init; } = 15;

    /// <summary>Only check the configuration.</summary>
    public bool Validate { get; init; }

    /// <param name="runtimePath">The <c>gantry-runtime</c> executable.</param>
    public EngineOptions ForEngine(string runtimePath) => new()
    {
        DataRoot = DataRoot,
        ExecRoot = ExecRoot,
        RuntimePath = runtimePath,
        Version = Product.Version,
        InsecureRegistries = InsecureRegistries,
        RegistryMirrors = RegistryMirrors,
        MaxConcurrentDownloads = MaxConcurrentDownloads,
        MaxConcurrentUploads = MaxConcurrentUploads,
        MaxDownloadAttempts = MaxDownloadAttempts,
        HttpProxy = HttpProxy,
        HttpsProxy = HttpsProxy,
        NoProxy = NoProxy,
        LogConfig = LogConfig,
        Networks = Networks,
        DiskBudget = DiskBudget,
        BuildCachePolicies = BuildCachePolicies,
        BuildEntitlements = BuildEntitlements,
        Containers = Containers,
        Runtimes = Runtimes,
        Labels = Labels,
        AuthorizationPlugins = AuthorizationPlugins,
        IsExperimental = IsExperimental,
        IsDebug = LogLevel <= LogLevel.Debug,
        LiveRestore = LiveRestore,
        DeviceDirectories = HasCdi ? DeviceDirectories ?? EngineOptions.UsualDeviceDirectories : [],
    };
}
