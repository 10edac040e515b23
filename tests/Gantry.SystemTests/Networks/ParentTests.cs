using System.Net;
using Gantry.Linux;
using Gantry.Network.Records;
using Gantry.Spec;

namespace Gantry.SystemTests.Networks;

/// <summary>macvlan and ipvlan, where the kernel has them.</summary>
public sealed class ParentTests
{
    private static readonly IPAddress OtherMachine = IPAddress.Parse("192.0.2.1");
    private static readonly AddressPool[] Lan =
        [new() { Subnet = IPNetwork.Parse("192.0.2.0/24"), Range = IPNetwork.Parse("192.0.2.128/25"), Gateway = OtherMachine }];

    [Theory]
    [InlineData("macvlan", "macvlan_mode", "bridge")]
    [InlineData("macvlan", "macvlan_mode", "private")]
    [InlineData("ipvlan", "ipvlan_mode", "l2")]
    [InlineData("ipvlan", "ipvlan_mode", "l3")]
    public async Task A_container_is_a_machine_of_the_hosts_network(string driver, string option, string mode)
    {
        await using var world = await StackWorld.CreateAsync();
        var network = await world.NetworkAsync(StackWorld.Wanted("lan", driver, ("parent", "eth0"), (option, mode)) with { Pools = Lan });
        var container = await ConnectAsync(world, network);
        Assert.Equal("192.0.2.128", $"{container.Address}");
        Assert.Equal(driver == "macvlan" ? "02:42:c0:00:02:80" : "", container.Endpoint.MacAddress);
        Assert.True(await container.Reaches(OtherMachine));
        (await container.Run("ip route")).Contains(mode == "l3" ? "default dev eth0" : "default via 192.0.2.1 dev eth0");
        Assert.Equal(mode != "private" && mode != "l3", await (await ConnectAsync(world, network)).Reaches(container.Address));
        await world.Stack.DisconnectAsync(container.Sandbox, network, container.Endpoint, CancellationToken.None);
        (await container.Run("ip -br link")).Lacks("eth0");
        await world.DeleteAsync(network);
        (await world.OnHost("ip -br link")).Contains("eth0");
    }

    [Fact]
    public async Task A_sub_interface_is_made_and_removed_with_its_network()
    {
        await using var world = await StackWorld.CreateAsync();
        NetworkRecord network;
        try
        {
            network = await world.NetworkAsync(StackWorld.Wanted("vlan", "macvlan", ("parent", "eth0.10")));
        }
        catch (LinuxException e) when (e.Errno == Errno.EOPNOTSUPP)
        {
            Assert.Skip("this kernel has no VLANs");
            return;
        }

        (await world.OnHost("ip -d link show eth0.10")).Contains("vlan protocol 802.1Q id 10");
        await world.DeleteAsync(network);
        (await world.OnHost("ip -br link")).Lacks("eth0.10");
    }

    [Fact]
    public async Task What_is_wrong_is_refused_by_name()
    {
        await using var world = await StackWorld.CreateAsync();
        var network = await world.NetworkAsync(StackWorld.Wanted("lan", "macvlan", ("parent", "eth0")));
        var failure = Assert.Throws<PermissionDeniedException>(() => world.Stack.Plan(StackWorld.Wanted("x", "ipvlan", ("parent", "eth0")), world.Networks));
        Assert.Equal("network lan is already using parent interface eth0", failure.Message);
        Assert.Contains("requested macvlan mode 'x' is not valid",
            Assert.Throws<InvalidArgumentException>(() => world.Stack.Plan(StackWorld.Wanted("x", "macvlan", ("macvlan_mode", "x")), [])).Message, StringComparison.Ordinal);
        var missing = await Assert.ThrowsAsync<NotFoundException>(() => world.NetworkAsync(StackWorld.Wanted("x", "macvlan", ("parent", "eth7"))));
        Assert.Contains("eth7", missing.Message, StringComparison.Ordinal);
        await world.DeleteAsync(network);
    }

    private static async Task<Host> ConnectAsync(StackWorld world, NetworkRecord network)
    {
        try
        {
            return await world.ContainerAsync(network);
        }
        catch (LinuxException e) when (e.Errno == Errno.EOPNOTSUPP)
        {
            Assert.Skip($"this kernel has no {network.Driver}");
            throw;
        }
    }
}
