using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Gantry.Cli.Building;

/// <summary>What happened in a build, as buildx writes it with <c>--progress rawjson</c> (BuildKit's <c>client.SolveStatus</c>). Times are RFC 3339.</summary>
internal sealed record SolveStatus
{
    public IReadOnlyList<Vertex>? Vertexes { get; init; }

    public IReadOnlyList<VertexStatus>? Statuses { get; init; }

    public IReadOnlyList<VertexLog>? Logs { get; init; }

    public IReadOnlyList<VertexWarning>? Warnings { get; init; }
}

internal sealed record Vertex
{
    public required string Digest { get; init; }

    public IReadOnlyList<string>? Inputs { get; init; }

    public required string Name { get; init; }

    public string? Started { get; init; }

    public string? Completed { get; init; }

    public bool Cached { get; init; }

    public string? Error { get; init; }
}

internal sealed record VertexStatus
{
    public required string Id { get; init; }

    public required string Vertex { get; init; }

    /// <summary>Bytes.</summary>
    public long Total { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public long Current { get; init; }

    public required string Timestamp { get; init; }

    public string? Started { get; init; }

    public string? Completed { get; init; }
}

internal sealed record VertexLog
{
    public required string Vertex { get; init; }

    /// <summary>1 or 2, as the descriptor.</summary>
    public int Stream { get; init; }

    public required byte[] Data { get; init; }

    public required string Timestamp { get; init; }
}

internal sealed record VertexWarning
{
    public int Level { get; init; }

    public required byte[] Short { get; init; }

    public IReadOnlyList<byte[]>? Detail { get; init; }

    public string? Url { get; init; }

    public required IReadOnlyList<LineSpan> Range { get; init; }
}

internal sealed record LineSpan(Position Start, Position End);

/// <param name="Line">From 1.</param>
internal sealed record Position(int Line);

[JsonSourceGenerationOptions(
    GenerationMode = JsonSourceGenerationMode.Metadata, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault, WriteIndented = true)]
[JsonSerializable(typeof(SolveStatus))]
internal sealed partial class SolveStatusJson : JsonSerializerContext
{
    /// <summary>Text as it is, but for what JSON has to escape.</summary>
    public static SolveStatusJson Wire => field ??= new SolveStatusJson(new JsonSerializerOptions(Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
}
