using System.Net.Sockets;
using Gantry.Linux;
using Gantry.Linux.Netlink;
using Gantry.Network.Addresses;
using Gantry.Network.Host;
using Gantry.Network.Records;
using Gantry.Spec;

namespace Gantry.Network.Drivers;

/// <summary>macvlan and ipvlan: each container has a link that hangs on one of the host's, and is a machine of its network.</summary>
internal sealed class ParentDriver(NetworkStackOptions options, HostKernel host) : INetworkDriver
{
    public void Create(NetworkRecord network)
    {
        var parent = host.Routes.FindLink(network.Link) ?? MakeParent(network);
        if (!parent.IsUp && LinkMark.NetworkOf(parent, options.Owner) is not null) host.Routes.Execute(new RouteBatch().SetUp(parent.Index, parent.Name));
    }

    public void Delete(NetworkRecord network)
    {
        if (host.Routes.FindLink(network.Link) is { } link && LinkMark.NetworkOf(link, options.Owner) == network.Id)
        {
            host.Routes.Execute(new RouteBatch().DeleteLink(link.Index, link.Name));
        }
    }

    public void Connect(Sandbox sandbox, RouteSocket inside, NetworkRecord network, EndpointRecord endpoint)
    {
        var parent = host.Routes.FindLink(network.Link)
            ?? throw new NotFoundException($"network {network.Name} has lost its parent link {network.Link}");
        var link = new LinkRequest(endpoint.InterfaceName, ParentOptions.KindOf(network))
        {
            Mtu = DriverOptions.MtuOf(network),
            Parent = parent.Index,
            Address = endpoint.MacAddress.Length > 0 ? MacAddresses.Parse(endpoint.MacAddress) : null,
            Namespace = sandbox.Namespace,
        };
        try
        {
            host.Routes.Execute(new RouteBatch().AddLink(link));
        }
        catch (LinuxException e) when (e.Errno == Errno.EEXIST && inside.FindLink(link.Name) is { } left)
        {
            // An earlier attempt at this endpoint came so far.
            inside.Execute(new RouteBatch().DeleteLink(left.Index, left.Name));
            host.Routes.Execute(new RouteBatch().AddLink(link));
        }

        LinkSetup.BringUp(host.Namespaces, sandbox, inside, network, endpoint);
    }

    public void Disconnect(RouteSocket inside, NetworkRecord network, EndpointRecord endpoint)
    {
        if (inside.FindLink(endpoint.InterfaceName) is { } link) inside.Execute(new RouteBatch().DeleteLink(link.Index, link.Name));
    }

    public void Resume(NetworkRecord network, EndpointRecord endpoint)
    {
    }

    public Gateway? GatewayOf(NetworkRecord network, EndpointRecord endpoint, AddressFamily family)
    {
        var address = family == AddressFamily.InterNetworkV6 ? endpoint.IPv6 : endpoint.IPv4;
        if (network.Internal || address is null) return null;
        // On layer 3 the host routes: there is no neighbour to be the gateway.
        if (network.Driver == DriverNames.Ipvlan && ParentOptions.IpvlanModeOf(network) != IpvlanMode.L2) return new Gateway(null);
        return LinkSetup.PoolOf(network, address)?.Gateway is { } gateway ? new Gateway(gateway) : null;
    }

    private LinkInformation MakeParent(NetworkRecord network)
    {
        var name = network.Link;
        var request = new LinkRequest(name, new DummyLink()) { Alias = LinkMark.Of(options.Owner, network.Id), Up = true };
        if (ParentOptions.HasParent(network))
        {
            if (ParentOptions.VlanOf(name) is not var (link, id)) throw new NotFoundException($"invalid parent: link {name} was not found on the host");
            var trunk = host.Routes.FindLink(link) ?? throw new NotFoundException($"invalid parent {name}: link {link} was not found on the host");
            request = request with { Kind = new VlanLink(id), Parent = trunk.Index };
        }

        host.Routes.Execute(new RouteBatch().AddLink(request));
        return host.Routes.FindLink(name) ?? throw new InternalException($"link {name} vanished while it was made");
    }
}
