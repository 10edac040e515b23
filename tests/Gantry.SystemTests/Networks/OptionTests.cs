using System.Net;
using Gantry.Linux.Netlink;
using Gantry.Network;
using Gantry.Network.Records;

namespace Gantry.SystemTests.Networks;

/// <summary>Docker's options of bridge networks, and the daemon's.</summary>
public sealed class OptionTests
{
    private const string Bridge = "com.docker.network.bridge.";
    private static readonly IPAddress HostAddress = IPAddress.Parse("192.0.2.2");
    private static readonly IPAddress OtherMachine = IPAddress.Parse("192.0.2.1");
    private static readonly PortRequest Web = new() { Protocol = "tcp", ContainerPort = 80, HostPort = 8080 };

    [Fact]
    public async Task The_bridge_has_its_name_and_the_links_their_mtu()
    {
        await using var world = await StackWorld.CreateAsync();
        await world.OnHost("ip link set eth0 mtu 1400");
        var container = await world.ContainerAsync(await world.NetworkAsync("one", (Bridge + "name", "mine"), ("com.docker.network.driver.mtu", "1280")));
        (await world.OnHost("ip link show mine")).Contains("mtu 1280");
        (await container.Run("ip link show eth0")).Contains("mtu 1280");
        (await (await world.ContainerAsync(await world.NetworkAsync("two"))).Run("ip link show eth0")).Contains("mtu 1400");
    }

    [Fact]
    public async Task Without_masquerade_the_containers_own_address_is_seen()
    {
        await using var world = await StackWorld.CreateAsync();
        await world.OnOutside("ip route add 172.16.0.0/12 via 192.0.2.2");
        using var server = Echo.Serve(world.Outside, IPAddress.Any, 80);
        var plain = await world.ContainerAsync(await world.NetworkAsync("plain", (Bridge + "enable_ip_masquerade", "false")));
        var usual = await world.ContainerAsync(await world.NetworkAsync("usual"));
        await world.OnHost("ip address add 192.0.2.77/24 dev eth0");
        var named = await world.ContainerAsync(await world.NetworkAsync("named", ("com.docker.network.host_ipv4", "192.0.2.77")));
        Assert.Equal($"{plain.Address}", Echo.Ask(plain.Sandbox.Namespace, OtherMachine, 80));
        Assert.Equal("192.0.2.2", Echo.Ask(usual.Sandbox.Namespace, OtherMachine, 80));
        Assert.Equal("192.0.2.77", Echo.Ask(named.Sandbox.Namespace, OtherMachine, 80));
    }

    [Fact]
    public async Task A_routed_network_opens_published_ports_at_the_containers_address()
    {
        await using var world = await StackWorld.CreateAsync();
        await world.OnOutside("ip route add 172.16.0.0/12 via 192.0.2.2");
        var container = await world.ContainerAsync(await world.NetworkAsync("one", (Bridge + "gateway_mode_ipv4", "routed")));
        using var web = Echo.Serve(container.Sandbox.Namespace, IPAddress.Any, 80);
        using var other = Echo.Serve(container.Sandbox.Namespace, IPAddress.Any, 81);
        Assert.Null(Echo.Ask(world.Outside, container.Address, 80));
        using var lease = await PublishTests.PublishAsync(container, Web with { HostAddress = IPAddress.Any });
        Assert.Equal((0, 0), (Assert.Single(lease.Ports).HostPort, lease.Relays.Count));
        Assert.Equal("192.0.2.1", Echo.Ask(world.Outside, container.Address, 80));
        Assert.Null(Echo.Ask(world.Outside, container.Address, 81));
        Assert.Null(Echo.Ask(world.Outside, HostAddress, 8080));
        (await StackWorld.TryWithin(world.Outside, $"ping -c 1 -W 1 {container.Address}")).Succeeds();
    }

