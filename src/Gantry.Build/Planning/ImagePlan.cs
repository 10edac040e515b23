using Gantry.Build.Solving;
using Gantry.Build.Steps;
using Gantry.Images;
using Gantry.Spec;
using Gantry.Spec.Image;

namespace Gantry.Build.Planning;

/// <summary>The graph of a build, and what the image of its result says of itself.</summary>
internal sealed record ImagePlan
{
    /// <summary>The filesystem.</summary>
    public required Step Step { get; init; }

    public required ImageConfig Config { get; init; }

    /// <summary>Of the image it stands on.</summary>
    public required ImageConfiguration Base { get; init; }

    public Image? BaseImage { get; init; }

    /// <summary>Of all instructions, those of the base image first; times are set when it is made.</summary>
    public required IReadOnlyList<HistoryEntry> History { get; init; }

    /// <summary>The step of each layer above the base image's.</summary>
    public required IReadOnlyList<Step> LayerSteps { get; init; }

    public required Platform Platform { get; init; }

    /// <summary>What is looked through besides for the list of what is in the image.</summary>
    public required IReadOnlyDictionary<string, CopySource> ScanTargets { get; init; }

    public string? Author { get; init; }
}
