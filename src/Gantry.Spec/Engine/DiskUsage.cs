using System.Text.Json.Serialization;

namespace Gantry.Spec.Engine;

/// <summary><c>GET /system/df</c>; a kind that was not asked for is null.</summary>
public sealed record DiskUsage
{
    /// <summary>Bytes of all layers, each counted once.</summary>
    public long LayersSize { get; init; }

    public ImageSummary[]? Images { get; init; }

    public ContainerSummary[]? Containers { get; init; }

    public Volume[]? Volumes { get; init; }

    public BuildCache[]? BuildCache { get; init; }

    /// <summary>Before API 1.42.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? BuilderSize { get; init; }
}
