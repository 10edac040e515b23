using System.Text.Json.Serialization;

namespace Gantry.Spec.Engine;

/// <summary>The answer to <c>GET /images/{name}/json</c>.</summary>
public sealed record ImageInspectResponse
{
    public string Id { get; init => field = value ?? ""; } = "";

    public string[] RepoTags { get; init => field = value ?? []; } = [];

    public string[] RepoDigests { get; init => field = value ?? []; } = [];

    public string Parent { get; init => field = value ?? ""; } = "";

    public string Comment { get; init => field = value ?? ""; } = "";

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Created { get; init => field = Empty.ToNull(value); }

    /// <summary>Only in API versions below 1.45.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Container { get; init; }

    /// <summary>Only in API versions below 1.45.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ContainerConfig? ContainerConfig { get; init; }

    public string DockerVersion { get; init => field = value ?? ""; } = "";

    public string Author { get; init => field = value ?? ""; } = "";

    public ImageInspectConfig? Config { get; init; }

    public string Architecture { get; init => field = value ?? ""; } = "";

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Variant { get; init => field = Empty.ToNull(value); }

    public string Os { get; init => field = value ?? ""; } = "";

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? OsVersion { get; init => field = Empty.ToNull(value); }

    public long Size { get; init; }

    /// <summary>Only in API versions below 1.44.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public long VirtualSize { get; init; }

    public GraphDriver GraphDriver { get; init => field = value ?? new(); } = new();

    public ImageRootFS RootFS { get; init => field = value ?? new(); } = new();

    public ImageMetadata Metadata { get; init => field = value ?? new(); } = new();

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public OciDescriptor? Descriptor { get; init; }

    /// <summary>Only where they were asked for.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ImageManifestSummary[]? Manifests { get; init; }
}

/// <summary>An image's configuration as inspect shows it. The nullable members at its head exist only in API versions below 1.50.</summary>
public sealed record ImageInspectConfig
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Hostname { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Domainname { get; init; }

    public string User { get; init => field = value ?? ""; } = "";

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? AttachStdin { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? AttachStdout { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? AttachStderr { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Dictionary<string, EmptyObject>? ExposedPorts { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? Tty { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? OpenStdin { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? StdinOnce { get; init; }

    public string[]? Env { get; init; }

    public string[]? Cmd { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public HealthConfig? Healthcheck { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool ArgsEscaped { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Image { get; init; }

    public Dictionary<string, EmptyObject>? Volumes { get; init; }

    public string WorkingDir { get; init => field = value ?? ""; } = "";

    public string[]? Entrypoint { get; init; }

    public string[]? OnBuild { get; init; }

    public Dictionary<string, string>? Labels { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? StopSignal { get; init => field = Empty.ToNull(value); }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string[]? Shell { get; init; }
}

public sealed record ImageRootFS
{
    public string Type { get; init => field = value ?? "layers"; } = "layers";

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string[]? Layers { get; init => field = value is { Length: 0 } ? null : value; }
}

public sealed record ImageMetadata
{
    public string LastTagTime { get; init => field = value ?? GoTime.Zero; } = GoTime.Zero;
}
