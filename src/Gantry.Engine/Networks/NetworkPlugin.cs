using System.Net;
using Gantry.Engine.Extensions;
using Gantry.Network.Drivers.Remote;
using Gantry.Network.Records;
using Gantry.Spec;

namespace Gantry.Engine.Networks;

/// <summary>Networks of another program, over libnetwork's remote driver protocol.</summary>
internal sealed class NetworkPlugin : INetworkPlugin, IDisposable
{
    private const string Generic = "com.docker.network.generic";
    private readonly PluginClient client;

    private NetworkPlugin(PluginClient client) => this.client = client;

    /// <summary>Speaks to the plug-in of a name; null where there is none, or none for networks.</summary>
    public static NetworkPlugin? TryActivate(string name)
    {
        if (PluginClient.TryActivate("network driver", name, "NetworkDriver") is not { } client)
        {
            return null;
        }

        var plugin = new NetworkPlugin(client);
        try
        {
            plugin.Call("NetworkDriver.GetCapabilities", new());
            return plugin;
        }
        catch
        {
            plugin.Dispose();
            throw;
        }
    }

    public void CreateNetwork(NetworkRecord network) => Call("NetworkDriver.CreateNetwork", new()
    {
        NetworkID = network.Id,
        Options = new() { [Generic] = NetworkPluginJson.ToElement(network.Options), [NetworkLabels.EnableIPv6] = NetworkPluginJson.ToElement(network.EnableIPv6) },
        IPv4Data = Pools(network, ipv6: false),
        IPv6Data = Pools(network, ipv6: true),
    });

    public void DeleteNetwork(NetworkRecord network) => Call("NetworkDriver.DeleteNetwork", new() { NetworkID = network.Id });

    public void CreateEndpoint(NetworkRecord network, EndpointRecord endpoint) => Call("NetworkDriver.CreateEndpoint", Of(network, endpoint) with
    {
        Interface = new()
        {
            Address = NetworkDescription.WithLength(network, endpoint.IPv4),
            AddressIPv6 = NetworkDescription.WithLength(network, endpoint.IPv6),
            MacAddress = endpoint.MacAddress,
        },
        Options = endpoint.Options.ToDictionary(pair => pair.Key, pair => NetworkPluginJson.ToElement(pair.Value)),
    });

    public void DeleteEndpoint(NetworkRecord network, EndpointRecord endpoint) => Call("NetworkDriver.DeleteEndpoint", Of(network, endpoint));

    public RemoteLink Join(NetworkRecord network, EndpointRecord endpoint, string sandbox)
    {
        var answer = Call("NetworkDriver.Join", Of(network, endpoint) with { SandboxKey = sandbox, Options = [] });
        return new(answer.InterfaceName?.SrcName ?? "", Address(answer.Gateway), Address(answer.GatewayIPv6), [.. (answer.StaticRoutes ?? []).Select(Route)]);
    }

    public void Leave(NetworkRecord network, EndpointRecord endpoint) => Call("NetworkDriver.Leave", Of(network, endpoint));

    public void Dispose() => client.Dispose();

    private static NetworkPluginRequest Of(NetworkRecord network, EndpointRecord endpoint) => new() { NetworkID = network.Id, EndpointID = endpoint.Id };

    private static NetworkPluginPool[] Pools(NetworkRecord network, bool ipv6) =>
    [
        .. network.Pools.Where(pool => pool.Subnet is { } subnet && subnet.BaseAddress.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6 == ipv6)
            .Select(pool => new NetworkPluginPool
            {
                AddressSpace = "LocalDefault",
                Pool = pool.Subnet!.Value.ToString(),
                Gateway = NetworkDescription.WithLength(network, pool.Gateway),
                AuxAddresses = pool.Auxiliary.ToDictionary(pair => pair.Key, pair => NetworkDescription.WithLength(network, pair.Value)),
            }),
    ];

    private static (IPNetwork, IPAddress?) Route(NetworkPluginRoute route) => IPNetwork.TryParse(route.Destination, out var destination)
        ? (destination, Address(route.NextHop))
        : throw new InternalException($"NetworkDriver.Join: \"{route.Destination}\" is no destination of a route");

    private static IPAddress? Address(string? text) => string.IsNullOrEmpty(text) ? null
        : IPAddress.TryParse(text, out var address) ? address
        : throw new InternalException($"NetworkDriver.Join: \"{text}\" is no IP address");

    private NetworkPluginAnswer Call(string method, NetworkPluginRequest request) =>
        client.Call(method, request, NetworkPluginJson.Default.NetworkPluginRequest, NetworkPluginJson.Default.NetworkPluginAnswer);
}
