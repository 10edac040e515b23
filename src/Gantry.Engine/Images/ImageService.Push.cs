using System.Text.Json;
using Gantry.Spec;
using Gantry.Spec.Engine;

namespace Gantry.Engine.Images;

internal sealed partial class ImageService
{
    public IAsyncEnumerable<ProgressMessage> PushAsync(string image, string? tag, Platform? platform, AuthConfig? auth, CancellationToken cancellationToken)
    {
        var name = ImageReference.Parse(image);
        if (name.Digest is not null)
        {
            throw new InvalidArgumentException("cannot push a digest reference");
        }

        var one = tag is { Length: > 0 } ? name.NameOnly().WithTag(tag) : name;
        return ReportAsync(
            async (progress, token) =>
            {
                progress.Write(new ProgressMessage { Status = $"The push refers to repository [{name.Name}]" });
                foreach (var tagged in Pushed(one))
                {
                    var pushed = await store.PushAsync(tagged, platform, ToRegistryAuth(auth), progress, token).ConfigureAwait(false);
                    progress.Write(new ProgressMessage { Status = $"{tagged.Tag}: digest: {pushed.Target.Digest} size: {pushed.Target.Size}" });
                    if (pushed.Index is { } index)
                    {
                        var instead = new PushedInsteadOfIndex { OriginalIndex = ManifestSummaries.Describe(index), SelectedManifest = ManifestSummaries.Describe(pushed.Target) };
                        progress.Write(new ProgressMessage { Aux = JsonSerializer.SerializeToElement(instead, EngineJsonContext.Wire.PushedInsteadOfIndex) });
                    }

                    var result = new PushResult { Tag = tagged.Tag!, Digest = pushed.Target.Digest.ToString(), Size = pushed.Target.Size };
                    progress.Write(new ProgressMessage { ProgressDetail = new(), Aux = JsonSerializer.SerializeToElement(result, EngineJsonContext.Wire.PushResult) });
                    events.Publish("push", tagged.Familiar, name.FamiliarName);
                }
            },
            cancellationToken);
    }

    /// <summary>A name without a tag stands for all tags of the repository.</summary>
    private IReadOnlyList<ImageReference> Pushed(ImageReference name)
    {
        var tags = store.TagsOf(name);
        if (tags.Count == 0)
        {
            throw new NotFoundException($"An image does not exist locally with the tag: {name.FamiliarName}");
        }

        return name.Tag is null ? tags : [name];
    }
}
