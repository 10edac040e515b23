using Gantry.Compose.Nodes;

namespace Gantry.Compose.Model;

/// <summary>One port of the container; ranges were taken apart.</summary>
public sealed record ServicePort
{
    public string? Name { get; init; }

    /// <summary><c>ingress</c> or <c>host</c>.</summary>
    public string? Mode { get; init; }

    public string? HostIp { get; init; }

    public uint Target { get; init; }

    /// <summary>A port, or a range to choose from; null: any free one.</summary>
    public string? Published { get; init; }

    public string? Protocol { get; init; }

    public string? AppProtocol { get; init; }

    public IReadOnlyDictionary<string, Node> Extensions { get; init; } = Empty.Map<Node>();
}

/// <summary>How a service is attached to a network.</summary>
public sealed record ServiceNetwork
{
    public int Priority { get; init; }

    public IReadOnlyList<string> Aliases { get; init; } = [];

    public IReadOnlyDictionary<string, string> DriverOpts { get; init; } = Empty.Map<string>();

    public int GatewayPriority { get; init; }

    public string? InterfaceName { get; init; }

    public string? Ipv4Address { get; init; }

    public string? Ipv6Address { get; init; }

    public IReadOnlyList<string> LinkLocalIps { get; init; } = [];

    public string? MacAddress { get; init; }

    public IReadOnlyDictionary<string, Node> Extensions { get; init; } = Empty.Map<Node>();
}
