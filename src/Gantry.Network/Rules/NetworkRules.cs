using System.Net;
using Gantry.Linux.Nftables;
using Gantry.Network.Addresses;
using Gantry.Network.Drivers;
using Gantry.Network.Records;

namespace Gantry.Network.Rules;

/// <summary>What a bridge network has in the table.</summary>
internal static class NetworkRules
{
    public static string Owner(string networkId) => "network " + networkId;

    public static IReadOnlyList<RuleElement> Of(NetworkRecord network)
    {
        var options = BridgeOptions.Of(network);
        List<RuleElement> elements = [Link(RuleTable.Bridges, network)];
        if (options.AllowsInside)
        {
            elements.Add(new(RuleTable.Inside, NftElement.Of(new NftValue().Add(network.Link).Add(network.Link).ToArray())));
        }

        if (network.Internal) elements.Add(Link(RuleTable.Internal, network));
        foreach (var pool in network.Pools)
        {
            if (pool.Subnet is { } subnet) AddSubnet(network, options, subnet, elements);
        }

        AddMode(network, RuleTable.IPv4, options.ModeIPv4, elements);
        AddMode(network, RuleTable.IPv6, options.ModeIPv6, elements);
        return elements;
    }

    private static void AddSubnet(NetworkRecord network, BridgeOptions options, IPNetwork subnet, List<RuleElement> elements)
    {
        var isIPv6 = subnet.IsIPv6();
        var family = isIPv6 ? RuleTable.IPv6 : RuleTable.IPv4;
        var (first, last) = (subnet.BaseAddress, subnet.LastAddress());
        elements.Add(new(family.Local, NftElement.Range(
            new NftValue().Add(first).Add(network.Link).ToArray(), new NftValue().Add(last).Add(network.Link).ToArray())));
        if (network.Internal || !options.Masquerades || options.Mode(isIPv6) is not (GatewayMode.Nat or GatewayMode.NatUnprotected)) return;
        var source = isIPv6 ? options.HostIPv6 : options.HostIPv4;
        elements.Add(source is null
            ? new(family.Masquerade, NftElement.Range(first.GetAddressBytes(), last.GetAddressBytes()))
            : new(family.SourceNat, NftElement.Range(first.GetAddressBytes(), last.GetAddressBytes(), source.GetAddressBytes())));
    }

    private static void AddMode(NetworkRecord network, RuleFamily family, GatewayMode mode, List<RuleElement> elements)
    {
        if (mode == GatewayMode.Routed) elements.Add(Link(family.Routed, network));
        if (mode == GatewayMode.NatUnprotected) elements.Add(Link(family.Unprotected, network));
    }

    private static RuleElement Link(NftSet set, NetworkRecord network) => new(set, NftElement.Of(new NftValue().Add(network.Link).ToArray()));
}
