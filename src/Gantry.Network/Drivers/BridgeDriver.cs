using System.Net;
using System.Net.Sockets;
using Gantry.Linux;
using Gantry.Linux.Netlink;
using Gantry.Network.Addresses;
using Gantry.Network.Host;
using Gantry.Network.Records;
using Gantry.Network.Rules;
using Gantry.Spec;

namespace Gantry.Network.Drivers;

/// <summary>
/// A bridge of the host with a pair of veth links for each container. The host's end has no alias and no address: it
/// vanishes with the container's namespace, whatever ends that.
/// </summary>
internal sealed class BridgeDriver(NetworkStackOptions options, HostKernel host, RuleKeeper rules) : INetworkDriver
{
    /// <summary>Bytes of two announcements by ARP (arp_notify): of the address, and of the link that came up.</summary>
    private const int Announcements = 2 * 42;
    private const int LinkNameDigits = 11;
    private static readonly IPAddress LinkLocal = IPAddress.Parse("fe80::1");

    public void Create(NetworkRecord network)
    {
        var bridge = host.Routes.FindLink(network.Link) ?? MakeBridge(network);
        if (bridge.Kind != "bridge")
        {
            throw new ConflictException($"link {network.Link} exists and is {(bridge.Kind.Length > 0 ? bridge.Kind : "hardware")}, not a bridge");
        }

        GiveAddresses(network, bridge);
        host.EnableForwarding(network.EnableIPv6);
        rules.Set(NetworkRules.Owner(network.Id), NetworkRules.Of(network));
    }

    public void Delete(NetworkRecord network)
    {
        rules.Remove(NetworkRules.Owner(network.Id));
        if (host.Routes.FindLink(network.Link) is { } bridge && LinkMark.NetworkOf(bridge, options.Owner) == network.Id)
        {
            host.Routes.Execute(new RouteBatch().DeleteLink(bridge.Index, bridge.Name));
        }
    }

    public void Connect(Sandbox sandbox, RouteSocket inside, NetworkRecord network, EndpointRecord endpoint)
    {
        var bridge = host.Routes.FindLink(network.Link)
            ?? throw new NotFoundException($"network {network.Name} has lost its bridge {network.Link}: restart the daemon to make it anew");
        // Both ends have the bridge's MTU: it was set to the network's when the bridge was made.
        var peer = new LinkRequest(endpoint.InterfaceName)
        {
            Mtu = bridge.Mtu,
            Address = MacAddresses.Parse(endpoint.MacAddress),
            Namespace = sandbox.Namespace,
        };
        var link = new LinkRequest(HostLink(endpoint), new VethLink(peer))
        {
            Mtu = bridge.Mtu,
            Master = bridge.Index,
            Up = true,
            WithoutLinkLocal = true,
        };
        MakePair(link);
        if (!BridgeOptions.Of(network).AllowsInside && host.Routes.FindLink(link.Name) is { } outside)
        {
            host.Routes.Execute(new RouteBatch().SetIsolated(outside.Index, outside.Name, true));
        }

        var arrived = LinkSetup.BringUp(host.Namespaces, sandbox, inside, network, endpoint);
        AwaitOperational(link.Name);
        AwaitOperational(network.Link);
        // What the link told when it came up, the bridge did not pass on yet.
        inside.Execute(new RouteBatch().SetLinkAddress(arrived.Index, arrived.Name, arrived.Address));
    }

    public void Disconnect(RouteSocket inside, NetworkRecord network, EndpointRecord endpoint)
    {
        if (host.Routes.FindLink(HostLink(endpoint)) is { } link) host.Routes.Execute(new RouteBatch().DeleteLink(link.Index, link.Name));
    }

    public bool Abandon(RouteSocket inside, NetworkRecord network, EndpointRecord endpoint)
    {
        if (host.Routes.FindLink(HostLink(endpoint)) is not { } link) return false;
        host.Routes.Execute(new RouteBatch().SetDown(link.Index, link.Name));
        host.Doomed.Add(link);
        return link.ReceivedBytes <= Announcements;
    }

