using Gantry.Compose.Nodes;

namespace Gantry.Compose.Model;

/// <summary>What the Compose files say, merged, interpolated and in its canonical form.</summary>
public sealed record ComposeProject
{
    public required string Name { get; init; }

    /// <summary>Between the parts of names of containers and images: <c>-</c>, or <c>_</c> as older versions had it.</summary>
    public string Separator { get; init; } = "-";

    /// <summary>Absolute; what relative paths of the files start from.</summary>
    public required string WorkingDirectory { get; init; }

    /// <summary>Absolute paths in the order of merging; <c>-</c> is the standard input.</summary>
    public required IReadOnlyList<string> ComposeFiles { get; init; }

    /// <summary>The variables of the process and of the environment files.</summary>
    public required IReadOnlyDictionary<string, string> Environment { get; init; }

    /// <summary>Services that have no profile, or an active one.</summary>
    public required IReadOnlyDictionary<string, ComposeService> Services { get; init; }

    /// <summary>Services none of whose profiles is active, or that were not selected.</summary>
    public IReadOnlyDictionary<string, ComposeService> DisabledServices { get; init; } = Empty.Map<ComposeService>();

    public IReadOnlyDictionary<string, NetworkDefinition> Networks { get; init; } = Empty.Map<NetworkDefinition>();

    public IReadOnlyDictionary<string, VolumeDefinition> Volumes { get; init; } = Empty.Map<VolumeDefinition>();

    public IReadOnlyDictionary<string, SecretDefinition> Secrets { get; init; } = Empty.Map<SecretDefinition>();

    public IReadOnlyDictionary<string, ConfigDefinition> Configs { get; init; } = Empty.Map<ConfigDefinition>();

    public IReadOnlyDictionary<string, ModelDefinition> Models { get; init; } = Empty.Map<ModelDefinition>();

    /// <summary>The active profiles; <c>*</c> activates all.</summary>
    public IReadOnlyList<string> Profiles { get; init; } = [];

    /// <summary>Keys that begin with <c>x-</c>.</summary>
    public IReadOnlyDictionary<string, Node> Extensions { get; init; } = Empty.Map<Node>();

    /// <summary>Active and disabled services.</summary>
    public IEnumerable<ComposeService> AllServices => Services.Values.Concat(DisabledServices.Values);
}
