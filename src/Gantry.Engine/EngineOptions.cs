using Gantry.Engine.Networks;

namespace Gantry.Engine;

/// <summary>What the engine is told at its start.</summary>
public sealed record EngineOptions
{
    public string DataRoot { get; init; } = "/var/lib/gantry";

    public string ExecRoot { get; init; } = "/run/gantry";

    /// <summary>The <c>gantry-runtime</c> executable.</summary>
    public required string RuntimePath { get; init; }

    /// <summary>This product's version.</summary>
    public required string Version { get; init; }

    public IReadOnlyList<string> InsecureRegistries { get; init; } = [];

    public IReadOnlyList<string> RegistryMirrors { get; init; } = [];

    public NetworkOptions Networks { get; init; } = new();
}
