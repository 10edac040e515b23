using System.Text.Json.Serialization;

namespace Gantry.Spec.Engine;

/// <summary>One entry of <c>GET /images/{name}/history</c>, newest first.</summary>
public sealed record ImageHistoryItem
{
    public string Comment { get; init => field = value ?? ""; } = "";

    /// <summary>Unix seconds.</summary>
    public long Created { get; init; }

    public string CreatedBy { get; init => field = value ?? ""; } = "";

    /// <summary>The image's id for the newest entry, else <c>&lt;missing&gt;</c>.</summary>
    public string Id { get; init => field = value ?? "<missing>"; } = "<missing>";

    public long Size { get; init; }

    public string[]? Tags { get; init; }
}

/// <summary>One step of <c>DELETE /images/{name}</c>.</summary>
public sealed record ImageDeleteItem
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Deleted { get; init => field = Empty.ToNull(value); }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Untagged { get; init => field = Empty.ToNull(value); }
}

/// <summary>The answer to <c>GET /distribution/{name}/json</c>.</summary>
public sealed record DistributionInspect
{
    public required OciDescriptor Descriptor { get; init; }

    public required OciPlatform[] Platforms { get; init; }
}

/// <summary>One repository found by <c>GET /images/search</c>.</summary>
public sealed record SearchResult
{
    [JsonPropertyName("star_count")]
    public int StarCount { get; init; }

    [JsonPropertyName("is_official")]
    public bool IsOfficial { get; init; }

    [JsonPropertyName("name")]
    public string Name { get; init => field = value ?? ""; } = "";

    [JsonPropertyName("is_automated")]
    public bool IsAutomated { get; init; }

    [JsonPropertyName("description")]
    public string Description { get; init => field = value ?? ""; } = "";
}

/// <summary>A page of results, as registries with version 1 of the search give it.</summary>
public sealed record SearchResults
{
    [JsonPropertyName("results")]
    public SearchResult[]? Results { get; init; }
}
