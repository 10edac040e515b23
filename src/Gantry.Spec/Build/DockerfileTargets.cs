using System.Text.Json.Serialization;

namespace Gantry.Spec.Build;

/// <summary>The stages of a Dockerfile: the answer to BuildKit's <c>frontend.targets</c>.</summary>
public sealed record DockerfileTargets
{
    [JsonPropertyName("targets")]
    public IReadOnlyList<DockerfileTarget> Targets { get; init => field = value ?? []; } = [];

    /// <summary>The Dockerfile's bytes.</summary>
    [JsonPropertyName("sources")]
    public IReadOnlyList<byte[]>? Sources { get; init; }
}

public sealed record DockerfileTarget
{
    [JsonPropertyName("name")]
    public string? Name { get; init; }

    /// <summary>It is built where none is asked for.</summary>
    [JsonPropertyName("default")]
    public bool IsDefault { get; init; }

    [JsonPropertyName("description")]
    public string? Description { get; init; }

    /// <summary>What follows FROM, as it is written.</summary>
    [JsonPropertyName("base")]
    public string? Base { get; init; }

    /// <summary>As it is written.</summary>
    [JsonPropertyName("platform")]
    public string? Platform { get; init; }

    [JsonPropertyName("location")]
    public DockerfileLocation? Location { get; init; }
}
