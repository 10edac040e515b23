using Gantry.Spec;
using Gantry.Spec.Engine;

namespace Gantry.Engine.Images;

internal sealed partial class ImageService
{
    public async Task<DistributionInspect> InspectRemoteAsync(string image, AuthConfig? auth, CancellationToken cancellationToken)
    {
        var (target, platforms) = await store.InspectRemoteAsync(ImageReference.Parse(image), ToRegistryAuth(auth), cancellationToken).ConfigureAwait(false);
        return new DistributionInspect
        {
            Descriptor = new() { MediaType = target.MediaType, Digest = target.Digest.ToString(), Size = target.Size },
            Platforms = [.. platforms.Select(p => new OciPlatform { Architecture = p.Architecture, Os = p.Os, OsVersion = p.OsVersion, OsFeatures = p.OsFeatures is { } features ? [.. features] : null, Variant = p.Variant })],
        };
    }
}
