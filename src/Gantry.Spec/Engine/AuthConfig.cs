using System.Text.Json.Serialization;

namespace Gantry.Spec.Engine;

/// <summary>Credentials for a registry: the body of <c>POST /auth</c> and, as base64url of JSON, the header <c>X-Registry-Auth</c>.</summary>
public sealed record AuthConfig
{
    [JsonPropertyName("username"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Username { get; init; }

    [JsonPropertyName("password"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Password { get; init; }

    /// <summary>Base64 of <c>username:password</c>, in configuration files.</summary>
    [JsonPropertyName("auth"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Auth { get; init; }

    [JsonPropertyName("email"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Email { get; init; }

    [JsonPropertyName("serveraddress"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? ServerAddress { get; init; }

    /// <summary>An OAuth2 refresh token, instead of a password.</summary>
    [JsonPropertyName("identitytoken"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? IdentityToken { get; init; }

    /// <summary>A bearer token to send to the registry as it is.</summary>
    [JsonPropertyName("registrytoken"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? RegistryToken { get; init; }
}

/// <summary>The answer to <c>POST /auth</c>.</summary>
public sealed record AuthResponse
{
    public string Status { get; init => field = value ?? ""; } = "";

    public string IdentityToken { get; init => field = value ?? ""; } = "";
}
