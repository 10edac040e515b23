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

    /// <summary>The group that may use the socket; null means <c>docker</c> or <c>gantry</c>, whichever exists.</summary>
    public string? Group { get; init; }

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

    public NetworkOptions Networks { get; init; } = new();

    public DiskBudget? DiskBudget { get; init; }

    /// <summary>Only check the configuration.</summary>
    public bool Validate { get; init; }
}
