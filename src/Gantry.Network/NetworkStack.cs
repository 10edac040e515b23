using System.Collections.Concurrent;
using System.Net;
using Gantry.Linux.Netlink;
using Gantry.Network.Addresses;
using Gantry.Network.Drivers;
using Gantry.Network.Drivers.Remote;
using Gantry.Network.Host;
using Gantry.Network.Ports;
using Gantry.Network.Records;
using Gantry.Network.Rules;
using Gantry.Spec;

namespace Gantry.Network;

/// <summary>Networks of the Linux kernel, by netlink alone.</summary>
public sealed partial class NetworkStack : INetworkStack
{
    private readonly NetworkStackOptions options;
    private readonly HostKernel host;
    private readonly RuleKeeper rules;
    private readonly RuleGuard guard;
    private readonly AddressLeases leases = new();
    private readonly PortTable ports = new();
    private readonly PortPublisher publisher;
    private readonly NetworkPlanner planner;
    private readonly ConcurrentDictionary<string, RemoteLink> remoteLinks = new(StringComparer.Ordinal);

    private NetworkStack(NetworkStackOptions options)
    {
        this.options = options;
        host = new HostKernel(options);
        rules = new RuleKeeper(host.OpenNftables(), options.Owner);
        guard = new RuleGuard(host.Namespaces.AtHome(() => new Linux.Nftables.NftWatch()), rules, options.Owner, options.Logger);
        publisher = new PortPublisher(options, host, ports);
        planner = new NetworkPlanner(options, host);
    }

    /// <summary>Opens what it speaks to the kernel with; changes nothing before it is asked to.</summary>
    public static NetworkStack Open(NetworkStackOptions options) => new(options);

    public NetworkRecord Plan(NetworkRecord wanted, IReadOnlyCollection<NetworkRecord> others) => planner.Plan(wanted, others);

    public IReadOnlyList<string> Warnings() => ForwardPolicy.Warnings(rules.BaseChains(), options.Owner);

    public EndpointRecord Lease(NetworkRecord network, EndpointRecord endpoint, EndpointRequest request)
    {
        if (network.Driver is DriverNames.Host or DriverNames.None) return endpoint;
        if (request.MacAddress.Length > 0) _ = MacAddresses.Parse(request.MacAddress);
        var hasMacAddress = network.Driver != DriverNames.Ipvlan;
        var mac = hasMacAddress ? request.MacAddress : "";
        EndpointRecord leased;
        if (planner.AddressesOf(network) is { } plugin)
        {
            mac = hasMacAddress && mac.Length == 0 && plugin.NeedsMacAddress ? MacAddresses.Random() : mac;
            leased = plugin.Lease(network, endpoint with { MacAddress = mac }, request);
        }
        else
        {
            leased = leases.Lease(network, endpoint, request);
        }

        foreach (var address in AddressesOf(leased)) host.Stale.Await(address);
        return !hasMacAddress ? leased : leased with { MacAddress = mac.Length > 0 ? mac : MacAddresses.Derive(leased.IPv4, leased.IPv6) };
    }

    public void Release(NetworkRecord network, EndpointRecord endpoint, bool wasSilent = false)
    {
        if (network.Driver == DriverNames.Bridge && !wasSilent)
        {
            foreach (var address in AddressesOf(endpoint)) host.Stale.Remove(address);
        }

        planner.AddressesOf(network)?.Release(network, endpoint);
        leases.Release(endpoint);
    }

    public ValueTask DisposeAsync()
    {
        guard.Dispose();
        rules.Dispose();
        host.Dispose();
        return ValueTask.CompletedTask;
    }

    private static IEnumerable<IPAddress> AddressesOf(EndpointRecord endpoint) => new[] { endpoint.IPv4, endpoint.IPv6 }.OfType<IPAddress>();

    private INetworkDriver DriverOf(NetworkRecord network) => network.Driver switch
    {
        DriverNames.Bridge => new BridgeDriver(options, host, rules),
        DriverNames.Macvlan or DriverNames.Ipvlan => new ParentDriver(options, host),
        DriverNames.Host or DriverNames.None => NoDriver.Instance,
        var other => new RemoteDriver(options.FindPlugin(other) ?? throw new NotFoundException($"plugin \"{other}\" not found"), host, remoteLinks),
    };

    /// <summary>The socket inside a sandbox, opened when it is first needed.</summary>
    private RouteSocket RoutesOf(Sandbox sandbox)
    {
        lock (sandbox) return sandbox.Routes ??= host.Namespaces.Within(sandbox.Namespace, () => new RouteSocket());
    }
}
