using Gantry.Network.Addresses;
using Gantry.Network.Drivers;
using Gantry.Network.Host;
using Gantry.Network.Records;
using Gantry.Spec;

namespace Gantry.Network;

/// <summary>Checks a new network and completes it.</summary>
internal sealed class NetworkPlanner(NetworkStackOptions options, HostKernel host)
{
    private const int LinkNameLimit = 15;
    private const int IdDigits = 12;
    private readonly SubnetPlanner subnets = new([.. options.AddressPools ?? DefaultPools.IPv4, .. UniqueLocal(options)]);

    public NetworkRecord Plan(NetworkRecord wanted, IReadOnlyCollection<NetworkRecord> others)
    {
        var network = WithConfiguration(wanted, others);
        if (network.ConfigOnly)
        {
            PoolValidation.Check(network);
            return network;
        }

        switch (network.Driver)
        {
            case DriverNames.Host or DriverNames.None:
                return network;
            case DriverNames.Bridge:
                return PlanAddresses(PlanBridge(network, others), others);
            case DriverNames.Macvlan or DriverNames.Ipvlan:
                return PlanAddresses(PlanParent(network, others), others);
            case var other when options.FindPlugin(other) is null:
                throw new NotFoundException($"plugin \"{other}\" not found");
            default:
                return PlanAddresses(network, others);
        }
    }

    /// <summary>Null where addresses are ours to give.</summary>
    /// <exception cref="NotFoundException">There is no such plug-in.</exception>
    public PluginAddresses? AddressesOf(NetworkRecord network) => network.IpamDriver is "default" or "" or "null" ? null
        : options.FindAddressPlugin(network.IpamDriver) is { } plugin ? new(plugin)
        : throw new NotFoundException($"plugin \"{network.IpamDriver}\" not found");

    private static NetworkRecord WithConfiguration(NetworkRecord network, IReadOnlyCollection<NetworkRecord> others)
    {
        if (network.ConfigFrom.Length == 0) return network;
        var source = others.FirstOrDefault(o => o.Name == network.ConfigFrom) ?? throw new NotFoundException($"network {network.ConfigFrom} not found");
        if (!source.ConfigOnly) throw new PermissionDeniedException($"configuration network \"{network.ConfigFrom}\" is not a config-only network");
        return network with
        {
            EnableIPv4 = source.EnableIPv4,
            EnableIPv6 = source.EnableIPv6,
            Internal = source.Internal,
            Options = source.Options,
            Labels = source.Labels,
            IpamDriver = source.IpamDriver,
            IpamOptions = source.IpamOptions,
            Pools = source.Pools,
        };
    }

    private NetworkRecord PlanBridge(NetworkRecord network, IReadOnlyCollection<NetworkRecord> others)
    {
        var settings = BridgeOptions.Of(network);
        _ = DriverOptions.MtuOf(network);
        var link = DriverOptions.Text(network, BridgeOptions.Name);
        if (link.Length == 0) link = settings.IsDefault ? options.DefaultBridge : "br-" + network.Id[..IdDigits];
        CheckLinkName(BridgeOptions.Name, link);
        if (others.FirstOrDefault(o => o.Driver == DriverNames.Bridge && o.Link == link) is { } user)
        {
            throw new ConflictException($"bridge name {link} is already used by network {user.Name}");
        }

        var planned = network with { Link = link };
        if (!settings.IsDefault || options.DefaultBridgeAddress is not { } address || network.Pools.Any(p => p.Subnet is not null)) return planned;
        return planned with
        {
            Pools = [new AddressPool { Subnet = AddressMath.Block(address.Address, address.PrefixLength), Gateway = address.Address }],
        };
    }

    private static NetworkRecord PlanParent(NetworkRecord network, IReadOnlyCollection<NetworkRecord> others)
    {
        _ = ParentOptions.KindOf(network);
        _ = DriverOptions.MtuOf(network);
        var parent = ParentOptions.ParentOf(network);
        CheckLinkName(ParentOptions.Parent, parent);
        // Two networks of one link would be one, and a link cannot serve both drivers.
        if (others.FirstOrDefault(o => o.Driver is DriverNames.Macvlan or DriverNames.Ipvlan && o.Link == parent) is { } user)
        {
            throw new PermissionDeniedException($"network {user.Name} is already using parent interface {parent}");
        }

        return network with { Link = parent, Internal = network.Internal || !ParentOptions.HasParent(network) };
    }

    private static void CheckLinkName(string option, string link)
    {
        if (link.Length > LinkNameLimit || link is "." or ".." || link.Any(c => c is '/' or ':' || char.IsWhiteSpace(c)))
        {
            throw DriverOptions.Invalid(option, link, $"a link's name of at most {LinkNameLimit} characters is wanted");
        }
    }

    private NetworkRecord PlanAddresses(NetworkRecord network, IReadOnlyCollection<NetworkRecord> others)
    {
        PoolValidation.Check(network);
        if (AddressesOf(network) is { } plugin) return network with { Pools = plugin.Take(network) };
        var taken = others.Where(o => !o.ConfigOnly).SelectMany(o => o.Pools).Where(p => p.Subnet is not null).Select(p => p.Subnet!.Value).ToArray();
        // The network's own link may be there, from before a crash.
        HashSet<string> own = network.Link.Length > 0 ? [network.Link] : [];
        return network with { Pools = subnets.Complete(network, taken, host.RoutedNetworks(own)) };
    }

    private static IEnumerable<DefaultPool> UniqueLocal(NetworkStackOptions options)
    {
        if (options.AddressPools?.Any(p => p.Base.IsIPv6()) == true) return [];
        return [DefaultPools.IPv6(File.Exists("/etc/machine-id") ? File.ReadAllText("/etc/machine-id").Trim() : Environment.MachineName)];
    }
}
