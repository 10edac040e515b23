using System.Net;
using System.Net.Sockets;
using Gantry.Network;
using Gantry.Network.Records;
using Gantry.Spec;

namespace Gantry.SystemTests.Networks;

/// <summary>Published ports, from wherever they are reached.</summary>
public sealed class PublishTests
{
    private static readonly IPAddress HostAddress = IPAddress.Parse("192.0.2.2");
    private static readonly IPAddress HostAddress6 = IPAddress.Parse("2001:db8::2");

    [Fact]
    public async Task A_port_is_reached_from_outside_with_the_clients_address()
    {
        await using var world = await StackWorld.CreateAsync();
        var web = await world.ContainerAsync(await world.NetworkAsync("one"));
        using var server = Echo.Serve(web.Sandbox.Namespace, IPAddress.Any, 80);
        using var lease = await PublishAsync(web, new PortRequest { Protocol = "tcp", ContainerPort = 80, HostPort = 8080 });
        Assert.Equal("192.0.2.1", Echo.Ask(world.Outside, HostAddress, 8080));
        Assert.Equal(["0.0.0.0:8080", "[::]:8080"], lease.Ports.Select(p => new IPEndPoint(p.HostAddress, p.HostPort).ToString()));
        await web.RemoveAsync();
        lease.Dispose();
        Assert.Null(Echo.Ask(world.Outside, HostAddress, 8080));
    }

    [Fact]
    public async Task A_port_is_reached_by_the_hosts_address_from_the_host_from_other_containers_and_from_itself()
    {
        await using var world = await StackWorld.CreateAsync();
        var network = await world.NetworkAsync("one", ("com.docker.network.bridge.enable_icc", "false"));
        var other = await world.NetworkAsync("other");
        var web = await world.ContainerAsync(network);
        var neighbour = await world.ContainerAsync(network);
        var stranger = await world.ContainerAsync(other);
        using var server = Echo.Serve(web.Sandbox.Namespace, IPAddress.Any, 80);
        using var lease = await PublishAsync(web, new PortRequest { Protocol = "tcp", ContainerPort = 80, HostPort = 8080 });
        using var relay = LeaseRelay.Serve(world.Host, lease);
        Assert.NotNull(Echo.Ask(world.Host, HostAddress, 8080));
        Assert.NotNull(Echo.Ask(neighbour.Sandbox.Namespace, HostAddress, 8080));
        Assert.NotNull(Echo.Ask(neighbour.Sandbox.Namespace, network.Pools[0].Gateway!, 8080));
        Assert.NotNull(Echo.Ask(stranger.Sandbox.Namespace, HostAddress, 8080));
        Assert.NotNull(Echo.Ask(web.Sandbox.Namespace, HostAddress, 8080));
        Assert.Null(Echo.Ask(neighbour.Sandbox.Namespace, web.Address, 80));
        Assert.Null(Echo.Ask(stranger.Sandbox.Namespace, web.Address, 80));
    }

    [Fact]
    public async Task Sockets_for_loopback_lead_to_the_container()
    {
        await using var world = await StackWorld.CreateAsync();
        var web = await world.ContainerAsync(await world.NetworkAsync("one"));
        using var server = Echo.Serve(web.Sandbox.Namespace, IPAddress.Any, 80);
        using var lease = await PublishAsync(web, new PortRequest { Protocol = "tcp", ContainerPort = 80, HostPort = 8080, HostAddress = IPAddress.Loopback });
        using var served = LeaseRelay.Serve(world.Host, lease);
        Assert.NotNull(Echo.Ask(world.Host, IPAddress.Loopback, 8080));
        var relay = Assert.Single(lease.Relays);
        Assert.Equal(new IPEndPoint(web.Address, 80), relay.Target);
        (await world.OnHost("ss -ltn")).Contains("127.0.0.1:8080");
        Assert.Null(Echo.Ask(world.Outside, HostAddress, 8080));
    }

