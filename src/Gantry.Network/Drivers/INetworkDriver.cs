using System.Net;
using System.Net.Sockets;
using Gantry.Linux.Netlink;
using Gantry.Network.Records;

namespace Gantry.Network.Drivers;

internal static class DriverNames
{
    public const string Bridge = "bridge";
    public const string Host = "host";
    public const string None = "none";
    public const string Macvlan = "macvlan";
    public const string Ipvlan = "ipvlan";

    /// <summary>Whether a network is made here, and not by a plug-in.</summary>
    public static bool IsBuiltIn(string driver) => driver is Bridge or Host or None or Macvlan or Ipvlan;
}

/// <summary>One way to connect containers. Each member may be repeated.</summary>
internal interface INetworkDriver
{
    void Create(NetworkRecord network);

    void Delete(NetworkRecord network);

    /// <param name="inside">A socket of the sandbox's namespace.</param>
    void Connect(Sandbox sandbox, RouteSocket inside, NetworkRecord network, EndpointRecord endpoint);

    void Disconnect(RouteSocket inside, NetworkRecord network, EndpointRecord endpoint);

    /// <summary>Disconnects an endpoint whose sandbox ends: nothing passes it afterwards, but its links may go a moment later.</summary>
    /// <returns>True where it is known that nothing was ever sent by it.</returns>
    bool Abandon(RouteSocket inside, NetworkRecord network, EndpointRecord endpoint)
    {
        Disconnect(inside, network, endpoint);
        return false;
    }

    /// <summary>Mends the host's side of an endpoint whose container runs on while the daemon was away.</summary>
    void Resume(NetworkRecord network, EndpointRecord endpoint);

    /// <summary>The way out by this endpoint; null where there is none.</summary>
    Gateway? GatewayOf(NetworkRecord network, EndpointRecord endpoint, AddressFamily family);
}

/// <param name="Address">Null for a route by the link alone.</param>
internal sealed record Gateway(IPAddress? Address);

/// <summary>The networks <c>host</c> and <c>none</c>, which are nothing to be made.</summary>
internal sealed class NoDriver : INetworkDriver
{
    public static readonly NoDriver Instance = new();

    public void Create(NetworkRecord network)
    {
    }

    public void Delete(NetworkRecord network)
    {
    }

    public void Connect(Sandbox sandbox, RouteSocket inside, NetworkRecord network, EndpointRecord endpoint)
    {
    }

    public void Disconnect(RouteSocket inside, NetworkRecord network, EndpointRecord endpoint)
    {
    }

    public void Resume(NetworkRecord network, EndpointRecord endpoint)
    {
    }

    public Gateway? GatewayOf(NetworkRecord network, EndpointRecord endpoint, AddressFamily family) => null;
}
