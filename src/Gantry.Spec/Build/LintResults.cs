using System.Text.Json.Serialization;

namespace Gantry.Spec.Build;

/// <summary>What a check of a Dockerfile found: the answer to BuildKit's <c>frontend.lint</c>.</summary>
public sealed record LintResults
{
    [JsonPropertyName("warnings")]
    public IReadOnlyList<LintResult> Warnings { get; init => field = value ?? []; } = [];

    [JsonPropertyName("sources")]
    public IReadOnlyList<DockerfileSource> Sources { get; init => field = value ?? []; } = [];

    /// <summary>Why a build would fail before its first step.</summary>
    [JsonPropertyName("buildError")]
    public LintFailure? Error { get; init; }
}

public sealed record LintResult
{
    [JsonPropertyName("ruleName")]
    public string RuleName { get; init; } = "";

    [JsonPropertyName("description")]
    public string? Description { get; init; }

    [JsonPropertyName("url")]
    public string? Url { get; init; }

    /// <summary>The message.</summary>
    [JsonPropertyName("detail")]
    public string? Detail { get; init; }

    [JsonPropertyName("location")]
    public DockerfileLocation? Location { get; init; }
}

public sealed record LintFailure
{
    [JsonPropertyName("message")]
    public string Message { get; init; } = "";

    [JsonPropertyName("location")]
    public DockerfileLocation Location { get; init; } = new();
}
