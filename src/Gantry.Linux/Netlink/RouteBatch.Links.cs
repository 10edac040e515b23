using System.Buffers.Binary;
using System.Net.NetworkInformation;
using System.Runtime.InteropServices;
using Gantry.Linux.Native;

namespace Gantry.Linux.Netlink;

/// <summary>Requests to rtnetlink that are sent together (https://man7.org/linux/man-pages/man7/rtnetlink.7.html).</summary>
public sealed partial class RouteBatch
{
    private const int AddressFamilyIPv6 = 10;
    private const uint UpFlag = 0x1;

    public NetlinkMessages Messages { get; } = new();

    public RouteBatch AddLink(LinkRequest link)
    {
        Messages.Begin(
            RouteMessage.NewLink, NetlinkFlags.Acknowledge | NetlinkFlags.Create | NetlinkFlags.Exclusive, $"new {link.Kind?.Name} link {link.Name}");
        var isLater = link.WithoutLinkLocal || link.Alias.Length > 0;
        WriteLink(link, link.Up && !isLater);
        if (isLater) WriteLater(link);
        return this;
    }

    public RouteBatch DeleteLink(int index, string name)
    {
        Messages.Begin(RouteMessage.DeleteLink, NetlinkFlags.Acknowledge, $"delete link {name}", Errno.ENODEV);
        WriteLinkHeader(index, 0);
        return this;
    }

    public RouteBatch SetUp(int index, string name)
    {
        Messages.Begin(RouteMessage.NewLink, NetlinkFlags.Acknowledge, $"set link {name} up");
        WriteLinkHeader(index, UpFlag);
        return this;
    }

    public RouteBatch SetDown(int index, string name)
    {
        Messages.Begin(RouteMessage.NewLink, NetlinkFlags.Acknowledge, $"set link {name} down", Errno.ENODEV);
        WriteLinkHeader(index, 0, UpFlag);
        return this;
    }

    /// <summary>Sets a link's own address. Even where it is the same, the link tells its neighbours, if it may (arp_notify, ndisc_notify).</summary>
    public RouteBatch SetLinkAddress(int index, string name, PhysicalAddress address)
    {
        Messages.Begin(RouteMessage.NewLink, NetlinkFlags.Acknowledge, $"set address {address} of link {name}");
        WriteLinkHeader(index, 0);
        Messages.Attribute(LinkAttribute.Address, address.GetAddressBytes());
        return this;
    }

    /// <summary>Moves a link to another namespace, where it is down and has another name.</summary>
    public RouteBatch MoveLink(int index, string name, string newName, SafeHandle target)
    {
        Messages.Begin(RouteMessage.NewLink, NetlinkFlags.Acknowledge, $"move link {name} to another namespace as {newName}");
        WriteLinkHeader(index, 0);
        using var held = new HeldDescriptor(target);
        Messages.Attribute(LinkAttribute.NamespaceDescriptor, (uint)held.Number);
        Messages.Attribute(LinkAttribute.Name, newName);
        return this;
    }

    public RouteBatch SetMaster(int index, string name, int master)
    {
        Messages.Begin(RouteMessage.NewLink, NetlinkFlags.Acknowledge, $"make link {name} a port");
        WriteLinkHeader(index, 0);
        Messages.Attribute(LinkAttribute.Master, (uint)master);
        return this;
    }

    /// <summary>Whether a bridge's port sends nothing to other such ports (IFLA_BRPORT_ISOLATED).</summary>
    public RouteBatch SetIsolated(int index, string name, bool isolated)
    {
        const int brportIsolated = 33;
        Messages.Begin(RouteMessage.NewLink, NetlinkFlags.Acknowledge, $"isolate port {name}");
        WriteLinkHeader(index, 0);
        using (Messages.Nested(LinkAttribute.Information))
        {
            Messages.Attribute(LinkAttribute.InformationSlaveKind, "bridge");
            using (Messages.Nested(LinkAttribute.InformationSlaveData)) Messages.Attribute(brportIsolated, (byte)(isolated ? 1 : 0));
        }

        return this;
    }

