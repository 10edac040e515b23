using System.Net;

namespace Gantry.Network.Records;

/// <summary>A container's end of one network, from connect to disconnect; the engine stores it with the container.</summary>
public sealed record EndpointRecord
{
    /// <summary>64 hexadecimal digits; new with each start of the container.</summary>
    public required string Id { get; init; }

    public required string NetworkId { get; init; }

    public required string ContainerId { get; init; }

    public IPAddress? IPv4 { get; init; }

    public IPAddress? IPv6 { get; init; }

    /// <summary>Its container has IPv6 switched off: it gets no address of it.</summary>
    public bool WithoutIPv6 { get; init; }

    /// <summary>Further addresses of the link, which its user answers for: nobody leases them.</summary>
    public IPAddress[] LinkLocal { get; init => field = value ?? []; } = [];

    /// <summary>Six bytes as <c>02:42:ac:11:00:02</c>; empty where the driver has none of its own.</summary>
    public string MacAddress { get; init; } = "";

    /// <summary>The link's name in the container: <c>eth0</c>, …</summary>
    public required string InterfaceName { get; init; }

    /// <summary>The endpoint with the highest one gives the default routes; equal ones go by network name.</summary>
    public int GatewayPriority { get; init; }

    /// <summary>The driver's options of this endpoint (<c>com.docker.network.endpoint.…</c>).</summary>
    public Dictionary<string, string> Options { get; init; } = [];
}

/// <summary>What is asked of a new endpoint.</summary>
/// <param name="IPv4">A fixed address, or null for the next free one.</param>
/// <param name="IPv6">As <paramref name="IPv4"/>.</param>
/// <param name="MacAddress">Empty for one derived from the address.</param>
public sealed record EndpointRequest(IPAddress? IPv4 = null, IPAddress? IPv6 = null, string MacAddress = "");
