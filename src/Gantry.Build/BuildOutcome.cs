using Gantry.Build.Outputs;
using Gantry.Images;
using Gantry.Spec;
using Gantry.Spec.Image;

namespace Gantry.Build;

/// <summary>What a build made.</summary>
public sealed record BuildOutcome
{
    /// <summary>The digest of an image's configuration, or of the index of several; empty where no image was made.</summary>
    public string Id { get; init; } = "";

    /// <summary>The manifest or index; null where no image was made.</summary>
    public Descriptor? Target { get; init; }

    /// <summary>What was added to a layout of the client that asked for its cache (<see cref="Caching.LayoutCacheDestination"/>).</summary>
    public Descriptor? Cache { get; init; }

    /// <summary>How the result was made, for each platform, where that was asked for.</summary>
    public IReadOnlyList<(Platform Platform, Statement Provenance)> Provenances { get; init; } = [];

    /// <summary>What is kept for the next build, of each platform. Whoever has the outcome disposes them.</summary>
    public IReadOnlyList<HeldBuild> Held { get; init; } = [];

    /// <summary>The image of this daemon's, of its own platform where there are several; empty where none was added.</summary>
    public string Image { get; init; } = "";
}
