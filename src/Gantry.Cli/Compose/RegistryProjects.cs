using Gantry.Cli.Hosts;
using Gantry.Cli.Manifests;
using Gantry.Compose.Publishing;
using Gantry.Spec;

namespace Gantry.Cli.Compose;

/// <summary>Published projects, through the daemon.</summary>
internal sealed class RegistryProjects(Session session) : IArtifactSource
{
    private readonly RemoteImages _registry = new(session, insecure: false);

    public (Digest Digest, byte[] Content)? FindManifest(ImageReference name) =>
        _registry.FindAsync(name, configuration: false).AsTask().GetAwaiter().GetResult() is { } found ? (found.Descriptor.Digest, found.Raw) : null;

    public byte[] GetBlob(ImageReference blob) => _registry.GetBlobAsync(blob).AsTask().GetAwaiter().GetResult();
}
