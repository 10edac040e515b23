namespace Gantry.Spec.Runtime;

/// <summary>config.json of a bundle (OCI runtime specification 1.2, config.md), for Linux.</summary>
public sealed record ContainerSpec
{
    public const string CurrentVersion = "1.2.0";

    public required string OciVersion { get; init; }

    public ProcessSpec? Process { get; init; }

    public RootSpec? Root { get; init; }

    public string? Hostname { get; init; }

    public string? Domainname { get; init; }

    public IReadOnlyList<MountSpec>? Mounts { get; init; }

    public HooksSpec? Hooks { get; init; }

    public LinuxSpec? Linux { get; init; }

    public IReadOnlyDictionary<string, string>? Annotations { get; init; }
}

public sealed record RootSpec
{
    /// <summary>Absolute, or relative to the bundle.</summary>
    public required string Path { get; init; }

    public bool Readonly { get; init; }
}

/// <summary>A mount in the order they are made in.</summary>
public sealed record MountSpec
{
    public required string Destination { get; init; }

    public string? Type { get; init; }

    public string? Source { get; init; }

    public IReadOnlyList<string>? Options { get; init; }

    public IReadOnlyList<IdMapping>? UidMappings { get; init; }

    public IReadOnlyList<IdMapping>? GidMappings { get; init; }
}

public sealed record HooksSpec
{
    public IReadOnlyList<HookSpec>? Prestart { get; init; }

    public IReadOnlyList<HookSpec>? CreateRuntime { get; init; }

    public IReadOnlyList<HookSpec>? CreateContainer { get; init; }

    public IReadOnlyList<HookSpec>? StartContainer { get; init; }

    public IReadOnlyList<HookSpec>? Poststart { get; init; }

    public IReadOnlyList<HookSpec>? Poststop { get; init; }
}

public sealed record HookSpec
{
    public required string Path { get; init; }

    public IReadOnlyList<string>? Args { get; init; }

    public IReadOnlyList<string>? Env { get; init; }

    /// <summary>Seconds.</summary>
    public int? Timeout { get; init; }
}
