using System.Text.Json.Serialization;

namespace Gantry.Spec.Build;

/// <summary>A question that a frontend of BuildKit answers besides building: one of the answer to <c>frontend.subrequests.describe</c>.</summary>
public sealed record FrontendRequest
{
    [JsonPropertyName("name")]
    public required string Name { get; init; }

    [JsonPropertyName("version")]
    public required string Version { get; init; }

    [JsonPropertyName("type")]
    public string Type { get; init; } = "rpc";

    [JsonPropertyName("description")]
    public required string Description { get; init; }

    [JsonPropertyName("opts")]
    public IReadOnlyList<FrontendRequestPart> Options { get; init; } = [];

    [JsonPropertyName("inputs")]
    public IReadOnlyList<FrontendRequestPart> Inputs { get; init; } = [];

    /// <summary>What is in the answer.</summary>
    [JsonPropertyName("metadata")]
    public IReadOnlyList<FrontendRequestPart> Metadata { get; init; } = [];

    [JsonPropertyName("refs")]
    public IReadOnlyList<FrontendRequestPart> References { get; init; } = [];
}

public sealed record FrontendRequestPart(
    [property: JsonPropertyName("name")] string Name,
    [property: JsonPropertyName("description")] string Description = "");
