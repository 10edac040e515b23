using Gantry.Spec.Engine;

namespace Gantry.Engine.Mounts;

/// <summary>A mount of a container as it was resolved at creation.</summary>
internal sealed record MountRecord
{
    /// <summary><c>bind</c>, <c>volume</c>, <c>tmpfs</c> or <c>image</c>.</summary>
    public required string Type { get; init; }

    /// <summary>The volume's name.</summary>
    public string? Name { get; init; }

    /// <summary>The volume's driver; null for local.</summary>
    public string? Driver { get; init; }

    /// <summary>What the volume is made with, where it is not there yet.</summary>
    public Dictionary<string, string>? DriverOptions { get; init; }

    public Dictionary<string, string>? VolumeLabels { get; init; }

    /// <summary>The path on the host; of an image its name; empty for a tmpfs.</summary>
    public string Source { get; init; } = "";

    /// <summary>An absolute, clean path in the container.</summary>
    public required string Destination { get; init; }

    /// <summary>The options of <c>-v</c> as given.</summary>
    public string Mode { get; init; } = "";

    public bool ReadOnly { get; init; }

    public string Propagation { get; init; } = "";

    /// <summary>A missing source becomes a directory when the container starts.</summary>
    public bool CreateSource { get; init; }

    /// <summary>Without what is mounted below the source.</summary>
    public bool NonRecursive { get; init; }

    /// <summary>Read-only at the top only.</summary>
    public bool ReadOnlyNonRecursive { get; init; }

    /// <summary>Fail rather than leave something below writable.</summary>
    public bool ReadOnlyForceRecursive { get; init; }

    /// <summary>Keep the image's content out of a new volume.</summary>
    public bool NoCopy { get; init; }

    /// <summary>The id of the image, <c>sha256:…</c>.</summary>
    public string? ImageId { get; init; }

    /// <summary>Whose files on the host are the container's user's: <c>owner</c> or <c>uid[:gid]</c>; null for no mapping.</summary>
    public string? IdMap { get; init; }

    /// <summary>A directory in the volume or image.</summary>
    public string? Subpath { get; init; }

    /// <summary>The volume has no name of its own and goes with the container.</summary>
    public bool Anonymous { get; init; }

    /// <summary>Mount options of a tmpfs.</summary>
    public string? TmpfsOptions { get; init; }

    /// <summary>It came with <c>--mount</c>.</summary>
    public bool FromMountOption { get; init; }

    public MountPoint ToMountPoint() => new()
    {
        Type = Type,
        Name = Name,
        Source = Source,
        Destination = Destination,
        Driver = Type == "volume" ? Driver ?? "local" : null,
        Mode = Mode,
        RW = !ReadOnly,
        Propagation = Propagation,
    };
}