    [Fact]
    public async Task Unprotected_isolated_and_inhibited_gateways()
    {
        await using var world = await StackWorld.CreateAsync();
        await world.OnOutside("ip route add 172.16.0.0/12 via 192.0.2.2");
        var open = await world.ContainerAsync(await world.NetworkAsync("open", (Bridge + "gateway_mode_ipv4", "nat-unprotected")));
        (await StackWorld.TryWithin(world.Outside, $"ping -c 1 -W 1 {open.Address}")).Succeeds();
        var alone = await world.NetworkAsync(StackWorld.Wanted("alone", "bridge", (Bridge + "gateway_mode_ipv4", "isolated")) with { Internal = true });
        (await world.OnHost($"ip -4 address show dev {alone.Link}")).Lacks("inet ");
        // Of two addresses none is lost to a gateway that leads nowhere.
        foreach (var option in (string[])["gateway_mode_ipv4=isolated", "inhibit_ipv4=true"])
        {
            var pair = await world.NetworkAsync(StackWorld.Wanted("pair" + option.Length, "bridge", (Bridge + option.Split('=')[0], option.Split('=')[1])) with
            {
                Internal = true,
                Pools = [new() { Subnet = IPNetwork.Parse($"10.77.{option.Length}.0/31") }],
            });
            Assert.Null(pair.Pools[0].Gateway);
            var (one, other) = (await world.ContainerAsync(pair), await world.ContainerAsync(pair));
            (await one.Run($"ping -c 1 -W 1 {other.Address}")).Succeeds();
        }

        var both = await world.NetworkAsync(StackWorld.Wanted("both", "bridge", (Bridge + "gateway_mode_ipv4", "isolated"), (Bridge + "gateway_mode_ipv6", "isolated")) with { Internal = true, EnableIPv6 = true });
        (await world.OnHost($"ip address show dev {both.Link}")).Lacks("inet");
        var inhibited = await world.NetworkAsync("inhibited", (Bridge + "inhibit_ipv4", "true"));
        (await world.OnHost($"ip -4 address show dev {inhibited.Link}")).Lacks("inet ");
        (await (await world.ContainerAsync(inhibited)).Run("ip route")).Contains($"default via {inhibited.Pools[0].Gateway}");
    }

    [Fact]
    public async Task Ports_go_to_the_address_the_network_or_the_daemon_names()
    {
        await using var world = await StackWorld.CreateAsync(new NetworkStackOptions { DefaultHostAddress = IPAddress.Loopback });
        var container = await world.ContainerAsync(await world.NetworkAsync("one"));
        using var lease = await PublishTests.PublishAsync(container, Web);
        Assert.Equal(IPAddress.Loopback, Assert.Single(lease.Ports).HostAddress);
        var other = await world.ContainerAsync(await world.NetworkAsync("two", (Bridge + "host_binding_ipv4", "192.0.2.2")));
        using var next = await PublishTests.PublishAsync(other, Web);
        Assert.Equal(HostAddress, Assert.Single(next.Ports).HostAddress);
    }

    [Fact]
    public async Task The_default_bridge_has_its_name_and_its_configured_address()
    {
        await using var world = await StackWorld.CreateAsync(new NetworkStackOptions { DefaultBridgeAddress = (IPAddress.Parse("10.9.8.7"), 24) });
        var network = await world.NetworkAsync("bridge", (Bridge + "default_bridge", "true"));
        (await world.OnHost("ip address show dev gantry0")).Contains("10.9.8.7/24");
        Assert.Equal("10.9.8.1", $"{(await world.ContainerAsync(network)).Address}");
        // Configured anew, as after an edit of the daemon's configuration: the old address goes.
        world.Networks[0] = network with { Pools = [new AddressPool { Subnet = IPNetwork.Parse("10.9.9.0/24"), Gateway = IPAddress.Parse("10.9.9.1") }] };
        await world.RestartAsync();
        (await world.OnHost("ip address show dev gantry0")).Contains("10.9.9.1/24").Lacks("10.9.8.7");
    }

    [Fact]
    public async Task Containers_without_IPv6_have_none_and_a_network_may_have_nothing_else()
    {
        await using var world = await StackWorld.CreateAsync();
        (await (await world.ContainerAsync(await world.NetworkAsync("four"))).Run("ip -6 address show dev eth0")).Prints("");
        var six = await world.NetworkAsync(StackWorld.Wanted("six") with { EnableIPv4 = false, EnableIPv6 = true });
        var (a, b) = (await world.ContainerAsync(six), await world.ContainerAsync(six));
        Assert.Null(a.Endpoint.IPv4);
        Assert.True(await a.Reaches(b.Endpoint.IPv6!));
        Assert.True(await a.Reaches(IPAddress.Parse("2001:db8::1")));
    }

