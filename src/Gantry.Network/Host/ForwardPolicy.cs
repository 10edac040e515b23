using Gantry.Linux.Nftables;

namespace Gantry.Network.Host;

/// <summary>
/// Finds firewalls that drop what passes through the host. A packet must be accepted by each table; what another one drops
/// no rule of ours can bring back, and another's rules are not ours to change. So we say it.
/// </summary>
internal static class ForwardPolicy
{
    public static IReadOnlyList<string> Warnings(IEnumerable<NftBaseChain> chains, string ownTable) =>
    [
        .. chains.Where(c => c is { Hook: NftHook.Forward, Drops: true, Family: NftFamily.Inet or NftFamily.IPv4 or NftFamily.IPv6 } && c.Table != ownTable)
            .Select(c => $"WARNING: the firewall chain {c.Name} of table {FamilyName(c.Family)} {c.Table} drops what it does not accept (policy drop): "
                + "bridge networks reach other machines only if it accepts them"
                + (c.Name == "FORWARD" ? ", for example by: " + Advice(c.Family) : "")),
    ];

    private static string FamilyName(NftFamily family) => family switch
    {
        NftFamily.IPv4 => "ip",
        NftFamily.IPv6 => "ip6",
        _ => "inet",
    };

    private static string Advice(NftFamily family)
    {
        var program = family == NftFamily.IPv6 ? "ip6tables" : "iptables";
        return $"{program} -I FORWARD -i gantry0 -j ACCEPT; {program} -I FORWARD -o gantry0 -j ACCEPT (and the same for br-+)";
    }
}
