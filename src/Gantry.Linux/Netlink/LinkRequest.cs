using System.Net.NetworkInformation;
using System.Runtime.InteropServices;

namespace Gantry.Linux.Netlink;

/// <summary>A link to make (https://man7.org/linux/man-pages/man8/ip-link.8.html).</summary>
/// <param name="Kind">Null for the other end of a pair.</param>
public sealed record LinkRequest(string Name, LinkKind? Kind = null)
{
    /// <summary>0 for the kernel's choice.</summary>
    public int Mtu { get; init; }

    public PhysicalAddress? Address { get; init; }

    /// <summary>A text that stays with the link; at most 255 bytes.</summary>
    public string Alias { get; init; } = "";

    /// <summary>The index of the bridge it becomes a port of; 0 for none.</summary>
    public int Master { get; init; }

    /// <summary>The index of the link it is made from (macvlan, ipvlan, vlan); 0 for none.</summary>
    public int Parent { get; init; }

    public bool Up { get; init; }

    /// <summary>The kernel gives it no IPv6 address of its own (IN6_ADDR_GEN_MODE_NONE).</summary>
    public bool WithoutLinkLocal { get; init; }

    /// <summary>Where it comes to be; null for the socket's namespace.</summary>
    public SafeHandle? Namespace { get; init; }
}

/// <summary>What sort of link: its kind for the kernel, and what only this kind has.</summary>
public abstract record LinkKind(string Name);

/// <summary>A bridge without spanning tree: its ports forward at once.</summary>
public sealed record BridgeLink() : LinkKind("bridge");

/// <summary>One end of a pair; the other end comes with it.</summary>
public sealed record VethLink(LinkRequest Peer) : LinkKind("veth");

/// <param name="Mode">MACVLAN_MODE_*.</param>
public sealed record MacvlanLink(MacvlanMode Mode) : LinkKind("macvlan");

public sealed record IpvlanLink(IpvlanMode Mode, IpvlanFlags Flags) : LinkKind("ipvlan");

/// <param name="Id">1 to 4094.</param>
public sealed record VlanLink(int Id) : LinkKind("vlan");

/// <summary>A link that leads nowhere.</summary>
public sealed record DummyLink() : LinkKind("dummy");

public enum MacvlanMode
{
    Private = 1,
    Vepa = 2,
    Bridge = 4,
    Passthru = 8,
}

public enum IpvlanMode
{
    L2 = 0,
    L3 = 1,
    L3S = 2,
}

[Flags]
public enum IpvlanFlags
{
    Bridge = 0,
    Private = 1,
    Vepa = 2,
}
