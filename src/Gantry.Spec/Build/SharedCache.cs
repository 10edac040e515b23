using System.Text.Json.Serialization;

namespace Gantry.Spec.Build;

/// <summary>
/// What builds elsewhere need not do again: the steps that layers came of. It is the configuration of a manifest that lists
/// the layers (<c>--cache-to type=registry</c> and <c>type=local</c>), or a part of an image's own (<c>type=inline</c>).
/// </summary>
public sealed record SharedCache
{
    /// <summary>The media type of one that stands alone.</summary>
    public const string MediaType = "application/vnd.gantry.buildcache.v1+json";

    /// <summary>The uncompressed layers' digests, in the order of the manifest; none in an image, which has them itself.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<Digest>? DiffIds { get; init; }

    public IReadOnlyList<SharedStep> Steps { get; init => field = value ?? []; } = [];

    /// <summary>For keys of files of a stage the content that they were found to have.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, string>? Contents { get; init; }

    /// <summary>By the id of a cache mount the index of its layer.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, int>? Mounts { get; init; }
}

public sealed record SharedStep
{
    /// <summary>Of the step and all it stands on.</summary>
    public required Digest Key { get; init; }

    public required string Name { get; init; }

    /// <summary>RFC 3339.</summary>
    public required DateTimeOffset Created { get; init; }

    /// <summary>Indexes of the layers of the filesystem after it, the lowest first.</summary>
    public IReadOnlyList<int> Layers { get; init => field = value ?? []; } = [];
}
