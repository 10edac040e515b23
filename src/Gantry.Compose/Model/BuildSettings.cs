using Gantry.Compose.Nodes;

namespace Gantry.Compose.Model;

public sealed record BuildSettings
{
    /// <summary>Begins an additional context that is what a service is built to.</summary>
    public const string OfService = "service:";

    /// <summary>An absolute path or an address.</summary>
    public string? Context { get; init; }

    public string? Dockerfile { get; init; }

    public string? DockerfileInline { get; init; }

    public IReadOnlyList<string> Entitlements { get; init; } = [];

    /// <summary>A null value is the Dockerfile's own.</summary>
    public IReadOnlyDictionary<string, string?> Args { get; init; } = Empty.Map<string?>();

    public string? Provenance { get; init; }

    public string? Sbom { get; init; }

    /// <summary>The socket or key by its name; null for the agent's socket.</summary>
    public IReadOnlyDictionary<string, string?> Ssh { get; init; } = Empty.Map<string?>();

    public IReadOnlyDictionary<string, string> Labels { get; init; } = Empty.Map<string>();

    public IReadOnlyList<string> CacheFrom { get; init; } = [];

    public IReadOnlyList<string> CacheTo { get; init; } = [];

    public bool NoCache { get; init; }

    public IReadOnlyDictionary<string, string> AdditionalContexts { get; init; } = Empty.Map<string>();

    /// <summary>Those whose images are additional contexts.</summary>
    public IEnumerable<string> BaseServices => AdditionalContexts.Values.Where(place => place.StartsWith(OfService, StringComparison.Ordinal)).Select(place => place[OfService.Length..]);

    public bool Pull { get; init; }

    public IReadOnlyDictionary<string, IReadOnlyList<string>> ExtraHosts { get; init; } = Empty.Map<IReadOnlyList<string>>();

    public string? Isolation { get; init; }

    public string? Network { get; init; }

    public string? Target { get; init; }

    public IReadOnlyList<FileReference> Secrets { get; init; } = [];

    public long ShmSize { get; init; }

    public IReadOnlyList<string> Tags { get; init; } = [];

    public IReadOnlyDictionary<string, Ulimit> Ulimits { get; init; } = Empty.Map<Ulimit>();

    public IReadOnlyList<string> Platforms { get; init; } = [];

    public bool Privileged { get; init; }

    public IReadOnlyDictionary<string, Node> Extensions { get; init; } = Empty.Map<Node>();
}
