using System.Text.Json;
using Gantry.Images.Pulling;
using Gantry.Spec;
using Gantry.Spec.Distribution;
using Gantry.Spec.Image;

namespace Gantry.Images;

public sealed partial class ImageStore
{
    /// <summary>What a registry has under a name, without pulling it: the document it names, and for which platforms it is.</summary>
    public async Task<(Descriptor Target, IReadOnlyList<Platform> Platforms)> InspectRemoteAsync(ImageReference reference, RegistryAuth? auth, CancellationToken cancellationToken)
    {
        reference = reference.WithDefaultTag();
        var (session, document) = await FirstAnswerAsync(registry.Open(reference, auth), s => s.GetManifestAsync(reference.Digest?.ToString() ?? reference.Tag!, cancellationToken)).ConfigureAwait(false);
        var type = PullManifest.TypeOf(document, reference);
        var target = new Descriptor { MediaType = type, Digest = document.Digest, Size = document.Content.Length };
        if (MediaTypes.IsIndex(type))
        {
            var index = JsonSerializer.Deserialize(document.Content, ImageJson.Default.ImageIndex)!;
            return (target, [.. index.Manifests.Select(m => m.Platform).OfType<Platform>()]);
        }

        var manifest = PullManifest.ParseManifest(document.Content, reference);
        var content = await session.GetConfigurationAsync(manifest.Config, cancellationToken).ConfigureAwait(false);
        var configuration = JsonSerializer.Deserialize(content, ImageJson.Default.ImageConfiguration)!;
        return (target, [configuration.Platform]);
    }
}
