using Gantry.Compose.Nodes;

namespace Gantry.Compose.Model;

public sealed record DeploySettings
{
    public string? Mode { get; init; }

    public int? Replicas { get; init; }

    public IReadOnlyDictionary<string, string> Labels { get; init; } = Empty.Map<string>();

    public UpdateSettings? UpdateConfig { get; init; }

    public UpdateSettings? RollbackConfig { get; init; }

    public ResourceSettings Resources { get; init; } = new();

    public RestartPolicy? RestartPolicy { get; init; }

    public PlacementSettings Placement { get; init; } = new();

    public string? EndpointMode { get; init; }

    public IReadOnlyDictionary<string, Node> Extensions { get; init; } = Empty.Map<Node>();
}

public sealed record UpdateSettings
{
    public ulong? Parallelism { get; init; }

    public TimeSpan Delay { get; init; }

    public string? FailureAction { get; init; }

    public TimeSpan Monitor { get; init; }

    public float MaxFailureRatio { get; init; }

    /// <summary><c>start-first</c> or <c>stop-first</c>.</summary>
    public string? Order { get; init; }

    public IReadOnlyDictionary<string, Node> Extensions { get; init; } = Empty.Map<Node>();
}

public sealed record ResourceSettings
{
    public ResourceAmounts? Limits { get; init; }

    public ResourceAmounts? Reservations { get; init; }

    public IReadOnlyDictionary<string, Node> Extensions { get; init; } = Empty.Map<Node>();
}

public sealed record ResourceAmounts
{
    public float Cpus { get; init; }

    public long Memory { get; init; }

    public long Pids { get; init; }

    public IReadOnlyList<DeviceRequest> Devices { get; init; } = [];

    public IReadOnlyList<GenericResource> GenericResources { get; init; } = [];

    public IReadOnlyDictionary<string, Node> Extensions { get; init; } = Empty.Map<Node>();
}

public sealed record GenericResource(string Kind, long Value);

public sealed record RestartPolicy
{
    /// <summary><c>none</c>, <c>on-failure</c> or <c>any</c>.</summary>
    public string? Condition { get; init; }

    public TimeSpan? Delay { get; init; }

    public ulong? MaxAttempts { get; init; }

    public TimeSpan? Window { get; init; }

    public IReadOnlyDictionary<string, Node> Extensions { get; init; } = Empty.Map<Node>();
}

public sealed record PlacementSettings
{
    public IReadOnlyList<string> Constraints { get; init; } = [];

    /// <summary>What to spread over.</summary>
    public IReadOnlyList<string> Preferences { get; init; } = [];

    public ulong MaxReplicasPerNode { get; init; }

    public IReadOnlyDictionary<string, Node> Extensions { get; init; } = Empty.Map<Node>();
}
