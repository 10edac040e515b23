using Gantry.Engine.Backends;
using Gantry.Images;
using Gantry.Spec;
using Gantry.Spec.Engine;

namespace Gantry.Engine.Images;

/// <summary>The backend of the endpoints about what registries have.</summary>
internal sealed class RegistryService(ImageStore store) : IRegistryBackend
{
    public async Task<RegistryManifest> GetManifestAsync(string image, bool configuration, RegistryCall call, CancellationToken cancellationToken)
    {
        var found = await store.GetRemoteManifestAsync(ImageReference.Parse(image), configuration, ImageService.ToRegistryAuth(call.Auth), call.Insecure, cancellationToken).ConfigureAwait(false);
        return new RegistryManifest { Descriptor = ManifestSummaries.Describe(found.Descriptor), Raw = found.Content, Configuration = found.Configuration };
    }

    public async Task<string> PutManifestAsync(string image, string mediaType, byte[] content, RegistryCall call, CancellationToken cancellationToken)
    {
        var digest = await store.PutRemoteManifestAsync(ImageReference.Parse(image), mediaType, content, ImageService.ToRegistryAuth(call.Auth), call.Insecure, cancellationToken).ConfigureAwait(false);
        return digest.ToString();
    }

    public Task<byte[]> GetBlobAsync(string blob, RegistryCall call, CancellationToken cancellationToken) =>
        store.GetRemoteBlobAsync(ImageReference.Parse(blob), ImageService.ToRegistryAuth(call.Auth), call.Insecure, cancellationToken);

    public async Task<string> PutBlobAsync(string image, byte[] content, RegistryCall call, CancellationToken cancellationToken)
    {
        var digest = await store.PutRemoteBlobAsync(ImageReference.Parse(image), content, ImageService.ToRegistryAuth(call.Auth), call.Insecure, cancellationToken).ConfigureAwait(false);
        return digest.ToString();
    }

    public Task CopyManifestAsync(string image, string from, RegistryCall call, CancellationToken cancellationToken) =>
        store.CopyRemoteManifestAsync(ImageReference.Parse(image), ImageReference.Parse(from), ImageService.ToRegistryAuth(call.Auth), call.Insecure, cancellationToken);
}
