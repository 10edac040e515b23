using Gantry.Build.Solving;
using Gantry.Spec;

namespace Gantry.Build;

/// <summary>What is to be built, and how.</summary>
public sealed record BuildRequest
{
    /// <summary>The Dockerfile's text.</summary>
    public required string Dockerfile { get; init; }

    /// <summary>For messages.</summary>
    public string DockerfileName { get; init; } = "Dockerfile";

    /// <summary>The stage to build, by name or number; null for the last.</summary>
    public string? Target { get; init; }

    /// <summary>A null value takes the Dockerfile's.</summary>
    public IReadOnlyDictionary<string, string?> Arguments { get; init; } = new Dictionary<string, string?>();

    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();

    public IReadOnlyList<ImageReference> Tags { get; init; } = [];

    public Platform Platform { get; init; } = Platform.Current;

    public bool NoCache { get; init; }

    /// <summary>Stages that are done again.</summary>
    public IReadOnlyList<string> NoCacheFilter { get; init; } = [];

    /// <summary>Asks registries for newer base images.</summary>
    public bool Pull { get; init; }

    /// <summary>Of RUN that does not say; empty for the default.</summary>
    public string Network { get; init; } = "";

    public StepLimits Limits { get; init; } = new();

    /// <summary>What a name in FROM and <c>--from</c> stands for: <c>docker-image://…</c>, or a context of the client of that name.</summary>
    public IReadOnlyDictionary<string, string> Contexts { get; init; } = new Dictionary<string, string>();

    /// <summary>Steps may ask for <c>--security=insecure</c> or <c>--network=host</c>.</summary>
    public IReadOnlySet<string> Entitlements { get; init; } = new HashSet<string>();

    /// <summary>All layers above the base become one.</summary>
    public bool Squash { get; init; }
}
