using System.Collections.Concurrent;
using System.Net.Sockets;
using Gantry.Linux.Netlink;
using Gantry.Network.Addresses;
using Gantry.Network.Host;
using Gantry.Network.Records;
using Gantry.Spec;

namespace Gantry.Network.Drivers.Remote;

/// <summary>Networks of a plug-in: it makes the links, and they are moved into the containers here.</summary>
/// <param name="joined">What the plug-ins gave for the endpoints that are connected, by their ids.</param>
internal sealed class RemoteDriver(INetworkPlugin plugin, HostKernel host, ConcurrentDictionary<string, RemoteLink> joined) : INetworkDriver
{
    public void Create(NetworkRecord network) => plugin.CreateNetwork(network);

    public void Delete(NetworkRecord network) => plugin.DeleteNetwork(network);

    public void Connect(Sandbox sandbox, RouteSocket inside, NetworkRecord network, EndpointRecord endpoint)
    {
        plugin.CreateEndpoint(network, endpoint);
        try
        {
            var link = plugin.Join(network, endpoint, $"/proc/{Environment.ProcessId}/fd/{sandbox.Namespace.DangerousGetHandle()}");
            try
            {
                if (link.SourceName.Length > 0) Move(link, sandbox, inside, network, endpoint);
                joined[endpoint.Id] = link;
            }
            catch
            {
                plugin.Leave(network, endpoint);
                throw;
            }
        }
        catch
        {
            plugin.DeleteEndpoint(network, endpoint);
            throw;
        }
    }

    public void Disconnect(RouteSocket inside, NetworkRecord network, EndpointRecord endpoint)
    {
        if (joined.TryRemove(endpoint.Id, out var link) && link.SourceName.Length > 0 && inside.FindLink(endpoint.InterfaceName) is { } own)
        {
            // It is the plug-in's, and may be a device that would be lost with the container.
            using var home = host.Namespaces.AtHome(() => File.OpenHandle("/proc/thread-self/ns/net"));
            inside.Execute(new RouteBatch().MoveLink(own.Index, own.Name, link.SourceName, home));
        }

        try
        {
            plugin.Leave(network, endpoint);
        }
        finally
        {
            plugin.DeleteEndpoint(network, endpoint);
        }
    }

    public void Resume(NetworkRecord network, EndpointRecord endpoint)
    {
    }

    public Gateway? GatewayOf(NetworkRecord network, EndpointRecord endpoint, AddressFamily family)
    {
        if (network.Internal) return null;
        if (!joined.TryGetValue(endpoint.Id, out var link))
        {
            // It joined before the daemon was started anew.
            var address = family == AddressFamily.InterNetworkV6 ? endpoint.IPv6 : endpoint.IPv4;
            return address is not null && LinkSetup.PoolOf(network, address)?.Gateway is { } known ? new(known) : null;
        }

        return (family == AddressFamily.InterNetworkV6 ? link.GatewayIPv6 : link.Gateway) is { } gateway ? new(gateway) : null;
    }

    private void Move(RemoteLink link, Sandbox sandbox, RouteSocket inside, NetworkRecord network, EndpointRecord endpoint)
    {
        var outside = host.Routes.FindLink(link.SourceName)
            ?? throw new InternalException($"network plugin {network.Driver} gave link {link.SourceName} for network {network.Name}, and the host has no such link");
        var batch = new RouteBatch();
        if (endpoint.MacAddress.Length > 0) batch.SetLinkAddress(outside.Index, outside.Name, MacAddresses.Parse(endpoint.MacAddress));
        host.Routes.Execute(batch.MoveLink(outside.Index, outside.Name, endpoint.InterfaceName, sandbox.Namespace));
        var own = LinkSetup.BringUp(host.Namespaces, sandbox, inside, network, endpoint);
        if (link.Routes.Count == 0) return;
        var routes = new RouteBatch();
        foreach (var (destination, nextHop) in link.Routes) routes.ReplaceRoute(destination, own.Index, nextHop);
        inside.Execute(routes);
    }
}
