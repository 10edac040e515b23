using System.Text.Json.Serialization;

namespace Gantry.Spec.Engine;

/// <summary>The answer to <c>GET /distribution/{name}/manifest</c>, which is Gantry's own.</summary>
public sealed record RegistryManifest
{
    public required OciDescriptor Descriptor { get; init; }

    /// <summary>The document as the registry has it.</summary>
    public required byte[] Raw { get; init; }

    /// <summary>The image's configuration, where it was asked for.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public byte[]? Configuration { get; init; }
}

/// <summary>The body of <c>POST /distribution/{name}/manifest</c>, which is Gantry's own.</summary>
public sealed record RegistryManifestRequest
{
    public string MediaType { get; init => field = value ?? ""; } = "";

    public byte[] Raw { get; init => field = value ?? []; } = [];
}

/// <summary>The body of <c>POST /distribution/{name}/blob</c> and the answer to GET of the same, which are Gantry's own; for small ones, like a Compose file.</summary>
public sealed record RegistryBlob
{
    public byte[] Raw { get; init => field = value ?? []; } = [];
}

/// <summary>The answer to <c>POST /distribution/{name}/manifest</c> and <c>/blob</c>.</summary>
public sealed record RegistryManifestResponse(string Digest);

/// <summary>The body of <c>POST /distribution/{name}/copy</c>, which is Gantry's own.</summary>
public sealed record RegistryCopyRequest
{
    /// <summary>A repository of the same registry, with a digest.</summary>
    public string From { get; init => field = value ?? ""; } = "";
}
