using System.Net;

namespace Gantry.Network.Records;

/// <summary>All that is kept of a network. The engine stores it as JSON and gives it back at each start.</summary>
public sealed record NetworkRecord
{
    /// <summary>64 hexadecimal digits.</summary>
    public required string Id { get; init; }

    public required string Name { get; init; }

    public required DateTimeOffset Created { get; init; }

    /// <summary><c>bridge</c>, <c>macvlan</c>, <c>ipvlan</c>, <c>host</c> or <c>none</c> (Docker's driver <c>null</c>).</summary>
    public required string Driver { get; init; }

    public bool EnableIPv4 { get; init; } = true;

    public bool EnableIPv6 { get; init; }

    public bool Internal { get; init; }

    public bool Attachable { get; init; }

    public bool ConfigOnly { get; init; }

    /// <summary>The name of the <see cref="ConfigOnly"/> network this one's settings come from; empty for none.</summary>
    public string ConfigFrom { get; init; } = "";

    /// <summary>The driver's options, <c>com.docker.network.…</c> and others, as given.</summary>
    public Dictionary<string, string> Options { get; init; } = [];

    public Dictionary<string, string> Labels { get; init; } = [];

    public string IpamDriver { get; init; } = "default";

    public Dictionary<string, string>? IpamOptions { get; init; }

    /// <summary>As asked for before <see cref="INetworkStack.Plan"/>; complete, with subnet and gateway, after it.</summary>
    public AddressPool[] Pools { get; init; } = [];

    /// <summary>The bridge's or parent's link name, set by <see cref="INetworkStack.Plan"/>; empty where the driver has none.</summary>
    public string Link { get; init; } = "";
}

/// <summary>One subnet of a network.</summary>
public sealed record AddressPool
{
    public IPNetwork? Subnet { get; init; }

    /// <summary>Where automatic addresses come from; within <see cref="Subnet"/>.</summary>
    public IPNetwork? Range { get; init; }

    public IPAddress? Gateway { get; init; }

    /// <summary>What an IPAM plug-in calls it; null without one.</summary>
    public string? PluginId { get; init; }

    /// <summary>Addresses that belong to others: host name to address.</summary>
    public Dictionary<string, IPAddress> Auxiliary { get; init; } = [];
}
