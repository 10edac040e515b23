namespace Gantry.Cli.Bake;

/// <summary>One image, or what else is built, by the keys of the Bake file reference. What is null was not said.</summary>
internal sealed record BakeTarget
{
    private static readonly IReadOnlyDictionary<string, string> Nothing = new SortedDictionary<string, string>(StringComparer.Ordinal);

    public required string Name { get; init; }

    public string? Description { get; init; }

    public IReadOnlyList<string>? Inherits { get; init; }

    public IReadOnlyList<string> Annotations { get; init; } = [];

    public IReadOnlyList<BakeFields> Attest { get; init; } = [];

    public string? Context { get; init; }

    public IReadOnlyDictionary<string, string> Contexts { get; init; } = Nothing;

    public string? Dockerfile { get; init; }

    public string? DockerfileInline { get; init; }

    public IReadOnlyDictionary<string, string> Args { get; init; } = Nothing;

    public IReadOnlyDictionary<string, string> Labels { get; init; } = Nothing;

    public IReadOnlyList<string>? Tags { get; init; }

    public IReadOnlyList<BakeFields> CacheFrom { get; init; } = [];

    public IReadOnlyList<BakeFields>? CacheTo { get; init; }

    /// <summary>The stage.</summary>
    public string? Target { get; init; }

    public IReadOnlyList<BakeFields> Secrets { get; init; } = [];

    public IReadOnlyList<BakeAgent> Ssh { get; init; } = [];

    public IReadOnlyList<string>? Platforms { get; init; }

    public IReadOnlyList<BakeFields>? Outputs { get; init; }

    public bool? Pull { get; init; }

    public bool? NoCache { get; init; }

    public string? Network { get; init; }

    public IReadOnlyList<string> NoCacheFilter { get; init; } = [];

    public string? ShmSize { get; init; }

    public IReadOnlyList<string> Ulimits { get; init; } = [];

    public IReadOnlyDictionary<string, string> Resources { get; init; } = Nothing;

    public string? Call { get; init; }

    public IReadOnlyList<string> Entitlements { get; init; } = [];

    public IReadOnlyDictionary<string, string> ExtraHosts { get; init; } = Nothing;

    /// <summary>Names of targets that are contexts of this one.</summary>
    public IEnumerable<string> Needs => Contexts.Values.Where(place => place.StartsWith(OfTarget, StringComparison.Ordinal)).Select(place => place[OfTarget.Length..]);

    /// <summary>Begins a context that is what another target is built to.</summary>
    public const string OfTarget = "target:";

    /// <summary>This with what another says too, which counts more.</summary>
    public BakeTarget With(BakeTarget other) => this with
    {
        Description = other.Description ?? Description,
        Inherits = other.Inherits ?? Inherits,
        Annotations = Added(Annotations, other.Annotations),
        Attest = Added(Attest, other.Attest, fields => fields.Type),
        Context = other.Context ?? Context,
        Contexts = Merged(Contexts, other.Contexts),
        Dockerfile = other.Dockerfile ?? Dockerfile,
        DockerfileInline = other.DockerfileInline ?? DockerfileInline,
        Args = Merged(Args, other.Args),
        Labels = Merged(Labels, other.Labels),
        Tags = other.Tags ?? Tags,
        CacheFrom = Added(CacheFrom, other.CacheFrom, fields => fields.Option),
        CacheTo = other.CacheTo ?? CacheTo,
        Target = other.Target ?? Target,
        Secrets = Added(Secrets, other.Secrets, fields => fields["id"]),
        Ssh = Added(Ssh, other.Ssh, agent => agent.Id),
        Platforms = other.Platforms ?? Platforms,
        Outputs = other.Outputs ?? Outputs,
        Pull = other.Pull ?? Pull,
        NoCache = other.NoCache ?? NoCache,
        Network = other.Network ?? Network,
        NoCacheFilter = Added(NoCacheFilter, other.NoCacheFilter),
        ShmSize = other.ShmSize ?? ShmSize,
        Ulimits = Added(Ulimits, other.Ulimits),
        Resources = Merged(Resources, other.Resources),
        Call = other.Call ?? Call,
        Entitlements = Added(Entitlements, other.Entitlements),
        ExtraHosts = Merged(ExtraHosts, other.ExtraHosts),
    };

    /// <summary>With a secret, an agent or an attestation in place of what has its key already.</summary>
    private static List<T> Added<T>(IReadOnlyList<T> list, IReadOnlyList<T> more, Func<T, string> keyOf)
    {
        List<T> all = [.. list];
        foreach (var item in more)
        {
            var at = all.FindIndex(known => keyOf(known) == keyOf(item));
            if (at < 0) all.Add(item);
            else all[at] = item;
        }

        return all;
    }

    private static IReadOnlyList<string> Added(IReadOnlyList<string> list, IReadOnlyList<string> more) => more.Count == 0 ? list : [.. list.Concat(more).Distinct()];

    private static IReadOnlyDictionary<string, string> Merged(IReadOnlyDictionary<string, string> map, IReadOnlyDictionary<string, string> more)
    {
        if (more.Count == 0) return map;
        var merged = new SortedDictionary<string, string>(map.ToDictionary(), StringComparer.Ordinal);
        foreach (var (key, value) in more) merged[key] = value;
        return merged;
    }
}
