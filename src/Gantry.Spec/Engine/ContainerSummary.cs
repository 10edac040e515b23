using System.Text.Json.Serialization;

namespace Gantry.Spec.Engine;

/// <summary>One entry of <c>GET /containers/json</c>.</summary>
public sealed record ContainerSummary
{
    public string Id { get; init => field = value ?? ""; } = "";

    /// <summary>With leading slashes.</summary>
    public string[] Names { get; init => field = value ?? []; } = [];

    public string Image { get; init => field = value ?? ""; } = "";

    public string ImageID { get; init => field = value ?? ""; } = "";

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public OciDescriptor? ImageManifestDescriptor { get; init; }

    public string Command { get; init => field = value ?? ""; } = "";

    /// <summary>Unix seconds.</summary>
    public long Created { get; init; }

    public Port[] Ports { get; init => field = value ?? []; } = [];

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public long SizeRw { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public long SizeRootFs { get; init; }

    public Dictionary<string, string> Labels { get; init => field = value ?? []; } = [];

    public string State { get; init => field = value ?? ""; } = "";

    /// <summary>For people: <c>Up 5 minutes (healthy)</c>.</summary>
    public string Status { get; init => field = value ?? ""; } = "";

    public ContainerSummaryHostConfig HostConfig { get; init => field = value ?? new(); } = new();

    public ContainerSummaryNetworkSettings NetworkSettings { get; init => field = value ?? new(); } = new();

    public MountPoint[] Mounts { get; init => field = value ?? []; } = [];
}

public sealed record ContainerSummaryHostConfig
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? NetworkMode { get; init => field = Empty.ToNull(value); }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Dictionary<string, string>? Annotations { get; init; }
}

public sealed record ContainerSummaryNetworkSettings
{
    public Dictionary<string, EndpointSettings>? Networks { get; init; } = [];
}

/// <summary>A port of a container in a list; published where <see cref="PublicPort"/> is not 0.</summary>
public sealed record Port
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? IP { get; init => field = Empty.ToNull(value); }

    public int PrivatePort { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int PublicPort { get; init; }

    public string Type { get; init => field = value ?? ""; } = "";
}
