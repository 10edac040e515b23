using System.Text.Json.Serialization;

namespace Gantry.Spec.Engine;

/// <summary>One entry of <c>GET /images/json</c>.</summary>
public sealed record ImageSummary
{
    /// <summary>-1: not counted.</summary>
    public long Containers { get; init; } = -1;

    /// <summary>Unix seconds.</summary>
    public long Created { get; init; }

    public string Id { get; init => field = value ?? ""; } = "";

    public Dictionary<string, string>? Labels { get; init; }

    public string ParentId { get; init => field = value ?? ""; } = "";

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public OciDescriptor? Descriptor { get; init; }

    /// <summary>Only where they were asked for.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ImageManifestSummary[]? Manifests { get; init; }

    public string[] RepoDigests { get; init => field = value ?? []; } = [];

    public string[] RepoTags { get; init => field = value ?? []; } = [];

    /// <summary>-1: not computed.</summary>
    public long SharedSize { get; init; } = -1;

    public long Size { get; init; }

    /// <summary>Only in API versions below 1.44.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public long VirtualSize { get; init; }
}