    [Fact]
    public async Task The_hosts_input_rules_decide_where_the_daemon_is_told_to_respect_them()
    {
        await using var world = await StackWorld.CreateAsync(new NetworkStackOptions { RespectHostFirewall = true });
        var container = await world.ContainerAsync(await world.NetworkAsync("one"));
        using var server = Echo.Serve(container.Sandbox.Namespace, IPAddress.Any, 80);
        using var lease = await PublishTests.PublishAsync(container, Web, new PortRequest { Protocol = "tcp", ContainerPort = 1000, HostPort = 1000, Count = 100 });
        Assert.Equal(202, lease.Relays.Count);
        using var relay = LeaseRelay.Serve(world.Host, lease);
        Assert.NotNull(Echo.Ask(world.Outside, HostAddress, 8080));
        await world.OnHost("nft 'add table inet ufw; add chain inet ufw input { type filter hook input priority 0; policy drop; }; add rule inet ufw input ct state established,related accept'");
        Assert.Null(Echo.Ask(world.Outside, HostAddress, 8080));
        await world.OnHost("nft add rule inet ufw input tcp dport 8080 accept");
        Assert.NotNull(Echo.Ask(world.Outside, HostAddress, 8080));
    }

    [Fact]
    public async Task Connections_of_a_container_are_forgotten_with_it()
    {
        await using var world = await StackWorld.CreateAsync();
        var container = await world.ContainerAsync(await world.NetworkAsync("one"));
        using var server = Echo.Serve(container.Sandbox.Namespace, IPAddress.Any, 80);
        using var lease = await PublishTests.PublishAsync(container, Web);
        Assert.NotNull(Echo.Ask(world.Outside, HostAddress, 8080));
        Assert.True(await container.Reaches(OtherMachine));
        (await world.OnHost("cat /proc/net/nf_conntrack")).Contains($"{container.Address}");
        await container.RemoveAsync();
        // In the background, but before the address is anybody's again.
        world.Stack.Lease(container.Network, StackWorld.NewEndpoint(container.Network, StackWorld.NewId()), new EndpointRequest(IPv4: container.Address));
        (await world.OnHost("cat /proc/net/nf_conntrack")).Lacks($"{container.Address}");
    }

    [Fact]
    public async Task Connections_of_many_addresses_are_found_in_one_look()
    {
        await using var world = await StackWorld.CreateAsync();
        var network = await world.NetworkAsync("one");
        List<Host> containers = [];
        for (var i = 0; i < 7; i++)
        {
            containers.Add(await world.ContainerAsync(network));
            Assert.True(await containers[^1].Reaches(OtherMachine));
        }

        using (var connections = StackWorld.Run(world.Host, () => new ConntrackSocket()))
        {
            connections.DeleteOf([.. containers.Skip(1).Select(container => container.Address)]);
        }

        var left = await world.OnHost("cat /proc/net/nf_conntrack");
        left.Contains($"={containers[0].Address} ");
        Assert.All(containers.Skip(1), container => left.Lacks($"={container.Address} "));
    }

    [Fact]
    public async Task A_new_container_with_an_address_used_before_is_reached_at_once()
    {
        await using var world = await StackWorld.CreateAsync();
        var network = await world.NetworkAsync("one");
        var client = await world.ContainerAsync(network);
        for (var i = 0; i < 5; i++)
        {
            var request = new EndpointRequest(IPv4: IPAddress.Parse("172.17.0.9"), MacAddress: $"02:00:00:00:00:0{i}");
            var next = await world.ContainerAsync(network, request);
            Assert.True(await client.Reaches(next.Address), $"container {i}");
            (await world.OnHost($"ping -c 1 -W 1 {next.Address}")).Succeeds();
            world.Stack.Release(network, next.Endpoint);
            next.Sandbox.Dispose();
        }
    }
}
