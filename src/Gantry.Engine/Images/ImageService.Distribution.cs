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
            Descriptor = ManifestSummaries.Describe(target),
            Platforms = [.. platforms.Select(ManifestSummaries.ToApi)],
        };
    }
}
