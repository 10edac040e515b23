using Gantry.Build.Outputs;

namespace Gantry.Build;

/// <summary>What a build made.</summary>
public sealed record BuildOutcome
{
    /// <summary>The digest of an image's configuration, or of the index of several; empty where no image was made.</summary>
    public string Id { get; init; } = "";

    /// <summary>The digest of the manifest or index.</summary>
    public string Target { get; init; } = "";

    /// <summary>What is kept for the next build; null for nothing. Whoever has the outcome disposes it.</summary>
    public HeldBuild? Held { get; init; }

    /// <summary>The image of this daemon's, of its own platform where there are several; empty where none was added.</summary>
    public string Image { get; init; } = "";
}
