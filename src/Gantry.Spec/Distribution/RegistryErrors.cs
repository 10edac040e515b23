using System.Text.Json;
using System.Text.Json.Serialization;

namespace Gantry.Spec.Distribution;

/// <summary>The body of a registry's refusal (distribution specification, "Error Codes").</summary>
public sealed record RegistryErrors
{
    public IReadOnlyList<RegistryError>? Errors { get; init; }
}

public sealed record RegistryError
{
    public string? Code { get; init; }

    public string? Message { get; init; }

    public JsonElement? Detail { get; init; }
}

/// <summary>The answer of a token server (auth-token.md, auth-oauth.md).</summary>
public sealed record TokenResponse
{
    public string? Token { get; init; }

    [JsonPropertyName("access_token")]
    public string? AccessToken { get; init; }

    [JsonPropertyName("refresh_token")]
    public string? RefreshToken { get; init; }

    /// <summary>Seconds; 60 where it is not said.</summary>
    [JsonPropertyName("expires_in")]
    public int? ExpiresIn { get; init; }
}

/// <summary>The answer of <c>tags/list</c>.</summary>
public sealed record TagList
{
    public IReadOnlyList<string>? Tags { get; init; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(RegistryErrors))]
[JsonSerializable(typeof(TagList))]
[JsonSerializable(typeof(TokenResponse))]
public sealed partial class DistributionJson : JsonSerializerContext;
