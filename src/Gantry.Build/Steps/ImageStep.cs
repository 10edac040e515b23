using System.Text;
using Gantry.Build.Outputs;
using Gantry.Build.Solving;
using Gantry.Build.Store;
using Gantry.Images;
using Gantry.Spec;

namespace Gantry.Build.Steps;

/// <summary>Begins with the filesystem of an image that is here.</summary>
public sealed class ImageStep(Image image) : Step
{
    public Image Image { get; } = image;

    /// <summary>What it was asked for by; null for what has no name.</summary>
    public ImageReference? Reference { get; init; }

    /// <summary>The context of an OCI layout that it came from, and the digest that stood for it there; null for none.</summary>
    public (string Name, Digest Target)? Layout { get; init; }

    /// <summary>It is here though no list shows it.</summary>
    public bool IsHeld { get; init; }

    public override bool IsCacheable => false;

    public override Task<Digest> KeyAsync(BuildRun run) => Task.FromResult(Digest.Sha256(Encoding.UTF8.GetBytes($"image {Image.Id}")));

    public override Task<LayerStack> ExecuteAsync(BuildRun run, StepReport report)
    {
        HeldBuild.Hold(Image, run.Lease);
        return !IsHeld && run.Environment.Images.Find(Image.Id) is null
            ? throw new NotFoundException($"No such image: {Image.Id}: it was removed meanwhile")
            : Task.FromResult(run.Store.StackOf(Image));
    }
}

/// <summary>Begins with nothing (<c>FROM scratch</c>).</summary>
public sealed class ScratchStep : Step
{
    public override bool IsCacheable => false;

    public override Task<Digest> KeyAsync(BuildRun run) => Task.FromResult(Digest.Sha256("scratch"u8));

    public override Task<LayerStack> ExecuteAsync(BuildRun run, StepReport report) => Task.FromResult(LayerStack.Empty);
}
