using System.Text.Json.Serialization;

namespace Gantry.Spec.Engine;

/// <summary>The answer to <c>GET /version</c>.</summary>
public sealed record VersionResponse
{
    public VersionPlatform Platform { get; init => field = value ?? new(); } = new();

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public VersionComponent[]? Components { get; init; }

    public string Version { get; init => field = value ?? ""; } = "";

    public string ApiVersion { get; init => field = value ?? ""; } = "";

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? MinAPIVersion { get; init => field = Empty.ToNull(value); }

    public string GitCommit { get; init => field = value ?? ""; } = "";

    public string GoVersion { get; init => field = value ?? ""; } = "";

    public string Os { get; init => field = value ?? ""; } = "";

    public string Arch { get; init => field = value ?? ""; } = "";

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? KernelVersion { get; init => field = Empty.ToNull(value); }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Experimental { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? BuildTime { get; init => field = Empty.ToNull(value); }
}

public sealed record VersionPlatform
{
    public string Name { get; init => field = value ?? ""; } = "";
}

public sealed record VersionComponent
{
    public string Name { get; init => field = value ?? ""; } = "";

    public string Version { get; init => field = value ?? ""; } = "";

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Dictionary<string, string>? Details { get; init; }
}
