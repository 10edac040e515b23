using Gantry.Build.Solving;
using Gantry.Build.Steps;
using Gantry.Images;
using Gantry.Spec;

namespace Gantry.Build.Planning;

/// <summary>What the names in FROM and <c>--from</c> stand for that are no stages: each looked up once in a build, for each platform.</summary>
internal sealed class BaseImages(BuildRequest request, BuildRun run)
{
    private const string ImagePrefix = "docker-image://";
    private readonly Dictionary<string, Task<(Image? Image, Step Step)>> found = new(StringComparer.Ordinal);

    /// <param name="shown">What stands before the image's name in the name of the step.</param>
    /// <returns>The image is null where the name stands for a context.</returns>
    public Task<(Image? Image, Step Step)> FindAsync(string name, Platform platform, LineRange lines, string shown)
    {
        lock (found)
        {
            var key = $"{name} {platform}";
            return found.TryGetValue(key, out var known) ? known : found[key] = Task.Run(() => ResolveAsync(name, platform, lines, shown));
        }
    }

    private async Task<(Image? Image, Step Step)> ResolveAsync(string name, Platform platform, LineRange lines, string shown)
    {
        var place = request.Contexts.GetValueOrDefault(name);
        if (place is not null && !place.StartsWith(ImagePrefix, StringComparison.Ordinal))
        {
            return (null, new CopyStep
            {
                Name = $"[context {name}] load",
                Root = new ScratchStep { Name = $"[context {name}] scratch" },
                Source = new ContextSource(name) { Paths = ["."] },
                Destination = "/",
            });
        }

        if (!ImageReference.TryParse(place is null ? name : place[ImagePrefix.Length..], out var reference))
        {
            throw new InvalidArgumentException($"failed to parse stage name \"{name}\": invalid reference format");
        }

        reference = reference.WithDefaultTag();
        var metadata = new MetadataStep { Name = $"[internal] load metadata for {reference}" };
        var image = await run.LoadAsync(metadata, report => run.Inputs.GetImageAsync(reference, platform, request.Pull, report, run.CancellationToken)).ConfigureAwait(false);
        return (image, new ImageStep(image) { Name = $"{shown}{reference.Familiar}", Lines = lines });
    }
}
