using System.Text.Json.Serialization;

namespace Gantry.Spec.Build;

/// <summary>A place in a file, as BuildKit's JSON has it.</summary>
public sealed record DockerfileLocation
{
    /// <summary>Which of the sources it is.</summary>
    [JsonPropertyName("sourceIndex")]
    public int SourceIndex { get; init; }

    /// <summary>Each line by itself.</summary>
    [JsonPropertyName("ranges")]
    public IReadOnlyList<DockerfileRange>? Ranges { get; init; }

    /// <param name="start">The first line, counted from 1.</param>
    /// <param name="end">The last one.</param>
    public static DockerfileLocation Of(int start, int end) => new()
    {
        Ranges = [.. Enumerable.Range(start, end - start + 1).Select(line => new DockerfileRange { Start = new() { Line = line }, End = new() { Line = line } })],
    };
}

public sealed record DockerfileRange
{
    [JsonPropertyName("start")]
    public DockerfilePosition Start { get; init; } = new();

    [JsonPropertyName("end")]
    public DockerfilePosition End { get; init; } = new();
}

public sealed record DockerfilePosition
{
    /// <summary>Counted from 1.</summary>
    [JsonPropertyName("line")]
    public int Line { get; init; }

    [JsonPropertyName("character")]
    public int Character { get; init; }
}

public sealed record DockerfileSource
{
    [JsonPropertyName("filename")]
    public string FileName { get; init; } = "";

    [JsonPropertyName("data")]
    public byte[] Data { get; init; } = [];

    [JsonPropertyName("language")]
    public string? Language { get; init; }
}
