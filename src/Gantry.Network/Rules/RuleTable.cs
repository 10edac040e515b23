using Gantry.Linux.Nftables;

namespace Gantry.Network.Rules;

/// <summary>
/// The layout of our table: chains and rules are the same however many networks and ports there are; what differs stands in
/// sets and maps, which are looked up in constant time. docs/decisions/2026-11-24-nftables-table.md draws it.
/// </summary>
internal static class RuleTable
{
    public static readonly NftSet Bridges = new("bridges", NftType.InterfaceName);
    public static readonly NftSet Internal = new("internal", NftType.InterfaceName);
    public static readonly NftSet Inside = new("inside", NftType.InterfaceName, NftType.InterfaceName);

    /// <summary>Protocols and ports of 127.0.0.0/8 that lead to a container, for ranges that have no sockets.</summary>
    public static readonly NftSet LoopbackRanges = new("loopbackranges", [NftType.Protocol, NftType.Service], [NftType.IPv4Address], IsInterval: true);
    public static readonly NftSet LoopbackPorts =
        new("loopbackports", [NftType.Protocol, NftType.Service], [NftType.IPv4Address, NftType.Service]);

    public static readonly RuleFamily IPv4 = new(NftFamily.IPv4, NftType.IPv4Address, "4");
    public static readonly RuleFamily IPv6 = new(NftFamily.IPv6, NftType.IPv6Address, "6");

    private const string Published = "published";
    private const string Inbound = "inbound";
    private const string Loopback = "loopback";
    private const int RawPriority = -300;
    private const int FilterPriority = 0;
    private const int DestinationNatPriority = -100;
    private const int SourceNatPriority = 100;

    private static readonly RuleFamily[] Families = [IPv4, IPv6];

    /// <summary>Everything but elements, into a table that is empty.</summary>
    public static void Build(NftBatch batch)
    {
        foreach (var set in (NftSet[])[Bridges, Internal, Inside, LoopbackRanges, LoopbackPorts, .. IPv4.Sets, .. IPv6.Sets]) batch.AddSet(set);
        batch.AddChain(Published).AddChain(Inbound);
        BuildPublished(batch);
        BuildForward(batch);
        BuildNat(batch);
    }

    private static void BuildPublished(NftBatch batch)
    {
        // What comes from the container's own bridge is left to the monitor's socket: where bridges call netfilter
        // (br_netfilter), the kernel would bridge a redirected packet to its target, without the masquerade it needs.
        const int afterName = 4;
        foreach (var family in Families)
        {
            var port = family.AddressRegisters;
            batch.AddRule(Published, r => r.Family(family.Family).Meta(NftMeta.InputName).Destination(family.Family, afterName)
                    .Meta(NftMeta.Protocol, afterName + port).DestinationPort(afterName + port + 1).In(family.OwnPorts).Return())
                .AddRule(Published, r => r.Family(family.Family).Meta(NftMeta.InputName)
                    .Meta(NftMeta.Protocol, afterName).DestinationPort(afterName + 1).In(family.OwnAnyPorts).Return())
                .AddRule(Published, r => r.Family(family.Family).Destination(family.Family).Meta(NftMeta.Protocol, port).DestinationPort(port + 1)
                    .Map(family.Ports).DestinationNat(family.Family, 0, port))
                .AddRule(Published, r => r.Family(family.Family).Meta(NftMeta.Protocol).DestinationPort(1)
                    .Map(family.AnyPorts).DestinationNat(family.Family, 0, port))
                .AddRule(Published, r => r.Family(family.Family).Destination(family.Family).Meta(NftMeta.Protocol, port).DestinationPort(port + 1)
                    .Map(family.Ranges).DestinationNat(family.Family, 0, null));
        }
    }

    private static void BuildForward(NftBatch batch)
    {
        const string forward = "forward";
        const byte icmp = 1;
        const byte icmpV6 = 58;
        batch.AddBaseChain(forward, "filter", NftHook.Forward, FilterPriority)
            .AddRule(forward, r => r.StateIsOneOf(NftConnection.Established | NftConnection.Related).Accept())
            .AddRule(forward, r => r.Meta(NftMeta.InputName).Meta(NftMeta.OutputName, 4).In(Inside).Accept())
            .AddRule(forward, r => r.Meta(NftMeta.InputName).In(Internal).Drop())
            .AddRule(forward, r => r.Meta(NftMeta.OutputName).In(Internal).Drop())
            .AddRule(forward, r => r.StatusHas(NftConnection.DestinationChanged).Accept())
            .AddRule(forward, r => r.Meta(NftMeta.OutputName).In(Bridges).Goto(Inbound));
        foreach (var family in Families)
        {
            var protocol = family.AddressRegisters;
            var echo = family == IPv4 ? icmp : icmpV6;
            batch.AddRule(Inbound, r => r.Family(family.Family).Destination(family.Family).Meta(NftMeta.Protocol, protocol).DestinationPort(protocol + 1)
                    .In(family.Open).Accept())
                .AddRule(Inbound, r => r.Family(family.Family).Meta(NftMeta.OutputName).In(family.Routed).Meta(NftMeta.Protocol).Equals([echo]).Accept())
                .AddRule(Inbound, r => r.Family(family.Family).Meta(NftMeta.OutputName).In(family.Unprotected).Accept());
        }

        batch.AddRule(Inbound, r => r.Drop());
    }

