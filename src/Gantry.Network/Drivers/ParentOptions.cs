using System.Globalization;
using Gantry.Linux.Netlink;
using Gantry.Network.Records;
using Gantry.Spec;

namespace Gantry.Network.Drivers;

/// <summary>The options of macvlan and ipvlan, whose containers are on a link of the host.</summary>
internal static class ParentOptions
{
    public const string Parent = "parent";
    private const int IdDigits = 12;
    private const int MostVlans = 4094;

    /// <summary>The host's link; without the option one that leads nowhere, and connects the containers with each other.</summary>
    public static string ParentOf(NetworkRecord network) =>
        DriverOptions.Text(network, Parent) is { Length: > 0 } parent ? parent : "dm-" + network.Id[..IdDigits];

    public static bool HasParent(NetworkRecord network) => DriverOptions.Text(network, Parent).Length > 0;

    /// <summary>A name as <c>eth0.10</c> taken apart; null for others.</summary>
    public static (string Link, int Id)? VlanOf(string parent)
    {
        var dot = parent.LastIndexOf('.');
        return dot > 0 && int.TryParse(parent.AsSpan(dot + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var id) && id is >= 1 and <= MostVlans
            ? (parent[..dot], id) : null;
    }

    public static LinkKind KindOf(NetworkRecord network) => network.Driver == DriverNames.Macvlan
        ? new MacvlanLink(MacvlanModeOf(network))
        : new IpvlanLink(IpvlanModeOf(network), IpvlanFlagOf(network));

    public static IpvlanMode IpvlanModeOf(NetworkRecord network) => DriverOptions.Text(network, "ipvlan_mode") switch
    {
        "" or "l2" => IpvlanMode.L2,
        "l3" => IpvlanMode.L3,
        "l3s" => IpvlanMode.L3S,
        var other => throw new InvalidArgumentException($"requested ipvlan mode '{other}' is not valid, 'l2' mode is the ipvlan driver default"),
    };

    private static MacvlanMode MacvlanModeOf(NetworkRecord network) => DriverOptions.Text(network, "macvlan_mode") switch
    {
        "" or "bridge" => MacvlanMode.Bridge,
        "private" => MacvlanMode.Private,
        "vepa" => MacvlanMode.Vepa,
        "passthru" => MacvlanMode.Passthru,
        var other => throw new InvalidArgumentException($"requested macvlan mode '{other}' is not valid, 'bridge' mode is the macvlan driver default"),
    };

    private static IpvlanFlags IpvlanFlagOf(NetworkRecord network) => DriverOptions.Text(network, "ipvlan_flag") switch
    {
        "" or "bridge" => IpvlanFlags.Bridge,
        "private" => IpvlanFlags.Private,
        "vepa" => IpvlanFlags.Vepa,
        var other => throw new InvalidArgumentException($"requested ipvlan flag '{other}' is not valid, 'bridge' is the ipvlan driver default"),
    };
}