    /// <summary>A bridge that somebody deleted comes back without its ports.</summary>
    public void Resume(NetworkRecord network, EndpointRecord endpoint)
    {
        if (host.Routes.FindLink(network.Link) is not { } bridge || host.Routes.FindLink(HostLink(endpoint)) is not { } port) return;
        if (port.Master == bridge.Index) return;
        host.Routes.Execute(new RouteBatch().SetMaster(port.Index, port.Name, bridge.Index).SetUp(port.Index, port.Name));
        if (!BridgeOptions.Of(network).AllowsInside) host.Routes.Execute(new RouteBatch().SetIsolated(port.Index, port.Name, true));
    }

    public Gateway? GatewayOf(NetworkRecord network, EndpointRecord endpoint, AddressFamily family)
    {
        var isIPv6 = family == AddressFamily.InterNetworkV6;
        if (network.Internal || BridgeOptions.Of(network).Mode(isIPv6) == GatewayMode.Isolated) return null;
        var address = isIPv6 ? endpoint.IPv6 : endpoint.IPv4;
        return address is null ? null : LinkSetup.PoolOf(network, address)?.Gateway is { } gateway ? new Gateway(gateway) : null;
    }

    /// <summary>The host's end of an endpoint: its name says which, so that it is found again.</summary>
    private static string HostLink(EndpointRecord endpoint) => "veth" + endpoint.Id[..LinkNameDigits];

    /// <summary>
    /// A bridge serves a port, and with its first port itself passes packets, once the kernel's link watch has looked at them, a
    /// moment after both ends are up: whatever comes before is lost, and asked for again a second later. Newer kernels (6.6)
    /// do that look when they are asked for the link.
    /// </summary>
    private void AwaitOperational(string name)
    {
        const int attempts = 100;
        for (var attempt = 0; attempt < attempts && host.Routes.FindLink(name) is { IsOperational: false }; attempt++) Thread.Sleep(1);
    }

    private LinkInformation MakeBridge(NetworkRecord network)
    {
        var mtu = DriverOptions.MtuOf(network);
        host.Routes.Execute(new RouteBatch().AddLink(new LinkRequest(network.Link, new BridgeLink())
        {
            Mtu = mtu > 0 ? mtu : host.DefaultMtu(),
            // Of its own: a bridge without takes its ports', and changes with them under its neighbours.
            Address = MacAddresses.Parse(MacAddresses.Random()),
            Alias = LinkMark.Of(options.Owner, network.Id),
            WithoutLinkLocal = true,
            Up = true,
        }));
        return host.Routes.FindLink(network.Link) ?? throw new InternalException($"bridge {network.Link} vanished while it was made");
    }

    private void GiveAddresses(NetworkRecord network, LinkInformation bridge)
    {
        var settings = BridgeOptions.Of(network);
        var batch = new RouteBatch();
        List<LinkAddress> wanted = [];
        foreach (var pool in network.Pools)
        {
            if (pool is { Subnet: { } subnet, Gateway: { } gateway } && settings.HasAddress(subnet.IsIPv6()))
            {
                wanted.Add(new LinkAddress(bridge.Index, gateway, subnet.PrefixLength));
            }
        }

        // By hand, as the kernel takes a second to find out that nobody else has it, and asks no neighbour before.
        if (network.EnableIPv6 && settings.Mode(isIPv6: true) != GatewayMode.Isolated) wanted.Add(new LinkAddress(bridge.Index, LinkLocal, LinkSetup.LinkLocalPrefixIPv6));
        var present = host.Routes.Addresses(bridge.Index);
        // A bridge that is ours may have another address from before its subnet was configured anew.
        if (LinkMark.NetworkOf(bridge, options.Owner) is not null)
        {
            foreach (var old in present.Except(wanted)) batch.DeleteAddress(old.Link, old.Address, old.PrefixLength);
        }

        foreach (var address in wanted.Except(present)) batch.AddAddress(address.Link, address.Address, address.PrefixLength);
        if (!bridge.IsUp) batch.SetUp(bridge.Index, bridge.Name);
        host.Routes.Execute(batch);
    }

    private void MakePair(LinkRequest link)
    {
        try
        {
            host.Routes.Execute(new RouteBatch().AddLink(link));
        }
        catch (LinuxException e) when (e.Errno == Errno.EEXIST && host.Routes.FindLink(link.Name) is { } left)
        {
            // An earlier attempt at this endpoint came so far.
            host.Routes.Execute(new RouteBatch().DeleteLink(left.Index, left.Name).AddLink(link));
        }
    }
}
