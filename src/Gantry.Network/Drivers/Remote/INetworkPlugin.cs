using System.Net;
using Gantry.Network.Records;

namespace Gantry.Network.Drivers.Remote;

/// <summary>Another program that makes networks: libnetwork's remote drivers. Each call fails with a <see cref="Spec.GantryException"/>.</summary>
public interface INetworkPlugin
{
    void CreateNetwork(NetworkRecord network);

    void DeleteNetwork(NetworkRecord network);

    void CreateEndpoint(NetworkRecord network, EndpointRecord endpoint);

    void DeleteEndpoint(NetworkRecord network, EndpointRecord endpoint);

    /// <param name="network">Of the endpoint.</param>
    /// <param name="endpoint">Which.</param>
    /// <param name="sandbox">A path of the container's network namespace.</param>
    RemoteLink Join(NetworkRecord network, EndpointRecord endpoint, string sandbox);

    void Leave(NetworkRecord network, EndpointRecord endpoint);
}

/// <summary>What a plug-in has for a container.</summary>
/// <param name="SourceName">The host's link that becomes the container's; empty for none.</param>
/// <param name="Gateway">The way out over IPv4.</param>
/// <param name="GatewayIPv6">The way out over IPv6.</param>
/// <param name="Routes">Further ones; those without a next hop are on the link.</param>
public sealed record RemoteLink(string SourceName, IPAddress? Gateway, IPAddress? GatewayIPv6, IReadOnlyList<(IPNetwork Destination, IPAddress? NextHop)> Routes);
