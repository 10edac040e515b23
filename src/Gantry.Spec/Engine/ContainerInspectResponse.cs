using System.Text.Json.Serialization;

namespace Gantry.Spec.Engine;

/// <summary>The answer to <c>GET /containers/{id}/json</c>.</summary>
public sealed record ContainerInspectResponse
{
    public string Id { get; init => field = value ?? ""; } = "";

    public string Created { get; init => field = value ?? ""; } = "";

    public string Path { get; init => field = value ?? ""; } = "";

    public string[] Args { get; init => field = value ?? []; } = [];

    public ContainerState State { get; init => field = value ?? new(); } = new();

    /// <summary>The image's id.</summary>
    public string Image { get; init => field = value ?? ""; } = "";

    public string ResolvConfPath { get; init => field = value ?? ""; } = "";

    public string HostnamePath { get; init => field = value ?? ""; } = "";

    public string HostsPath { get; init => field = value ?? ""; } = "";

    public string LogPath { get; init => field = value ?? ""; } = "";

    /// <summary>With its leading slash.</summary>
    public string Name { get; init => field = value ?? ""; } = "";

    public int RestartCount { get; init; }

    public string Driver { get; init => field = value ?? ""; } = "";

    public string Platform { get; init => field = value ?? ""; } = "";

    public string MountLabel { get; init => field = value ?? ""; } = "";

    public string ProcessLabel { get; init => field = value ?? ""; } = "";

    public string AppArmorProfile { get; init => field = value ?? ""; } = "";

    public string[]? ExecIDs { get; init; }

    public HostConfig HostConfig { get; init => field = value ?? new(); } = new();

    public GraphDriver GraphDriver { get; init => field = value ?? new(); } = new();

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? SizeRw { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? SizeRootFs { get; init; }

    public MountPoint[] Mounts { get; init => field = value ?? []; } = [];

    public ContainerConfig Config { get; init => field = value ?? new(); } = new();

    public NetworkSettings NetworkSettings { get; init => field = value ?? new(); } = new();

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public OciDescriptor? ImageManifestDescriptor { get; init; }
}

public sealed record ContainerState
{
    /// <summary><c>created</c>, <c>running</c>, <c>paused</c>, <c>restarting</c>, <c>removing</c>, <c>exited</c> or <c>dead</c>.</summary>
    public string Status { get; init => field = value ?? ""; } = "";

    public bool Running { get; init; }

    public bool Paused { get; init; }

    public bool Restarting { get; init; }

    public bool OOMKilled { get; init; }

    public bool Dead { get; init; }

    public int Pid { get; init; }

    public int ExitCode { get; init; }

    public string Error { get; init => field = value ?? ""; } = "";

    public string StartedAt { get; init => field = value ?? GoTime.Zero; } = GoTime.Zero;

    public string FinishedAt { get; init => field = value ?? GoTime.Zero; } = GoTime.Zero;

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Health? Health { get; init; }
}

public sealed record Health
{
    /// <summary><c>none</c>, <c>starting</c>, <c>healthy</c> or <c>unhealthy</c>.</summary>
    public string Status { get; init => field = value ?? ""; } = "";

    public int FailingStreak { get; init; }

    /// <summary>The last results, oldest first.</summary>
    public HealthLog[]? Log { get; init; }
}

public sealed record HealthLog
{
    public string Start { get; init => field = value ?? ""; } = "";

    public string End { get; init => field = value ?? ""; } = "";

    public int ExitCode { get; init; }

    public string Output { get; init => field = value ?? ""; } = "";
}

/// <summary>A mount that a container has.</summary>
public sealed record MountPoint
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Type { get; init => field = Empty.ToNull(value); }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Name { get; init => field = Empty.ToNull(value); }

    public string Source { get; init => field = value ?? ""; } = "";

    public string Destination { get; init => field = value ?? ""; } = "";

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Driver { get; init => field = Empty.ToNull(value); }

    public string Mode { get; init => field = value ?? ""; } = "";

    public bool RW { get; init; }

    public string Propagation { get; init => field = value ?? ""; } = "";
}

/// <summary>Where the storage driver keeps something.</summary>
public sealed record GraphDriver
{
    public Dictionary<string, string>? Data { get; init; }

    public string Name { get; init => field = value ?? ""; } = "";
}
