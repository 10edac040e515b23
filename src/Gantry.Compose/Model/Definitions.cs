using Gantry.Compose.Nodes;

namespace Gantry.Compose.Model;

public sealed record NetworkDefinition
{
    /// <summary>The network's name in the engine; empty in a model that was not normalised.</summary>
    public required string Name { get; init; }

    public string? Driver { get; init; }

    public IReadOnlyDictionary<string, string> DriverOpts { get; init; } = Empty.Map<string>();

    public IpamSettings Ipam { get; init; } = new();

    /// <summary>It exists already and is not made or removed here.</summary>
    public bool External { get; init; }

    public bool Internal { get; init; }

    public bool Attachable { get; init; }

    public IReadOnlyDictionary<string, string> Labels { get; init; } = Empty.Map<string>();

    public bool? EnableIpv4 { get; init; }

    public bool? EnableIpv6 { get; init; }

    public IReadOnlyDictionary<string, Node> Extensions { get; init; } = Empty.Map<Node>();
}

public sealed record IpamSettings
{
    public string? Driver { get; init; }

    public IReadOnlyList<IpamPool> Config { get; init; } = [];

    public IReadOnlyDictionary<string, string> Options { get; init; } = Empty.Map<string>();

    public IReadOnlyDictionary<string, Node> Extensions { get; init; } = Empty.Map<Node>();
}

public sealed record IpamPool
{
    public string? Subnet { get; init; }

    public string? Gateway { get; init; }

    public string? IpRange { get; init; }

    public IReadOnlyDictionary<string, string> AuxAddresses { get; init; } = Empty.Map<string>();

    public IReadOnlyDictionary<string, Node> Extensions { get; init; } = Empty.Map<Node>();
}

public sealed record VolumeDefinition
{
    /// <summary>The volume's name in the engine.</summary>
    public required string Name { get; init; }

    public string? Driver { get; init; }

    public IReadOnlyDictionary<string, string> DriverOpts { get; init; } = Empty.Map<string>();

    /// <summary>It exists already and is not made or removed here.</summary>
    public bool External { get; init; }

    public IReadOnlyDictionary<string, string> Labels { get; init; } = Empty.Map<string>();

    public IReadOnlyDictionary<string, Node> Extensions { get; init; } = Empty.Map<Node>();
}

/// <summary>Where the content of a config or secret is.</summary>
public abstract record FileDefinition
{
    public required string Name { get; init; }

    /// <summary>An absolute path.</summary>
    public string? File { get; init; }

    /// <summary>The variable that has the content.</summary>
    public string? Environment { get; init; }

    /// <summary>What the variable has in the project that was included; null: what it has in this one.</summary>
    public string? Value { get; init; }

    public string? Content { get; init; }

    public bool External { get; init; }

    public IReadOnlyDictionary<string, string> Labels { get; init; } = Empty.Map<string>();

    public string? Driver { get; init; }

    public IReadOnlyDictionary<string, string> DriverOpts { get; init; } = Empty.Map<string>();

    public string? TemplateDriver { get; init; }

    public IReadOnlyDictionary<string, Node> Extensions { get; init; } = Empty.Map<Node>();
}

public sealed record SecretDefinition : FileDefinition;

public sealed record ConfigDefinition : FileDefinition;

/// <summary>A language model.</summary>
public sealed record ModelDefinition
{
    public required string Name { get; init; }

    public required string Model { get; init; }

    public long ContextSize { get; init; }

    public IReadOnlyList<string> RuntimeFlags { get; init; } = [];

    public IReadOnlyDictionary<string, Node> Extensions { get; init; } = Empty.Map<Node>();
}
