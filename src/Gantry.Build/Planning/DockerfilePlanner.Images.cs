using Gantry.Build.Dockerfile;
using Gantry.Build.Solving;
using Gantry.Build.Steps;
using Gantry.Images;
using Gantry.Spec;
using Gantry.Spec.Image;

namespace Gantry.Build.Planning;

internal sealed partial class DockerfilePlanner
{
    /// <summary>The image that a name stands for, once for each platform.</summary>
    private Task<BaseImage> FindImageAsync(string name, Platform platform, LineRange lines, string shown)
    {
        lock (images)
        {
            var key = $"{name} {platform}";
            return images.TryGetValue(key, out var known) ? known : images[key] = Task.Run(() => ResolveAsync(name, platform, lines, shown));
        }
    }

    private async Task<BaseImage> ResolveAsync(string name, Platform platform, LineRange lines, string shown)
    {
        const string imagePrefix = "docker-image://";
        var place = request.Contexts.GetValueOrDefault(name);
        if (place is not null && !place.StartsWith(imagePrefix, StringComparison.Ordinal))
        {
            return new(new CopyStep
            {
                Name = $"[context {name}] load",
                Root = new ScratchStep { Name = $"[context {name}] scratch" },
                Source = new ContextSource(name) { Paths = ["."] },
                Destination = "/",
            });
        }

        if (!ImageReference.TryParse(place is null ? name : place[imagePrefix.Length..], out var reference))
        {
            throw new DockerfileException($"failed to parse stage name \"{name}\": invalid reference format", document, lines);
        }

        reference = reference.WithDefaultTag();
        var metadata = new MetadataStep { Name = $"[internal] load metadata for {reference}" };
        if (looksOnly)
        {
            return new(metadata) { Configuration = await run.LoadAsync(metadata, _ => run.Inputs.GetConfigurationAsync(reference, platform, request.Pull, run.CancellationToken)).ConfigureAwait(false) };
        }

        var image = await run.LoadAsync(metadata, report => run.Inputs.GetImageAsync(reference, platform, request.Pull, report, run.CancellationToken)).ConfigureAwait(false);
        return new(new ImageStep(image) { Name = $"{shown}{reference.Familiar}", Lines = lines }) { Configuration = image.Configuration, Image = image };
    }

    /// <summary>What a stage begins with.</summary>
    private sealed record BaseImage(Step Step)
    {
        /// <summary>Null for what is no image.</summary>
        public ImageConfiguration? Configuration { get; init; }

        /// <summary>Null where it did not come here.</summary>
        public Image? Image { get; init; }
    }
}
