using System.Net.Sockets;
using Gantry.Linux;
using Gantry.Linux.Netlink;
using Gantry.Network.Host;
using Gantry.Network.Records;
using Gantry.Spec;
using NetworkEndpoint = (Gantry.Network.Records.NetworkRecord Network, Gantry.Network.Records.EndpointRecord Endpoint);

namespace Gantry.Network;

public sealed partial class NetworkStack
{
    private const int Loopback = 1;

    public Task<Sandbox> CreateSandboxAsync(string containerId, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var (handle, routes) = host.Namespaces.Create(() =>
        {
            var socket = new RouteSocket();
            socket.Execute(new RouteBatch().SetUp(Loopback, "lo"));
            // Links say who they are when they come up: bridge and neighbours learn at once where an address moved to.
            Sysctl.TryWrite("ipv4/conf/default/arp_notify", "1");
            Sysctl.TryWrite("ipv6/conf/default/ndisc_notify", "1");
            // The engine knows who has which address: a link need not ask around for a second before it may use its own.
            Sysctl.TryWrite("ipv6/conf/default/accept_dad", "0");
            // Links of networks without IPv6 have none at all; the driver switches it on for the others.
            Sysctl.TryWrite("ipv6/conf/default/disable_ipv6", "1");
            return socket;
        });
        return Task.FromResult(new Sandbox(containerId, handle) { Routes = routes });
    }

    public Sandbox OpenSandbox(string containerId, int processId) => new(containerId, NetworkNamespaces.OpenOf(processId));

    public Task ConnectAsync(Sandbox sandbox, NetworkRecord network, EndpointRecord endpoint, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            DriverOf(network).Connect(sandbox, RoutesOf(sandbox), network, endpoint);
        }
        catch (LinuxException e) when (e.Errno == Errno.EEXIST)
        {
            throw new InternalException($"error renaming interface to {endpoint.InterfaceName}: file exists: the container has an interface of that name", e);
        }

        return Task.CompletedTask;
    }

    public Task DisconnectAsync(Sandbox sandbox, NetworkRecord network, EndpointRecord endpoint, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        DriverOf(network).Disconnect(RoutesOf(sandbox), network, endpoint);
        return Task.CompletedTask;
    }

    public Task<bool> AbandonAsync(Sandbox sandbox, NetworkRecord network, EndpointRecord endpoint) =>
        Task.FromResult(DriverOf(network).Abandon(RoutesOf(sandbox), network, endpoint));

    public Task SetGatewaysAsync(Sandbox sandbox, NetworkEndpoint? ipv4, NetworkEndpoint? ipv6, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var routes = RoutesOf(sandbox);
        var batch = new RouteBatch();
        SetGateway(batch, routes, AddressFamily.InterNetwork, ipv4);
        SetGateway(batch, routes, AddressFamily.InterNetworkV6, ipv6);
        routes.Execute(batch);
        return Task.CompletedTask;
    }

    private void SetGateway(RouteBatch batch, RouteSocket routes, AddressFamily family, NetworkEndpoint? wanted)
    {
        if (wanted is { } end && DriverOf(end.Network).GatewayOf(end.Network, end.Endpoint, family) is { } way
            && routes.FindLink(end.Endpoint.InterfaceName) is { } link)
        {
            batch.ReplaceDefaultRoute(family, link.Index, way.Address);
        }
        else
        {
            batch.DeleteDefaultRoute(family);
        }
    }
}
