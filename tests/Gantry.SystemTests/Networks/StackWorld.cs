using System.Net;
using Gantry.Linux.Netlink;
using Gantry.Network;
using Gantry.Network.Records;
using Gantry.SystemTests.Infrastructure;
using Microsoft.Win32.SafeHandles;
using Sandbox = Gantry.Network.Sandbox;

namespace Gantry.SystemTests.Networks;

/// <summary>
/// A host of its own, 192.0.2.2 and 2001:db8::2, and another machine outside, 192.0.2.1 and 2001:db8::1: two network
/// namespaces with a cable between them. Nothing of the machine's network is touched; all goes with the handles.
/// </summary>
internal sealed class StackWorld : IAsyncDisposable
{
    private static readonly NetworkNamespaces Namespaces = new();
    private readonly List<Sandbox> sandboxes = [];

    private StackWorld(SafeFileHandle host, SafeFileHandle outside, NetworkStackOptions options)
    {
        (Host, Outside) = (host, outside);
        Options = options with { HostNamespace = host };
        Stack = NetworkStack.Open(Options);
    }

    public SafeFileHandle Host { get; }

    public SafeFileHandle Outside { get; }

    public NetworkStackOptions Options { get; }

    public NetworkStack Stack { get; private set; }

    public List<NetworkRecord> Networks { get; } = [];

    public static async Task<StackWorld> CreateAsync(NetworkStackOptions? options = null)
    {
        Root.Require("ip", "nft", "nsenter", "ping");
        var (host, _) = Namespaces.Create(() => true);
        var (outside, _) = Namespaces.Create(() => true);
        var world = new StackWorld(host, outside, options ?? new NetworkStackOptions());
        // A link that still looks for duplicates of its address asks for no neighbour: the tests would wait a second for it.
        const string start = "ip link set lo up; echo 0 >/proc/sys/net/ipv6/conf/default/accept_dad";
        await world.OnHost(start);
        await world.OnOutside(start);
        await world.OnHost($"ip link add eth0 type veth peer name eth0 netns {PathOf(outside)}");
        await world.OnHost("ip address add 192.0.2.2/24 dev eth0");
        await world.OnHost("ip address add 2001:db8::2/64 dev eth0 nodad");
        await world.OnHost("ip link set eth0 up");
        await world.OnOutside("ip address add 192.0.2.1/24 dev eth0");
        await world.OnOutside("ip address add 2001:db8::1/64 dev eth0 nodad");
        await world.OnOutside("ip link set eth0 up");
        await world.OnHost("ip route add default via 192.0.2.1");
        await world.OnHost("ip route add default via 2001:db8::1");
        // The cable loses what is sent in its first moment.
        await world.OnOutside("for i in 1 2 3 4 5; do ping -c 1 -W 1 192.0.2.2 && ping -c 1 -W 1 2001:db8::2 && exit 0; done; exit 1");
        return world;
    }

    public Task<CommandResult> OnHost(string command) => Within(Host, command);

    public Task<CommandResult> OnOutside(string command) => Within(Outside, command);

    public static async Task<CommandResult> Within(SafeFileHandle space, string command) => (await TryWithin(space, command)).Succeeds();

    public static Task<CommandResult> TryWithin(SafeFileHandle space, string command) =>
        Command.RunAsync("nsenter", [$"--net={PathOf(space)}", "sh", "-c", command]);

    /// <summary>Does something on a thread that is inside: opens sockets, mostly.</summary>
    public static T Run<T>(SafeFileHandle space, Func<T> action) => Namespaces.Within(space, action);

    /// <summary>A daemon's death and its successor: nothing is told to the old one.</summary>
    public async Task RestartAsync(params LiveContainer[] running)
    {
        await Stack.DisposeAsync();
        Stack = NetworkStack.Open(Options);
        await Stack.ReconcileAsync(Networks, running, CancellationToken.None);
    }

    public static NetworkRecord Wanted(string name, string driver = "bridge", params (string Key, string Value)[] options) => new()
    {
        Id = NewId(),
        Name = name,
        Created = DateTimeOffset.UnixEpoch,
        Driver = driver,
        Options = options.ToDictionary(o => o.Key, o => o.Value),
    };

    public async Task<NetworkRecord> NetworkAsync(NetworkRecord wanted)
    {
        var network = Stack.Plan(wanted, Networks);
        await Stack.CreateAsync(network, CancellationToken.None);
        Networks.Add(network);
        return network;
    }

    public Task<NetworkRecord> NetworkAsync(string name, params (string Key, string Value)[] options) => NetworkAsync(Wanted(name, "bridge", options));

    public async Task DeleteAsync(NetworkRecord network)
    {
        await Stack.DeleteAsync(network, CancellationToken.None);
        Networks.Remove(network);
    }

    /// <summary>What a container has of networks: a namespace with eth0 on the network and its default routes.</summary>
    public async Task<Host> ContainerAsync(NetworkRecord network, EndpointRequest? request = null)
    {
        var id = NewId();
        var endpoint = Stack.Lease(network, NewEndpoint(network, id), request ?? new EndpointRequest());
        var sandbox = await Stack.CreateSandboxAsync(id, CancellationToken.None);
        sandboxes.Add(sandbox);
        await Stack.ConnectAsync(sandbox, network, endpoint, CancellationToken.None);
        await Stack.SetGatewaysAsync(sandbox, (network, endpoint), (network, endpoint), CancellationToken.None);
        return new Host(this, sandbox, network, endpoint);
    }

    public static EndpointRecord NewEndpoint(NetworkRecord network, string containerId, string link = "eth0") =>
        new() { Id = NewId(), NetworkId = network.Id, ContainerId = containerId, InterfaceName = link };

    public static string NewId() => Convert.ToHexStringLower(System.Security.Cryptography.RandomNumberGenerator.GetBytes(32));

    public async ValueTask DisposeAsync()
    {
        foreach (var sandbox in sandboxes) sandbox.Dispose();
        await Stack.DisposeAsync();
        Host.Dispose();
        Outside.Dispose();
    }

    private static string PathOf(SafeFileHandle handle) => $"/proc/{Environment.ProcessId}/fd/{handle.DangerousGetHandle()}";
}

/// <summary>A container, as far as networks go.</summary>
internal sealed record Host(StackWorld World, Sandbox Sandbox, NetworkRecord Network, EndpointRecord Endpoint)
{
    public IPAddress Address => Endpoint.IPv4!;

    public Task<CommandResult> Run(string command) => StackWorld.Within(Sandbox.Namespace, command);

    public Task<CommandResult> Try(string command) => StackWorld.TryWithin(Sandbox.Namespace, command);

    public async Task<bool> Reaches(IPAddress address) =>
        (await Try($"ping -c 1 -W 1 -n {address}")).ExitCode == 0;

    public async Task RemoveAsync()
    {
        await World.Stack.UnpublishAsync(Endpoint.ContainerId, CancellationToken.None);
        World.Stack.Release(Network, Endpoint);
        Sandbox.Dispose();
    }
}
