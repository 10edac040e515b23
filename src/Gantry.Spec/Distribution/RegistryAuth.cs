namespace Gantry.Spec.Distribution;

/// <summary>Credentials for one registry: name and password, or an identity (refresh) token, or a bearer token to use as it is.</summary>
public sealed record RegistryAuth
{
    public string? Username { get; init; }

    public string? Password { get; init; }

    public string? IdentityToken { get; init; }

    public string? RegistryToken { get; init; }

    public bool IsEmpty => string.IsNullOrEmpty(Username) && string.IsNullOrEmpty(IdentityToken) && string.IsNullOrEmpty(RegistryToken);

    /// <summary>Never the secret.</summary>
    public override string ToString() => IsEmpty ? "anonymous" : Username ?? "token";
}