    private void WriteLinkHeader(int index, uint flags) => WriteLinkHeader(index, flags, flags);

    /// <param name="changed">Which of the flags are meant.</param>
    private void WriteLinkHeader(int index, uint flags, uint changed)
    {
        var header = Messages.Reserve(16);
        BinaryPrimitives.WriteInt32LittleEndian(header[4..], index);
        BinaryPrimitives.WriteUInt32LittleEndian(header[8..], flags);
        BinaryPrimitives.WriteUInt32LittleEndian(header[12..], changed);
    }

    /// <summary>What the kernel takes of a link that exists only, and before it comes up: then it would give itself an address.</summary>
    private void WriteLater(LinkRequest link)
    {
        const int inet6AddressGenerationMode = 8;
        const byte none = 1;
        if (link.Alias.Length > 0)
        {
            Messages.Begin(RouteMessage.NewLink, NetlinkFlags.Acknowledge, $"alias of link {link.Name}");
            WriteLinkHeader(0, 0);
            Messages.Attribute(LinkAttribute.Name, link.Name);
            Messages.Attribute(LinkAttribute.Alias, System.Text.Encoding.UTF8.GetBytes(link.Alias));
        }

        if (link.WithoutLinkLocal)
        {
            Messages.Begin(RouteMessage.NewLink, NetlinkFlags.Acknowledge, $"link {link.Name} without address", Errno.EAFNOSUPPORT);
            WriteLinkHeader(0, 0);
            Messages.Attribute(LinkAttribute.Name, link.Name);
            using (Messages.Nested(LinkAttribute.FamilySpecific))
            using (Messages.Nested(AddressFamilyIPv6)) Messages.Attribute(inet6AddressGenerationMode, none);
        }

        if (!link.Up) return;
        Messages.Begin(RouteMessage.NewLink, NetlinkFlags.Acknowledge, $"set link {link.Name} up");
        WriteLinkHeader(0, UpFlag);
        Messages.Attribute(LinkAttribute.Name, link.Name);
    }

    private void WriteLink(LinkRequest link, bool up)
    {
        WriteLinkHeader(0, up ? UpFlag : 0);
        Messages.Attribute(LinkAttribute.Name, link.Name);
        if (link.Mtu > 0) Messages.Attribute(LinkAttribute.Mtu, (uint)link.Mtu);
        if (link.Address is { } address) Messages.Attribute(LinkAttribute.Address, address.GetAddressBytes());
        if (link.Master > 0) Messages.Attribute(LinkAttribute.Master, (uint)link.Master);
        if (link.Parent > 0) Messages.Attribute(LinkAttribute.Link, (uint)link.Parent);
        if (link.Namespace is { } target)
        {
            using var held = new HeldDescriptor(target);
            Messages.Attribute(LinkAttribute.NamespaceDescriptor, (uint)held.Number);
        }

        if (link.Kind is null) return;
        using (Messages.Nested(LinkAttribute.Information))
        {
            Messages.Attribute(LinkAttribute.InformationKind, link.Kind.Name);
            using (Messages.Nested(LinkAttribute.InformationData)) WriteKind(link.Kind);
        }
    }

    private void WriteKind(LinkKind kind)
    {
        switch (kind)
        {
            case BridgeLink:
                const int forwardDelay = 1;
                Messages.Attribute(forwardDelay, 0u);
                break;
            case VethLink veth:
                const int peer = 1;
                using (Messages.Nested(peer)) WriteLink(veth.Peer, veth.Peer.Up);
                break;
            case MacvlanLink macvlan:
                Messages.Attribute(1, (uint)macvlan.Mode);
                break;
            case IpvlanLink ipvlan:
                Messages.Attribute(1, (ushort)ipvlan.Mode);
                Messages.Attribute(2, (ushort)ipvlan.Flags);
                break;
            case VlanLink vlan:
                Messages.Attribute(1, (ushort)vlan.Id);
                break;
        }
    }
}
