using System.Text.Json.Serialization;

namespace Gantry.Spec.Build;

/// <summary>What may be given to a build of a target: the answer to BuildKit's <c>frontend.outline</c>.</summary>
public sealed record DockerfileOutline
{
    [JsonPropertyName("name")]
    public string? Name { get; init; }

    [JsonPropertyName("description")]
    public string? Description { get; init; }

    [JsonPropertyName("args")]
    public IReadOnlyList<OutlineArgument>? Arguments { get; init; }

    [JsonPropertyName("secrets")]
    public IReadOnlyList<OutlineRequirement>? Secrets { get; init; }

    /// <summary>SSH agents.</summary>
    [JsonPropertyName("ssh")]
    public IReadOnlyList<OutlineRequirement>? Agents { get; init; }

    /// <summary>The Dockerfile's bytes.</summary>
    [JsonPropertyName("sources")]
    public IReadOnlyList<byte[]>? Sources { get; init; }
}

public sealed record OutlineArgument
{
    [JsonPropertyName("name")]
    public string Name { get; init; } = "";

    [JsonPropertyName("description")]
    public string? Description { get; init; }

    [JsonPropertyName("value")]
    public string? Value { get; init; }

    [JsonPropertyName("location")]
    public DockerfileLocation? Location { get; init; }
}

public sealed record OutlineRequirement
{
    [JsonPropertyName("name")]
    public string Name { get; init; } = "";

    [JsonPropertyName("required")]
    public bool IsRequired { get; init; }

    [JsonPropertyName("location")]
    public DockerfileLocation? Location { get; init; }
}
