namespace Gantry.SystemTests.Tracing;

/// <summary>A span as it came over the wire.</summary>
internal sealed record Span
{
    public string TraceId { get; init; } = "";

    public string SpanId { get; init; } = "";

    /// <summary>Empty for the first of a trace.</summary>
    public string ParentId { get; init; } = "";

    public string Name { get; init; } = "";

    public ulong Start { get; init; }

    public ulong End { get; init; }

    /// <summary>2 for an error.</summary>
    public ulong Status { get; init; }

    /// <summary>Those that are texts.</summary>
    public IReadOnlyDictionary<string, string> Attributes { get; init; } = new Dictionary<string, string>();

    /// <summary>What sent it.</summary>
    public IReadOnlyDictionary<string, string> Resource { get; init; } = new Dictionary<string, string>();
}
