using Gantry.Compose.Nodes;

namespace Gantry.Compose.Model;

public sealed record DependsOn
{
    /// <summary><c>service_started</c>, <c>service_healthy</c> or <c>service_completed_successfully</c>.</summary>
    public required string Condition { get; init; }

    public bool Restart { get; init; }

    public bool Required { get; init; } = true;

    public IReadOnlyDictionary<string, Node> Extensions { get; init; } = Empty.Map<Node>();
}

public sealed record EnvFile
{
    public required string Path { get; init; }

    public bool Required { get; init; } = true;

    /// <summary><c>raw</c>, or null for Compose's own.</summary>
    public string? Format { get; init; }
}

/// <summary>A config or secret that a service gets as a file.</summary>
public sealed record FileReference
{
    public required string Source { get; init; }

    public string? Target { get; init; }

    public string? Uid { get; init; }

    public string? Gid { get; init; }

    public uint? Mode { get; init; }

    public IReadOnlyDictionary<string, Node> Extensions { get; init; } = Empty.Map<Node>();
}

public sealed record HealthCheck
{
    /// <summary>The first is <c>CMD</c>, <c>CMD-SHELL</c> or <c>NONE</c>.</summary>
    public IReadOnlyList<string> Test { get; init; } = [];

    public TimeSpan? Timeout { get; init; }

    public TimeSpan? Interval { get; init; }

    public ulong? Retries { get; init; }

    public TimeSpan? StartPeriod { get; init; }

    public TimeSpan? StartInterval { get; init; }

    public bool Disable { get; init; }

    public IReadOnlyDictionary<string, Node> Extensions { get; init; } = Empty.Map<Node>();
}

public sealed record LoggingSettings
{
    public string? Driver { get; init; }

    public IReadOnlyDictionary<string, string> Options { get; init; } = Empty.Map<string>();

    public IReadOnlyDictionary<string, Node> Extensions { get; init; } = Empty.Map<Node>();
}

/// <summary>A command that runs in the container after its start or before its stop, or in a container of its own before the start.</summary>
public sealed record ServiceHook
{
    public IReadOnlyList<string>? Command { get; init; }

    /// <summary>Of a container of its own; null: the service's.</summary>
    public string? Image { get; init; }

    /// <summary>Before each container of the service, and not once for all.</summary>
    public bool PerReplica { get; init; }

    public string? User { get; init; }

    public bool Privileged { get; init; }

    public string? WorkingDir { get; init; }

    public IReadOnlyDictionary<string, string?> Environment { get; init; } = Empty.Map<string?>();

    public IReadOnlyDictionary<string, Node> Extensions { get; init; } = Empty.Map<Node>();
}

/// <summary>A service that another program provides.</summary>
public sealed record ProviderSettings
{
    public required string Type { get; init; }

    public IReadOnlyDictionary<string, IReadOnlyList<string>> Options { get; init; } = Empty.Map<IReadOnlyList<string>>();

    public IReadOnlyDictionary<string, Node> Extensions { get; init; } = Empty.Map<Node>();
}

public sealed record ServiceModel
{
    public string? EndpointVariable { get; init; }

    public string? ModelVariable { get; init; }

    public IReadOnlyDictionary<string, Node> Extensions { get; init; } = Empty.Map<Node>();
}

public sealed record CredentialSpec
{
    public string? Config { get; init; }

    public string? File { get; init; }

    public string? Registry { get; init; }

    public IReadOnlyDictionary<string, Node> Extensions { get; init; } = Empty.Map<Node>();
}
