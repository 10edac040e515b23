using System.Net;
using CsCheck;
using Gantry.Network.Addresses;
using Gantry.Network.Records;
using Gantry.Spec;

namespace Gantry.Tests.Networks;

/// <summary>Which subnets and addresses networks and containers get.</summary>
public sealed class AddressTests
{
    private static readonly SubnetPlanner Planner = new([.. DefaultPools.IPv4, DefaultPools.IPv6("machine")]);

    [Fact]
    public void Automatic_subnets_go_in_order_and_stay_clear_of_other_networks_and_of_the_hosts_routes()
    {
        var first = Planner.Complete(Network(), [], [IPNetwork.Parse("0.0.0.0/0")]);
        Assert.Equal(("172.17.0.0/16", "172.17.0.1"), ($"{first[0].Subnet}", $"{first[0].Gateway}"));
        var next = Planner.Complete(Network(), [IPNetwork.Parse("172.17.0.0/16")], [IPNetwork.Parse("172.18.3.0/24"), IPNetwork.Parse("172.20.0.0/15")]);
        Assert.Equal("172.19.0.0/16", $"{next[0].Subnet}");
        next = Planner.Complete(Network(), [], [IPNetwork.Parse("172.16.0.0/12"), IPNetwork.Parse("192.168.1.0/24")]);
        Assert.Equal("192.168.16.0/20", $"{next[0].Subnet}");
    }

    [Fact]
    public void Five_hundred_networks_find_room_on_one_machine()
    {
        List<IPNetwork> taken = [];
        for (var i = 0; i < 500; i++) taken.AddRange(Planner.Complete(Network() with { EnableIPv6 = true }, taken, []).Select(p => p.Subnet!.Value));
        Assert.Equal(1000, taken.Count);
        var ordered = taken.OrderBy(t => t.IsIPv6()).ThenBy(t => t.FirstNumber()).ToArray();
        Assert.All(ordered.Zip(ordered.Skip(1)), pair => Assert.False(pair.First.Overlaps(pair.Second)));
        Assert.All(taken.Where(t => t.IsIPv6()), t => Assert.Equal((64, 0xfd), (t.PrefixLength, t.BaseAddress.GetAddressBytes()[0])));
    }

