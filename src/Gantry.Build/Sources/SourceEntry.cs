using Gantry.Linux.Files;

namespace Gantry.Build.Sources;

/// <summary>A file, directory, link or device that may be copied.</summary>
public sealed record SourceEntry
{
    /// <summary>In its tree, without a slash at either end; empty for the root.</summary>
    public required string Path { get; init; }

    public required FileKind Kind { get; init; }

    /// <summary>With set-user-id, set-group-id and sticky bits.</summary>
    public required uint Permissions { get; init; }

    public uint Uid { get; init; }

    public uint Gid { get; init; }

    /// <summary>Bytes of a file.</summary>
    public long Size { get; init; }

    public long ModifiedNanoseconds { get; init; }

    /// <summary>Where a symbolic link leads.</summary>
    public string? Link { get; init; }

    public DeviceNumber Device { get; init; }

    /// <summary>Of a file that has other names too: the same for all of them; 0 otherwise.</summary>
    public ulong Inode { get; init; }

    /// <summary>A directory that stands for its content: the one that takes this, where it is made anew, has no owner and no mode of it.</summary>
    public bool IsContainer { get; init; }

    public string Name => Path[(Path.LastIndexOf('/') + 1)..];
}
