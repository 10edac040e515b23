using Gantry.Build.Sources;
using Gantry.Linux.Files;
using Gantry.Spec.Build;

namespace Gantry.Build.Copying;

/// <summary>What COPY and ADD say of each of their sources.</summary>
public sealed record CopyRequest
{
    /// <summary>In the new filesystem, absolute. A slash at its end makes it a directory.</summary>
    public required string Destination { get; init; }

    /// <summary>There are several sources: the destination is a directory.</summary>
    public bool IntoDirectory { get; init; }

    /// <summary>Who owns what is copied; null for whom it belongs to.</summary>
    public (uint Uid, uint Gid)? Owner { get; init; }

    /// <summary>The mode of what is copied; null for the one it has.</summary>
    public CopyMode? Mode { get; init; }

    /// <summary>The source's directories come too (<c>--parents</c>).</summary>
    public bool Parents { get; init; }

    public IgnorePatterns? Excludes { get; init; }

    /// <summary>The time of what has none of its own.</summary>
    public required DateTimeOffset Now { get; init; }

    /// <param name="below">The path from what is copied.</param>
    internal bool LeavesOut(SourceEntry entry, string below) =>
        Excludes is not null && Excludes.IsIgnored(below) && !(entry.Kind == FileKind.Directory && Excludes.MayContainIncluded(below));
}