    [Fact]
    public void A_subnet_of_another_network_is_refused_and_no_room_is_said_so()
    {
        var wanted = Network() with { Pools = [new AddressPool { Subnet = IPNetwork.Parse("10.1.2.0/24") }] };
        Assert.StartsWith("Pool overlaps with other one on this address space",
            Assert.Throws<PermissionDeniedException>(() => Planner.Complete(wanted, [IPNetwork.Parse("10.1.0.0/16")], [])).Message, StringComparison.Ordinal);
        Assert.StartsWith("all predefined address pools have been fully subnetted",
            Assert.Throws<NotFoundException>(() => Planner.Complete(Network(), [], [IPNetwork.Parse("172.16.0.0/12"), IPNetwork.Parse("192.0.0.0/8"), IPNetwork.Parse("10.0.0.0/8")])).Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("10.0.0.0/24", "10.1.0.0/25", null, "invalid ip-range 10.1.0.0/25: parent subnet 10.0.0.0/24 doesn't contain ip-range")]
    [InlineData("10.0.0.0/24", "10.0.0.0/16", null, "invalid ip-range 10.0.0.0/16: CIDR block is bigger than its parent subnet 10.0.0.0/24")]
    [InlineData("10.0.0.0/24", null, "10.0.1.1", "invalid gateway 10.0.1.1: parent subnet 10.0.0.0/24 doesn't contain this address")]
    [InlineData("10.0.0.0/24", null, "fd00::1", "invalid gateway fd00::1: parent subnet is an IPv4 block")]
    [InlineData("fd00::/64", null, null, "invalid subnet fd00::/64: IPv6 has not been enabled for this network")]
    public void What_is_wrong_with_a_pool_is_said_in_Dockers_words(string subnet, string? range, string? gateway, string message)
    {
        var pool = new AddressPool
        {
            Subnet = IPNetwork.Parse(subnet),
            Range = range is null ? null : IPNetwork.Parse(range),
            Gateway = gateway is null ? null : IPAddress.Parse(gateway),
        };
        var failure = Assert.Throws<InvalidArgumentException>(() => PoolValidation.Check(Network() with { Pools = [pool] }));
        Assert.Equal("invalid network config:\n" + message, failure.Message);
    }

    [Fact]
    public void The_lowest_free_address_is_given_but_no_gateway_edge_or_address_of_others()
    {
        var leases = new AddressLeases();
        var network = Network() with
        {
            Pools = [new AddressPool { Subnet = IPNetwork.Parse("10.0.0.0/29"), Gateway = IPAddress.Parse("10.0.0.1"), Auxiliary = new() { ["router"] = IPAddress.Parse("10.0.0.3") } }],
        };
        var first = leases.Lease(network, Endpoint(network, "a"), new());
        Assert.Equal("10.0.0.2", $"{first.IPv4}");
        Assert.Equal(["10.0.0.4", "10.0.0.5", "10.0.0.6"], ((string[])["b", "c", "d"]).Select(id => $"{leases.Lease(network, Endpoint(network, id), new()).IPv4}"));
        Assert.StartsWith("no available IPv4 addresses on this network's address pools: one",
            Assert.Throws<UnavailableException>(() => leases.Lease(network, Endpoint(network, "e"), new())).Message, StringComparison.Ordinal);
        leases.Release(first);
        Assert.Equal(first.IPv4, leases.Lease(network, Endpoint(network, "e"), new()).IPv4);
        // Released twice, it is somebody else's now.
        leases.Release(first);
        Assert.Throws<UnavailableException>(() => leases.Lease(network, Endpoint(network, "f"), new()));
    }

    [Theory]
    [InlineData("10.0.0.2", "Address already in use")]
    [InlineData("10.0.0.1", "Address already in use")]
    [InlineData("10.0.0.255", "Address already in use")]
    [InlineData("10.9.0.2", "Invalid address 10.9.0.2: It does not belong to any of this network's subnets")]
    public void A_fixed_address_must_be_free_and_of_the_subnet(string wanted, string message)
    {
        var leases = new AddressLeases();
        var network = Network() with { Pools = [new AddressPool { Subnet = IPNetwork.Parse("10.0.0.0/24"), Gateway = IPAddress.Parse("10.0.0.1") }] };
        leases.Lease(network, Endpoint(network, "a"), new(IPAddress.Parse("10.0.0.2")));
        var failure = Assert.ThrowsAny<GantryException>(() => leases.Lease(network, Endpoint(network, "b"), new(IPAddress.Parse(wanted))));
        Assert.StartsWith(message, failure.Message, StringComparison.Ordinal);
        // The same endpoint may ask again: a start that failed half-way is repeated.
        Assert.Equal("10.0.0.2", $"{leases.Lease(network, Endpoint(network, "a"), new(IPAddress.Parse("10.0.0.2"))).IPv4}");
    }

    [Fact]
    public void No_two_endpoints_ever_have_one_address() =>
        Gen.Int[0, 9].List[1, 60].Sample(steps =>
        {
            var leases = new AddressLeases();
            var network = Network() with { Pools = [new AddressPool { Subnet = IPNetwork.Parse("10.0.0.0/28"), Range = IPNetwork.Parse("10.0.0.8/29"), Gateway = IPAddress.Parse("10.0.0.9") }] };
            Dictionary<int, EndpointRecord> held = [];
            foreach (var step in steps)
            {
                if (held.Remove(step, out var endpoint)) leases.Release(endpoint);
                else if (held.Count < 6) held[step] = leases.Lease(network, Endpoint(network, $"{step}"), new());
            }

            return held.Values.Select(h => h.IPv4).Distinct().Count() == held.Count && held.Values.All(h => network.Pools[0].Range!.Value.Contains(h.IPv4!));
        });

    [Theory]
    [InlineData("172.17.0.2", "02:42:ac:11:00:02")]
    [InlineData("10.200.3.255", "02:42:0a:c8:03:ff")]
    public void Link_addresses_follow_from_addresses(string address, string link) =>
        Assert.Equal(link, MacAddresses.Derive(IPAddress.Parse(address), null));

    [Theory]
    [InlineData("01:00:00:00:00:01")]
    [InlineData("02:42:ac:11:00")]
    [InlineData("02:42:ac:11:00:zz")]
    public void A_bad_link_address_is_refused(string text) =>
        Assert.StartsWith($"invalid MAC address: {text}", Assert.Throws<InvalidArgumentException>(() => MacAddresses.Parse(text)).Message, StringComparison.Ordinal);

    internal static NetworkRecord Network() => new() { Id = new string('1', 64), Name = "one", Created = DateTimeOffset.UnixEpoch, Driver = "bridge" };

    private static EndpointRecord Endpoint(NetworkRecord network, string id) => new() { Id = id, NetworkId = network.Id, ContainerId = id, InterfaceName = "eth0" };
}
