using Gantry.Spec.Engine;

namespace Gantry.Engine.Backends;

/// <summary>What the daemon asks of registries for its clients, so that they need no certificates, proxies and mirrors of their own.</summary>
public interface IRegistryBackend
{
    /// <param name="configuration">With the image's configuration.</param>
    Task<RegistryManifest> GetManifestAsync(string image, bool configuration, RegistryCall call, CancellationToken cancellationToken);

    /// <returns>The digest it has there.</returns>
    Task<string> PutManifestAsync(string image, string mediaType, byte[] content, RegistryCall call, CancellationToken cancellationToken);

    /// <param name="blob">A repository with the digest of a small blob.</param>
    Task<byte[]> GetBlobAsync(string blob, RegistryCall call, CancellationToken cancellationToken);

    /// <returns>Its digest.</returns>
    Task<string> PutBlobAsync(string image, byte[] content, RegistryCall call, CancellationToken cancellationToken);

    /// <summary>Lets a registry take a manifest with its content over from another repository of its own.</summary>
    Task CopyManifestAsync(string image, string from, RegistryCall call, CancellationToken cancellationToken);
}

/// <param name="Insecure">Without TLS, or with a certificate that nobody vouches for.</param>
public sealed record RegistryCall(AuthConfig? Auth, bool Insecure);
