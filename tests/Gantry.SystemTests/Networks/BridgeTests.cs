using System.Net;

namespace Gantry.SystemTests.Networks;

/// <summary>Bridge networks on a real kernel.</summary>
public sealed class BridgeTests
{
    private static readonly IPAddress OtherMachine = IPAddress.Parse("192.0.2.1");

    [Fact]
    public async Task Containers_of_one_network_reach_each_other_the_gateway_and_other_machines()
    {
        await using var world = await StackWorld.CreateAsync();
        var network = await world.NetworkAsync("one");
        var a = await world.ContainerAsync(network);
        var b = await world.ContainerAsync(network);
        Assert.Equal("172.17.0.2", $"{a.Address}");
        Assert.Equal("02:42:ac:11:00:03", b.Endpoint.MacAddress);
        Assert.True(await a.Reaches(b.Address));
        Assert.True(await a.Reaches(network.Pools[0].Gateway!));
        Assert.True(await a.Reaches(OtherMachine), (await world.OnHost("nft list ruleset; cat /proc/sys/net/ipv4/ip_forward")).Out);
        (await a.Run("ip -br address show dev eth0; ip route")).Contains("172.17.0.2/16").Contains("default via 172.17.0.1 dev eth0");
    }

    [Fact]
    public async Task What_a_container_had_is_gone_when_its_namespace_is()
    {
        await using var world = await StackWorld.CreateAsync();
        var network = await world.NetworkAsync("one");
        var container = await world.ContainerAsync(network);
        (await world.OnHost("ip -br link")).Contains("veth");
        await container.RemoveAsync();
        for (var i = 0; i < 100 && (await world.OnHost("ip -br link")).Out.Contains("veth", StringComparison.Ordinal); i++) await Task.Delay(50, TestContext.Current.CancellationToken);
        (await world.OnHost("ip -br link")).Lacks("veth");
        await world.DeleteAsync(network);
        (await world.OnHost("ip -br link")).Lacks(network.Link);
        Assert.DoesNotContain(network.Link, (await world.OnHost("nft list ruleset")).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_shares_the_namespace_of_a_container_that_ended_is_cut_off_at_once_and_keeps_no_link()
    {
        await using var world = await StackWorld.CreateAsync();
        var network = await world.NetworkAsync("one");
        var (ended, other) = (await world.ContainerAsync(network), await world.ContainerAsync(network));
        await world.Stack.AbandonAsync(ended.Sandbox, network, ended.Endpoint);
        Assert.False(await other.Reaches(ended.Address));
        for (var i = 0; i < 100 && (await ended.Run("ip -br link")).Out.Contains("eth0", StringComparison.Ordinal); i++) await Task.Delay(50, TestContext.Current.CancellationToken);
        (await ended.Run("ip -br link")).Lacks("eth0");
        Assert.True(await other.Reaches(network.Pools[0].Gateway!));
    }
}
