using Gantry.Spec;

namespace Gantry.Compose.Publishing;

/// <summary>Where published projects are read from.</summary>
public interface IArtifactSource
{
    /// <returns>The manifest with its digest; null where the registry has none of that name.</returns>
    (Digest Digest, byte[] Content)? FindManifest(ImageReference name);

    /// <param name="blob">The repository, with the digest of the blob.</param>
    byte[] GetBlob(ImageReference blob);
}
