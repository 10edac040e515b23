using System.Text.Json.Serialization;

namespace Gantry.Spec.Image;

/// <summary>The file <c>oci-layout</c> (OCI image-layout.md).</summary>
public sealed record ImageLayout
{
    public const string FileName = "oci-layout";

    [JsonPropertyName("imageLayoutVersion")]
    public required string ImageLayoutVersion { get; init; }
}

/// <summary>One image in the <c>manifest.json</c> of a docker archive (<c>docker save</c>).</summary>
public sealed record ArchiveManifest
{
    public const string FileName = "manifest.json";

    [JsonPropertyName("Config")]
    public required string Config { get; init; }

    [JsonPropertyName("RepoTags")]
    public IReadOnlyList<string>? RepoTags { get; init; }

    [JsonPropertyName("Layers")]
    public required IReadOnlyList<string>? Layers { get; init; }
}
