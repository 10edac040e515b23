using System.Net;
using Gantry.Network;
using Gantry.Network.Records;

namespace Gantry.SystemTests.Networks;

/// <summary>Beside other firewalls, and after a death of the daemon.</summary>
public sealed class FirewallTests
{
    private static readonly IPAddress HostAddress = IPAddress.Parse("192.0.2.2");
    private static readonly PortRequest Web = new() { Protocol = "tcp", ContainerPort = 80, HostPort = 8080 };

    [Theory]
    [InlineData("nft flush ruleset")]
    [InlineData("nft flush table inet gantry")]
    [InlineData("nft delete element inet gantry anyports4 '{ tcp . 8080 }'")]
    [InlineData("nft delete element inet gantry masquerade4 '{ 172.17.0.0/16 }'")]
    public async Task The_table_is_back_within_two_seconds(string damage)
    {
        await using var world = await StackWorld.CreateAsync();
        var container = await world.ContainerAsync(await world.NetworkAsync("one"));
        using var server = Echo.Serve(container.Sandbox.Namespace, IPAddress.Any, 80);
        using var lease = await PublishTests.PublishAsync(container, Web);
        var before = (await world.OnHost("nft list ruleset")).Out;
        await world.OnHost(damage);
        var clock = System.Diagnostics.Stopwatch.StartNew();
        while (clock.Elapsed < TimeSpan.FromSeconds(2) && (await world.OnHost("nft list ruleset")).Out != before) await Task.Delay(50, TestContext.Current.CancellationToken);
        Assert.Equal(before, (await world.OnHost("nft list ruleset")).Out);
        Assert.Equal("192.0.2.1", Echo.Ask(world.Outside, HostAddress, 8080));
    }

    [Fact]
    public async Task Networks_are_apart_and_closed_to_the_outside()
    {
        await using var world = await StackWorld.CreateAsync();
        var (one, two) = (await world.NetworkAsync("one"), await world.NetworkAsync("two"));
        var closed = await world.NetworkAsync("closed", ("com.docker.network.bridge.enable_icc", "false"));
        var (a, b) = (await world.ContainerAsync(one), await world.ContainerAsync(two));
        var (c, d) = (await world.ContainerAsync(closed), await world.ContainerAsync(closed));
        await world.OnOutside("ip route add 172.16.0.0/12 via 192.0.2.2");
        Assert.False(await a.Reaches(b.Address));
        Assert.False(await c.Reaches(d.Address));
        Assert.True(await c.Reaches(IPAddress.Parse("192.0.2.1")));
        // A container without the neighbours' help: the host routes back into the network, and must not.
        await c.Run($"ip route add {d.Address}/32 via {closed.Pools[0].Gateway}");
        Assert.False(await c.Reaches(d.Address));
        (await StackWorld.TryWithin(world.Outside, $"ping -c 1 -W 1 {a.Address}")).Exits(1);
        (await world.OnHost($"ping -c 1 -W 1 {a.Address}")).Succeeds();
    }

    [Fact]
    public async Task An_internal_network_has_no_way_out_nor_in()
    {
        await using var world = await StackWorld.CreateAsync();
        var network = await world.NetworkAsync(StackWorld.Wanted("inside") with { Internal = true });
        var (a, b) = (await world.ContainerAsync(network), await world.ContainerAsync(network));
        Assert.True(await a.Reaches(b.Address));
        Assert.True(await a.Reaches(network.Pools[0].Gateway!));
        (await a.Run("ip route")).Lacks("default");
        await a.Run($"ip route add default via {network.Pools[0].Gateway}");
        Assert.False(await a.Reaches(IPAddress.Parse("192.0.2.1")));
        using var lease = await PublishTests.PublishAsync(a, Web);
        Assert.Empty(lease.Ports);
    }

    [Fact]
    public async Task Tables_of_others_stay_and_a_policy_that_drops_is_told()
    {
        await using var world = await StackWorld.CreateAsync();
        const string list = "nft list table ip other";
        await world.OnHost("nft 'add table ip other; add chain ip other FORWARD { type filter hook forward priority 0; policy drop; }; add rule ip other FORWARD counter'");
        var before = (await world.OnHost(list)).Out;
        var network = await world.NetworkAsync("one");
        var container = await world.ContainerAsync(network);
        await container.RemoveAsync();
        await world.DeleteAsync(network);
        Assert.Equal(before, (await world.OnHost(list)).Out);
        Assert.Contains("chain FORWARD of table ip other drops", Assert.Single(world.Stack.Warnings()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ports_serve_while_the_daemon_dies_and_comes_back()
    {
        await using var world = await StackWorld.CreateAsync();
        var network = await world.NetworkAsync("one");
        var container = await world.ContainerAsync(network);
        using var server = Echo.Serve(container.Sandbox.Namespace, IPAddress.Any, 80);
        using var lease = await PublishTests.PublishAsync(container, Web);
        var failures = 0;
        using var over = new CancellationTokenSource();
        var client = Task.Run(() =>
        {
            var asked = 0;
            for (; !over.IsCancellationRequested; asked++)
            {
                if (Echo.Ask(world.Outside, HostAddress, 8080) is null) failures++;
            }

            return asked;
        }, TestContext.Current.CancellationToken);
        var live = new LiveContainer(container.Endpoint.ContainerId, Environment.ProcessId, [container.Endpoint], lease.Ports);
        for (var i = 0; i < 10; i++) await world.RestartAsync(live);
        await over.CancelAsync();
        Assert.InRange(await client, 10, int.MaxValue);
        Assert.Equal(0, failures);
        Assert.NotEqual(container.Address, (await world.ContainerAsync(network)).Address);
    }

    [Fact]
    public async Task What_belongs_to_nobody_is_removed_when_the_daemon_starts()
    {
        await using var world = await StackWorld.CreateAsync();
        var (gone, stays) = (await world.NetworkAsync("gone"), await world.NetworkAsync("stays"));
        var container = await world.ContainerAsync(stays);
        using var lease = await PublishTests.PublishAsync(container, Web);
        await world.OnHost("ip link add br-other type bridge");
        await world.OnHost($"ip link delete {stays.Link}");
        world.Networks.Remove(gone);
        await world.RestartAsync(new LiveContainer(container.Endpoint.ContainerId, Environment.ProcessId, [container.Endpoint], []));
        (await world.OnHost("ip -br link")).Lacks(gone.Link).Contains("br-other").Contains(stays.Link);
        (await world.OnHost("nft list ruleset")).Lacks(gone.Link).Lacks("8080");
        Assert.True(await container.Reaches(stays.Pools[0].Gateway!), "a bridge that was deleted has its ports again");
    }
}
