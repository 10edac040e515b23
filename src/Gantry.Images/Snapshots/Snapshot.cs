using Gantry.Linux.Files;
using Gantry.Linux.Mounts;
using Gantry.Spec;

namespace Gantry.Images.Snapshots;

/// <summary>The root filesystem of one container: layers it shares, and a directory of its own for what it changes.</summary>
public sealed record Snapshot
{
    public required string ContainerId { get; init; }

    /// <summary>The stacks of layers it stands on, lowest first.</summary>
    public required IReadOnlyList<Digest> ChainIds { get; init; }

    /// <summary>Topmost first; at least one.</summary>
    public required IReadOnlyList<string> LowerDirectories { get; init; }

    public required string UpperDirectory { get; init; }

    public required string WorkDirectory { get; init; }

    /// <summary>Mounts the overlay, attached nowhere: closing the handle unmounts it.</summary>
    public DetachedMount OpenMount(bool readOnly = false) => readOnly
        ? DetachedMount.Overlay([UpperDirectory, .. LowerDirectories])
        : DetachedMount.Overlay(LowerDirectories, UpperDirectory, WorkDirectory);

    /// <summary>The sum of the sizes of what the container wrote, in bytes (Docker's SizeRw); a file with several names counts once.</summary>
    public long MeasureSize() => DiskSpace.Measure(UpperDirectory).Size;
}
