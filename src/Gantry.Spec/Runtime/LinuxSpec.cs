namespace Gantry.Spec.Runtime;

/// <summary>The <c>linux</c> part of config.json (config-linux.md).</summary>
public sealed record LinuxSpec
{
    public IReadOnlyList<NamespaceSpec>? Namespaces { get; init; }

    public IReadOnlyList<IdMapping>? UidMappings { get; init; }

    public IReadOnlyList<IdMapping>? GidMappings { get; init; }

    public IReadOnlyDictionary<string, TimeOffset>? TimeOffsets { get; init; }

    public IReadOnlyList<DeviceSpec>? Devices { get; init; }

    public string? CgroupsPath { get; init; }

    public ResourcesSpec? Resources { get; init; }

    public string? RootfsPropagation { get; init; }

    public SeccompSpec? Seccomp { get; init; }

    /// <summary>
    /// The same as it stood in config.json, when that was read by <see cref="Reading.ContainerSpecReader"/>: it is the
    /// key of a compiled filter, and taken apart only when there is none. Empty for no filter.
    /// </summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public ReadOnlyMemory<byte> SeccompJson { get; init; }

    public IReadOnlyDictionary<string, string>? Sysctl { get; init; }

    public IReadOnlyList<string>? MaskedPaths { get; init; }

    public IReadOnlyList<string>? ReadonlyPaths { get; init; }

    public string? MountLabel { get; init; }

    public IntelRdtSpec? IntelRdt { get; init; }

    public PersonalitySpec? Personality { get; init; }
}

public sealed record NamespaceSpec
{
    /// <summary>pid, network, mount, ipc, uts, user, cgroup or time.</summary>
    public required string Type { get; init; }

    /// <summary>One that exists; a new one when it is null or empty.</summary>
    public string? Path { get; init; }
}

public sealed record IdMapping
{
    [System.Text.Json.Serialization.JsonPropertyName("containerID")]
    public uint ContainerId { get; init; }

    [System.Text.Json.Serialization.JsonPropertyName("hostID")]
    public uint HostId { get; init; }

    public uint Size { get; init; }
}

public sealed record TimeOffset
{
    public long Secs { get; init; }

    public uint Nanosecs { get; init; }
}

public sealed record DeviceSpec
{
    /// <summary>c, b, u (as c) or p.</summary>
    public required string Type { get; init; }

    public required string Path { get; init; }

    public long? Major { get; init; }

    public long? Minor { get; init; }

    /// <summary>In decimal: 438 is 0666.</summary>
    public uint? FileMode { get; init; }

    public uint? Uid { get; init; }

    public uint? Gid { get; init; }
}

public sealed record IntelRdtSpec
{
    [System.Text.Json.Serialization.JsonPropertyName("closID")]
    public string? ClosId { get; init; }

    public string? L3CacheSchema { get; init; }

    public string? MemBwSchema { get; init; }
}

public sealed record PersonalitySpec
{
    public required string Domain { get; init; }

    public IReadOnlyList<string>? Flags { get; init; }
}
