using Gantry.Engine.Containers;
using Gantry.Network;
using Gantry.Network.Records;

namespace Gantry.Engine.Networks;

/// <summary>The networks every daemon has: made at its first start, their ids stay.</summary>
internal static class PredefinedNetworks
{
    private const string Prefix = "com.docker.network.bridge.";

    public static void Ensure(NetworkStore networks, INetworkStack stack, NetworkOptions options, TimeProvider time)
    {
        foreach (var name in (string[])[NetworkName.None, NetworkName.Host])
        {
            if (networks.FindName(name) is null)
            {
                networks.Add(new NetworkDocument(New(name, time), []));
            }
        }

        EnsureBridge(networks, stack, options, time);
    }

    /// <summary>Follows the daemon's options; its subnet stays as it was unless they name another.</summary>
    private static void EnsureBridge(NetworkStore networks, INetworkStack stack, NetworkOptions options, TimeProvider time)
    {
        var known = networks.FindName(NetworkName.Bridge);
        var asked = Pools(options);
        var wanted = (known?.Record ?? New(NetworkName.Bridge, time)) with { EnableIPv6 = options.BridgeIPv6, Options = Options(options) };
        if (known is not null && Same(known.Record, wanted) && SamePools(known.Document.Asked, asked))
        {
            return;
        }

        var keeps = known is not null && SamePools(known.Document.Asked, asked) && known.Record.EnableIPv6 == wanted.EnableIPv6;
        wanted = wanted with { Pools = keeps ? wanted.Pools : asked };
        var others = networks.All().Where(network => network != known).Select(network => network.Record).ToArray();
        var document = new NetworkDocument(stack.Plan(wanted, others), asked);
        if (known is null)
        {
            networks.Add(document);
        }
        else
        {
            networks.Save(known, document);
        }
    }

    private static NetworkRecord New(string name, TimeProvider time) => new() { Id = ContainerIdentity.New(), Name = name, Created = time.GetUtcNow(), Driver = name };

    private static Dictionary<string, string> Options(NetworkOptions options)
    {
        var all = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            [Prefix + "default_bridge"] = "true",
            [Prefix + "enable_icc"] = options.InterContainer ? "true" : "false",
            [Prefix + "enable_ip_masquerade"] = options.Masquerade ? "true" : "false",
            [Prefix + "host_binding_ipv4"] = options.PublishAddress?.ToString() ?? "0.0.0.0",
        };
        if (options.Mtu > 0)
        {
            all["com.docker.network.driver.mtu"] = options.Mtu.ToString(System.Globalization.CultureInfo.InvariantCulture);
        }

        return all;
    }

    private static AddressPool[] Pools(NetworkOptions options) =>
    [
        .. Pool(options.BridgeAddress, options.BridgeRange),
        .. options.BridgeIPv6 ? Pool(options.BridgeAddress6, options.BridgeRange6) : [],
    ];

    private static IEnumerable<AddressPool> Pool((System.Net.IPAddress Address, int Length)? asked, System.Net.IPNetwork? range)
    {
        if (asked is { } own)
        {
            yield return new AddressPool { Subnet = IpamRequest.Mask(own.Address, own.Length), Gateway = own.Address, Range = range };
        }
        else if (range is { } whole)
        {
            yield return new AddressPool { Subnet = whole, Range = whole };
        }
    }

    private static bool Same(NetworkRecord one, NetworkRecord other) =>
        one.EnableIPv6 == other.EnableIPv6 && one.Options.Count == other.Options.Count && one.Options.All(pair => other.Options.GetValueOrDefault(pair.Key) == pair.Value);

    private static bool SamePools(AddressPool[] one, AddressPool[] other) =>
        one.Select(pool => (pool.Subnet, pool.Range, pool.Gateway)).SequenceEqual(other.Select(pool => (pool.Subnet, pool.Range, pool.Gateway)));
}
