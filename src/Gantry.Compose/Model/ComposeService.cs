using Gantry.Compose.Nodes;

namespace Gantry.Compose.Model;

/// <summary>One service, each key of the specification in its long form. Paths are absolute, sizes are bytes.</summary>
public sealed partial record ComposeService
{
    public required string Name { get; init; }

    public IReadOnlyList<string> Profiles { get; init; } = [];

    public IReadOnlyDictionary<string, string> Annotations { get; init; } = Empty.Map<string>();

    public bool? Attach { get; init; }

    public BuildSettings? Build { get; init; }

    public DevelopSettings? Develop { get; init; }

    /// <summary>Null: the image's. An empty list clears it.</summary>
    public IReadOnlyList<string>? Command { get; init; }

    public IReadOnlyList<FileReference> Configs { get; init; } = [];

    public string? ContainerName { get; init; }

    public CredentialSpec? CredentialSpec { get; init; }

    /// <summary>Also what follows from links, shared namespaces and volumes_from.</summary>
    public IReadOnlyDictionary<string, DependsOn> DependsOn { get; init; } = Empty.Map<DependsOn>();

    public DeploySettings? Deploy { get; init; }

    public string? Domainname { get; init; }

    /// <summary>Null: the image's. An empty list clears it.</summary>
    public IReadOnlyList<string>? Entrypoint { get; init; }

    /// <summary>A null value has no value anywhere: the variable is not set in the container.</summary>
    public IReadOnlyDictionary<string, string?> Environment { get; init; } = Empty.Map<string?>();

    /// <summary>Empty once the files were merged into <see cref="Environment"/>.</summary>
    public IReadOnlyList<EnvFile> EnvFiles { get; init; } = [];

    /// <summary>Ports or ranges, <c>80</c>, <c>8000-8010/udp</c>.</summary>
    public IReadOnlyList<string> Expose { get; init; } = [];

    public IReadOnlyList<string> GroupAdd { get; init; } = [];

    public HealthCheck? HealthCheck { get; init; }

    public string? Hostname { get; init; }

    public string? Image { get; init; }

    public bool? Init { get; init; }

    public IReadOnlyDictionary<string, string> Labels { get; init; } = Empty.Map<string>();

    public IReadOnlyList<string> LabelFiles { get; init; } = [];

    public LoggingSettings? Logging { get; init; }

    public IReadOnlyDictionary<string, ServiceModel?> Models { get; init; } = Empty.Map<ServiceModel?>();

    public string? Platform { get; init; }

    public IReadOnlyList<ServiceHook> PostStart { get; init; } = [];

    /// <summary>Containers that run one after another, each to its end, before the service starts.</summary>
    public IReadOnlyList<ServiceHook> PreStart { get; init; } = [];

    public IReadOnlyList<ServiceHook> PreStop { get; init; } = [];

    public ProviderSettings? Provider { get; init; }

    /// <summary><c>always</c>, <c>never</c>, <c>missing</c>, <c>build</c>, <c>daily</c>, <c>weekly</c>, <c>every_…</c>.</summary>
    public string? PullPolicy { get; init; }

    public string? PullRefreshAfter { get; init; }

    /// <summary><c>no</c>, <c>always</c>, <c>unless-stopped</c>, <c>on-failure[:n]</c>.</summary>
    public string? Restart { get; init; }

    public string? Runtime { get; init; }

    public int? Scale { get; init; }

    public IReadOnlyList<FileReference> Secrets { get; init; } = [];

    public bool StdinOpen { get; init; }

    public TimeSpan? StopGracePeriod { get; init; }

    public string? StopSignal { get; init; }

    public bool Tty { get; init; }

    public bool UseApiSocket { get; init; }

    public string? User { get; init; }

    public string? WorkingDir { get; init; }

    public IReadOnlyDictionary<string, Node> Extensions { get; init; } = Empty.Map<Node>();

    /// <summary>How many containers are asked for.</summary>
    public int Replicas => Scale ?? Deploy?.Replicas ?? 1;
}