    [Fact]
    public async Task Conflicts_name_the_port_and_its_holder()
    {
        await using var world = await StackWorld.CreateAsync(new NetworkStackOptions { ContainerName = id => "c-" + id[..4] });
        var network = await world.NetworkAsync("one");
        var (a, b) = (await world.ContainerAsync(network), await world.ContainerAsync(network));
        using var foreign = StackWorld.Run(world.Host, () =>
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(IPAddress.Any, 9090));
            socket.Listen();
            return socket;
        });
        var request = new PortRequest { Protocol = "tcp", ContainerPort = 80, HostPort = 8080 };
        using var lease = await PublishAsync(a, request);
        var taken = await Assert.ThrowsAsync<InternalException>(() => PublishAsync(b, new PortRequest { Protocol = "udp", ContainerPort = 1, HostPort = 8080 }, request));
        Assert.Equal($"driver failed programming external connectivity on endpoint c-{b.Endpoint.ContainerId[..4]} ({b.Endpoint.Id}): "
            + $"Bind for 0.0.0.0:8080 failed: port is already allocated (by container c-{a.Endpoint.ContainerId[..4]})", taken.Message);
        taken = await Assert.ThrowsAsync<InternalException>(() => PublishAsync(b, request with { HostPort = 9090 }));
        Assert.EndsWith($"failed to bind host port for 0.0.0.0:9090:{b.Address}:80/tcp: address already in use (by {Comm()}, process {Environment.ProcessId})", taken.Message, StringComparison.Ordinal);
        // Nothing of a failed request stays.
        using var free = await PublishAsync(b, new PortRequest { Protocol = "udp", ContainerPort = 1, HostPort = 8080 });
    }

    [Fact]
    public async Task Random_ports_ranges_and_one_of_a_range_are_found()
    {
        await using var world = await StackWorld.CreateAsync();
        var network = await world.NetworkAsync("one");
        var (a, b) = (await world.ContainerAsync(network), await world.ContainerAsync(network));
        using var first = await PublishAsync(a, new PortRequest { Protocol = "tcp", ContainerPort = 80 }, new PortRequest { Protocol = "tcp", ContainerPort = 81 });
        using var second = await PublishAsync(b, new PortRequest { Protocol = "tcp", ContainerPort = 80, HostPort = 7000, HostPortEnd = 7003 },
            new PortRequest { Protocol = "tcp", ContainerPort = 81, HostPort = 7000, HostPortEnd = 7003 });
        Assert.Equal(4, first.Ports.Concat(second.Ports).Where(p => p.HostAddress.Equals(IPAddress.Any)).Select(p => p.HostPort).Distinct().Count());
        Assert.All(first.Ports, p => Assert.InRange(p.HostPort, 32768, 60999));
        Assert.All(second.Ports, p => Assert.InRange(p.HostPort, 7000, 7003));
    }

    [Theory]
    [InlineData(20000, 20000)]
    [InlineData(20000, 30000)]
    public async Task A_long_range_is_served_without_a_socket_for_each_port(ushort hostPort, ushort containerPort)
    {
        await using var world = await StackWorld.CreateAsync();
        var web = await world.ContainerAsync(await world.NetworkAsync("one"));
        using var server = Echo.Serve(web.Sandbox.Namespace, IPAddress.Any, (ushort)(containerPort + 999));
        using var lease = await PublishAsync(web, new PortRequest { Protocol = "tcp", ContainerPort = containerPort, HostPort = hostPort, Count = 1000 });
        Assert.Empty(lease.Relays);
        Assert.Equal("192.0.2.1", Echo.Ask(world.Outside, HostAddress, (ushort)(hostPort + 999)));
        Assert.NotNull(Echo.Ask(world.Host, HostAddress, (ushort)(hostPort + 999)));
        Assert.NotNull(Echo.Ask(world.Host, IPAddress.Loopback, (ushort)(hostPort + 999)));
        Assert.Null(Echo.Ask(world.Outside, HostAddress, (ushort)(hostPort + 1000)));
    }

    [Fact]
    public async Task A_datagram_client_that_never_stops_follows_the_port()
    {
        await using var world = await StackWorld.CreateAsync();
        var network = await world.NetworkAsync("one");
        var first = await world.ContainerAsync(network);
        using var client = StackWorld.Run(world.Outside, () => new UdpClient(new IPEndPoint(IPAddress.Any, 5555)));
        client.Send([1], new IPEndPoint(HostAddress, 5353));
        var request = new PortRequest { Protocol = "udp", ContainerPort = 53, HostPort = 5353 };
        using (var server = StackWorld.Run(first.Sandbox.Namespace, () => new UdpClient(new IPEndPoint(IPAddress.Any, 53))))
        using (await PublishAsync(first, request))
        {
            Assert.Equal("192.0.2.1:5555", await AskAsync(client, server));
            await first.RemoveAsync();
        }

        var blocker = await world.ContainerAsync(network);
        var second = await world.ContainerAsync(network);
        Assert.Equal(first.Address, blocker.Address);
        using var next = StackWorld.Run(second.Sandbox.Namespace, () => new UdpClient(new IPEndPoint(IPAddress.Any, 53)));
        using var lease = await PublishAsync(second, request);
        Assert.Equal("192.0.2.1:5555", await AskAsync(client, next));
    }

    [Fact]
    public async Task Both_families_lead_to_a_container_that_has_both()
    {
        await using var world = await StackWorld.CreateAsync();
        var network = await world.NetworkAsync(StackWorld.Wanted("six") with { EnableIPv6 = true });
        var web = await world.ContainerAsync(network);
        using var server = Echo.Serve(web.Sandbox.Namespace, IPAddress.IPv6Any, 80);
        using var lease = await PublishAsync(web, new PortRequest { Protocol = "tcp", ContainerPort = 80, HostPort = 8080 });
        using var relay = LeaseRelay.Serve(world.Host, lease);
        Assert.Equal("2001:db8::1", Echo.Ask(world.Outside, HostAddress6, 8080));
        Assert.NotNull(Echo.Ask(world.Host, HostAddress6, 8080));
        Assert.NotNull(Echo.Ask(web.Sandbox.Namespace, HostAddress6, 8080));
        Assert.True(await web.Reaches(IPAddress.Parse("2001:db8::1")));
    }

    internal static Task<PortLease> PublishAsync(Host container, params PortRequest[] requests) =>
        container.World.Stack.PublishAsync(container.Endpoint.ContainerId, container.Network, container.Endpoint, requests, CancellationToken.None);

    private static string Comm() => File.ReadAllText("/proc/self/comm").Trim();

    private static async Task<string> AskAsync(UdpClient client, UdpClient server)
    {
        await client.SendAsync(new byte[] { 1 }, new IPEndPoint(HostAddress, 5353));
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(3));
        return (await server.ReceiveAsync(limit.Token)).RemoteEndPoint.ToString();
    }
}
