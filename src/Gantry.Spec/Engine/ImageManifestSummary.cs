using System.Text.Json.Serialization;

namespace Gantry.Spec.Engine;

/// <summary>One manifest of an image, for <c>manifests=1</c>.</summary>
public sealed record ImageManifestSummary
{
    public string ID { get; init => field = value ?? ""; } = "";

    public required OciDescriptor Descriptor { get; init; }

    /// <summary>True where all of it is here.</summary>
    public bool Available { get; init; }

    public required ImageManifestSize Size { get; init; }

    /// <summary><c>image</c>, <c>attestation</c> or <c>unknown</c>.</summary>
    public string Kind { get; init => field = value ?? ""; } = "";

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ImageManifestData? ImageData { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public AttestationManifestData? AttestationData { get; init; }
}

/// <summary>Bytes on this machine.</summary>
public sealed record ImageManifestSize
{
    public long Content { get; init; }

    /// <summary>With the unpacked layers.</summary>
    public long Total { get; init; }
}

public sealed record ImageManifestData
{
    public required OciPlatform Platform { get; init; }

    /// <summary>Ids of the containers made of it.</summary>
    public string[] Containers { get; init => field = value ?? []; } = [];

    public required UnpackedSize Size { get; init; }
}

public sealed record UnpackedSize
{
    public long Unpacked { get; init; }
}

public sealed record AttestationManifestData
{
    public string For { get; init => field = value ?? ""; } = "";
}
