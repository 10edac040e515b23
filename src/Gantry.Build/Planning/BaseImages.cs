using Gantry.Build.Solving;
using Gantry.Build.Steps;
using Gantry.Images;
using Gantry.Spec;
using Gantry.Spec.Build;
using Gantry.Spec.Image;

namespace Gantry.Build.Planning;

/// <summary>What the names in FROM and <c>--from</c> stand for that are no stages: each looked up once in a build, for each platform.</summary>
/// <param name="request">Says what names stand for.</param>
/// <param name="run">Shows what is looked up.</param>
/// <param name="looksOnly">The steps will not be done: of images only the configuration is asked for.</param>
internal sealed class BaseImages(BuildRequest request, BuildRun run, bool looksOnly)
{
    /// <summary>The name of no image.</summary>
    public const string Scratch = "scratch";

    private const int ShownDigits = 12;
    private readonly Dictionary<string, Task<BaseImage>> found = new(StringComparer.Ordinal);

    /// <param name="shown">What stands before the image's name in the name of the step.</param>
    public Task<BaseImage> FindAsync(string name, Platform platform, LineRange lines, string shown)
    {
        lock (found)
        {
            var key = $"{name} {platform}";
            return found.TryGetValue(key, out var known) ? known : found[key] = Task.Run(() => ResolveAsync(name, platform, lines, shown));
        }
    }

    private async Task<BaseImage> ResolveAsync(string name, Platform platform, LineRange lines, string shown)
    {
        var context = request.ContextFor(name, platform) ?? "";
        if (request.HeldContexts.GetValueOrDefault(context) is { } held)
        {
            var made = await held.ImageAsync(run.Lease).ConfigureAwait(false);
            return new(new ImageStep(made) { Name = shown + name, Lines = lines, IsHeld = true }) { Configuration = made.Configuration, Image = made };
        }

        var place = request.Contexts.GetValueOrDefault(context);
        if (LayoutAddress.TryParse(place, out var layout))
        {
            return await ResolveAsync(layout, name, platform, lines, shown).ConfigureAwait(false);
        }

        var named = place is null ? name : ContextAddress.ImageOf(place);
        if (named is null)
        {
            return new(new CopyStep
            {
                Name = $"[context {name}] load",
                Root = new ScratchStep { Name = $"[context {name}] scratch" },
                Sources = [new ContextSource(context) { Paths = ["."] }],
                Destination = "/",
            });
        }

        if (named == Scratch)
        {
            return new(new ScratchStep { Name = $"FROM {Scratch}" });
        }

        var isBuilt = place?.StartsWith(ContextAddress.BuiltImage, StringComparison.Ordinal) == true;
        if (FindById(named) is { } known)
        {
            return new(new ImageStep(known) { Name = shown + name, Lines = lines }) { Configuration = known.Configuration, Image = known };
        }

        if (isBuilt && Digest.TryParse(named, out var id))
        {
            throw new NotFoundException($"No such image: {id}, which is the context {name}: it was removed meanwhile");
        }

        if (!ImageReference.TryParse(named, out var reference))
        {
            throw new InvalidArgumentException($"failed to parse stage name \"{name}\": invalid reference format");
        }

        reference = reference.WithDefaultTag();
        var pull = request.Pull && !isBuilt;
        var metadata = new MetadataStep { Name = $"[internal] load metadata for {reference}" };
        if (looksOnly)
        {
            return new(metadata) { Configuration = await run.LoadAsync(metadata, _ => run.Inputs.GetConfigurationAsync(reference, platform, pull, run.CancellationToken)).ConfigureAwait(false) };
        }

        var image = await run.LoadAsync(metadata, report => run.Inputs.GetImageAsync(reference, platform, pull, report, run.CancellationToken)).ConfigureAwait(false);
        return new(new ImageStep(image) { Name = $"{shown}{reference}", Lines = lines, Reference = reference }) { Configuration = image.Configuration, Image = image };
    }

    /// <summary>The image that a digest stands for, or as much of an id as lists show; null where it may be a name.</summary>
    private Image? FindById(string name)
    {
        if (Digest.TryParse(name, out _))
        {
            return run.Environment.Images.TryResolve(name);
        }

        // An image may be called so, which is to be pulled where that is asked for.
        return name.Length >= ShownDigits && name.All(char.IsAsciiHexDigitLower) && run.Environment.Images.TryResolve(name) is { } found
            && found.Id.Hex.StartsWith(name, StringComparison.Ordinal) ? found : null;
    }

    private async Task<BaseImage> ResolveAsync(LayoutAddress address, string name, Platform platform, LineRange lines, string shown)
    {
        var (metadata, subject, images) = (new MetadataStep { Name = $"[context {name}] {address}" }, $"the context {name}", run.Environment.Images);
        var layout = await run.Inputs.OpenLayoutAsync(address.Place, run.CancellationToken).ConfigureAwait(false);
        var target = address.Digest ?? await layout.ResolveAsync(address.Tag, run.CancellationToken).ConfigureAwait(false);
        if (looksOnly)
        {
            return new(metadata) { Configuration = await run.LoadAsync(metadata, _ => ImageStore.ReadConfigurationAsync(layout, target, platform, subject, run.CancellationToken)).ConfigureAwait(false) };
        }

        var image = await run.LoadAsync(metadata, _ => images.BringAsync(layout, target, platform, subject, run.Lease, run.CancellationToken)).ConfigureAwait(false);
        return new(new ImageStep(image) { Name = shown + name, Lines = lines, IsHeld = true, Layout = (name, target) }) { Configuration = image.Configuration, Image = image };
    }
}

/// <summary>What a stage begins with.</summary>
internal sealed record BaseImage(Step Step)
{
    /// <summary>Null for what is no image.</summary>
    public ImageConfiguration? Configuration { get; init; }

    /// <summary>Null where it did not come here.</summary>
    public Image? Image { get; init; }
}