    private static void BuildNat(NftBatch batch)
    {
        const string raw = "raw";
        const string prerouting = "prerouting";
        const string output = "output";
        const string postrouting = "postrouting";
        // Where a bridge passes packets of 127.0.0.0/8 on, none of its containers may send one to the host.
        batch.AddBaseChain(raw, "filter", NftHook.Prerouting, RawPriority)
            .AddRule(raw, r => r.Family(NftFamily.IPv4).DestinationPrefix(NftFamily.IPv4, [127]).Meta(NftMeta.InputName).In(Bridges).Drop());
        batch.AddBaseChain(prerouting, "nat", NftHook.Prerouting, DestinationNatPriority)
            .AddRule(prerouting, r => r.DestinationIsLocal().Jump(Published));
        // Loopback is served by the monitors' sockets, long ranges excepted.
        batch.AddChain(Loopback)
            .AddRule(Loopback, r => r.Meta(NftMeta.Protocol).DestinationPort(1).Map(LoopbackRanges).DestinationNat(NftFamily.IPv4, 0, null))
            .AddRule(Loopback, r => r.Meta(NftMeta.Protocol).DestinationPort(1).Map(LoopbackPorts).DestinationNat(NftFamily.IPv4, 0, 1));
        batch.AddBaseChain(output, "nat", NftHook.Output, DestinationNatPriority)
            .AddRule(output, r => r.Family(NftFamily.IPv4).DestinationPrefix(NftFamily.IPv4, [127]).Goto(Loopback))
            .AddRule(output, r => r.Family(NftFamily.IPv6).Destination(NftFamily.IPv6).Equals(System.Net.IPAddress.IPv6Loopback.GetAddressBytes()).Return())
            .AddRule(output, r => r.DestinationIsLocal().Jump(Published));
        batch.AddBaseChain(postrouting, "nat", NftHook.Postrouting, SourceNatPriority)
            .AddRule(postrouting, r => r.StatusHas(NftConnection.DestinationChanged).Family(NftFamily.IPv4).SourcePrefix(NftFamily.IPv4, [127]).Masquerade());
        foreach (var family in Families)
        {
            // A container that comes back to its own network through a published port: the answer must come by the host, too.
            var link = family.AddressRegisters;
            batch.AddRule(postrouting, r => r.StatusHas(NftConnection.DestinationChanged).Family(family.Family).Source(family.Family)
                    .Meta(NftMeta.OutputName, link).In(family.Local).Masquerade())
                .AddRule(postrouting, r => r.Family(family.Family).Source(family.Family).Meta(NftMeta.OutputName, link).In(family.Local).Return())
                .AddRule(postrouting, r => r.Family(family.Family).Source(family.Family).Map(family.SourceNat).SourceNat(family.Family, 0))
                .AddRule(postrouting, r => r.Family(family.Family).Source(family.Family).In(family.Masquerade).Masquerade());
        }
    }
}

/// <summary>The sets of one address family.</summary>
internal sealed class RuleFamily(NftFamily family, NftType address, string suffix)
{
    public NftFamily Family => family;

    /// <summary>How many registers an address takes.</summary>
    public int AddressRegisters => family == NftFamily.IPv4 ? 1 : 4;

    /// <summary>Host address, protocol and port to a container's address and port.</summary>
    public NftSet Ports { get; } = new("ports" + suffix, [address, NftType.Protocol, NftType.Service], [address, NftType.Service]);

    /// <summary>The same for all host addresses.</summary>
    public NftSet AnyPorts { get; } = new("anyports" + suffix, [NftType.Protocol, NftType.Service], [address, NftType.Service]);

    /// <summary>A bridge, and what <see cref="Ports"/> leads to its own containers.</summary>
    public NftSet OwnPorts { get; } = new("ownports" + suffix, NftType.InterfaceName, address, NftType.Protocol, NftType.Service);

    /// <summary>A bridge, and what <see cref="AnyPorts"/> leads to its own containers.</summary>
    public NftSet OwnAnyPorts { get; } = new("ownanyports" + suffix, NftType.InterfaceName, NftType.Protocol, NftType.Service);

    /// <summary>Ranges of host addresses and ports to a container, the port stays.</summary>
    public NftSet Ranges { get; } = new("ranges" + suffix, [address, NftType.Protocol, NftType.Service], [address], IsInterval: true);

    /// <summary>Container addresses, protocols and ports that are open to who routes to them.</summary>
    public NftSet Open { get; } = new("open" + suffix, [address, NftType.Protocol, NftType.Service], [], IsInterval: true);

    public NftSet Routed { get; } = new("routed" + suffix, NftType.InterfaceName);

    public NftSet Unprotected { get; } = new("unprotected" + suffix, NftType.InterfaceName);

    /// <summary>Subnets with their own bridge.</summary>
    public NftSet Local { get; } = new("local" + suffix, [address, NftType.InterfaceName], [], IsInterval: true);

    /// <summary>Subnets that leave by the address of the outgoing link.</summary>
    public NftSet Masquerade { get; } = new("masquerade" + suffix, [address], [], IsInterval: true);

    /// <summary>Subnets that leave by one address of the host.</summary>
    public NftSet SourceNat { get; } = new("sourcenat" + suffix, [address], [address], IsInterval: true);

    public NftSet[] Sets => [Ports, AnyPorts, OwnPorts, OwnAnyPorts, Ranges, Open, Routed, Unprotected, Local, Masquerade, SourceNat];
}
