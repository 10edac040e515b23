using Gantry.Network;
using Gantry.Network.Records;

namespace Gantry.Engine.Networks;

/// <summary>What a running container has of its networks in this daemon.</summary>
internal sealed class LiveNetworks
{
    /// <summary>Its namespace; null on the host's and where it has no links.</summary>
    public Sandbox? Sandbox { get; set; }

    /// <summary>In the order of their links.</summary>
    public List<LiveEndpoint> Endpoints { get; } = [];

    /// <summary>The work of making the links.</summary>
    public Task Connected { get; set; } = Task.CompletedTask;

    /// <summary>The endpoint whose ports are published.</summary>
    public EndpointRecord? Published { get; set; }

    /// <summary>The name service answers in the namespace.</summary>
    public bool HasNames { get; set; }

    /// <summary>The first that leads out, of the version of the protocol.</summary>
    public LiveEndpoint? Gateway(bool ipv6) => Order(Endpoints).FirstOrDefault(end =>
        !end.Network.Record.Internal && (ipv6 ? end.Endpoint.IPv6 : end.Endpoint.IPv4) is not null);

    /// <summary>Docker's order: the highest priority, then the name.</summary>
    public static IEnumerable<LiveEndpoint> Order(IEnumerable<LiveEndpoint> endpoints) =>
        endpoints.OrderByDescending(end => end.Endpoint.GatewayPriority).ThenBy(end => end.Network.Name, StringComparer.Ordinal);
}

/// <summary>A container on a network, now.</summary>
internal sealed record LiveEndpoint(EngineNetwork Network, NetworkSetting Setting, EndpointRecord Endpoint)
{
    public bool HasLink => Network.Record.Driver is not (NetworkName.Host or NetworkName.None);
}
