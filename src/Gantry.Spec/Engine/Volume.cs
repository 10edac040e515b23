using System.Text.Json.Serialization;

namespace Gantry.Spec.Engine;

/// <summary>A volume as inspect and lists show it.</summary>
public sealed record Volume
{
    /// <summary>RFC 3339.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? CreatedAt { get; init => field = Empty.ToNull(value); }

    public string Driver { get; init => field = value ?? ""; } = "";

    public Dictionary<string, string>? Labels { get; init; }

    /// <summary>Where its files are on the host; empty where the driver does not say while nobody uses it.</summary>
    public string Mountpoint { get; init => field = value ?? ""; } = "";

    public string Name { get; init => field = value ?? ""; } = "";

    /// <summary>The driver's options it was made with.</summary>
    public Dictionary<string, string>? Options { get; init; }

    /// <summary><c>local</c> or <c>global</c>.</summary>
    public string Scope { get; init => field = value ?? ""; } = "";

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Dictionary<string, string>? Status { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public VolumeUsage? UsageData { get; init; }
}

/// <summary>In <c>GET /system/df</c> only; -1 where it is not known.</summary>
public sealed record VolumeUsage
{
    /// <summary>Containers that mount it.</summary>
    public long RefCount { get; init; }

    /// <summary>Bytes.</summary>
    public long Size { get; init; }
}

public sealed record VolumeCreateRequest
{
    public string Driver { get; init => field = value ?? ""; } = "";

    public Dictionary<string, string>? DriverOpts { get; init; }

    public Dictionary<string, string>? Labels { get; init; }

    public string Name { get; init => field = value ?? ""; } = "";

    /// <summary>Swarm only.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ClusterOptions? ClusterVolumeSpec { get; init; }
}

public sealed record VolumeListResponse
{
    public Volume[] Volumes { get; init => field = value ?? []; } = [];

    public string[]? Warnings { get; init; }
}
