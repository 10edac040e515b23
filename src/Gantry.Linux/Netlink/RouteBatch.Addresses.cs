using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Gantry.Linux.Netlink;

public sealed partial class RouteBatch
{
    private const byte MainTable = 254;
    private const byte BootProtocol = 3;
    private const byte Unicast = 1;
    private const byte LinkScope = 253;

    /// <summary>
    /// Gives a link an address; one it has already is as good. IPv6 addresses are usable at once, without the second of
    /// duplicate address detection (IFA_F_NODAD): whoever gives them knows all others.
    /// </summary>
    public RouteBatch AddAddress(int link, IPAddress address, int prefixLength)
    {
        const int addressAttribute = 1;
        const int localAttribute = 2;
        const int broadcastAttribute = 4;
        const byte noDuplicateDetection = 0x02;
        const int longestWithBroadcast = 30;
        Messages.Begin(
            RouteMessage.NewAddress, NetlinkFlags.Acknowledge | NetlinkFlags.Create | NetlinkFlags.Exclusive, $"new address {address}/{prefixLength}", Errno.EEXIST);
        var header = Messages.Reserve(8);
        header[0] = Family(address);
        header[1] = (byte)prefixLength;
        header[2] = address.AddressFamily == AddressFamily.InterNetworkV6 ? noDuplicateDetection : (byte)0;
        BinaryPrimitives.WriteInt32LittleEndian(header[4..], link);
        var bytes = address.GetAddressBytes();
        Messages.Attribute(localAttribute, bytes);
        Messages.Attribute(addressAttribute, bytes);
        if (bytes.Length == 4 && prefixLength <= longestWithBroadcast)
        {
            Span<byte> broadcast = stackalloc byte[4];
            BinaryPrimitives.WriteUInt32BigEndian(broadcast, BinaryPrimitives.ReadUInt32BigEndian(bytes) | (uint)(0xffffffffL >> prefixLength));
            Messages.Attribute(broadcastAttribute, broadcast);
        }

        return this;
    }

    public RouteBatch DeleteAddress(int link, IPAddress address, int prefixLength)
    {
        const int localAttribute = 2;
        Messages.Begin(RouteMessage.DeleteAddress, NetlinkFlags.Acknowledge, $"delete address {address}/{prefixLength}", Errno.EADDRNOTAVAIL);
        var header = Messages.Reserve(8);
        header[0] = Family(address);
        header[1] = (byte)prefixLength;
        BinaryPrimitives.WriteInt32LittleEndian(header[4..], link);
        Messages.Attribute(localAttribute, address.GetAddressBytes());
        return this;
    }

    /// <summary>The route to everywhere, through a gateway, or through a link alone where that is null; replaces the one there is.</summary>
    public RouteBatch ReplaceDefaultRoute(AddressFamily family, int link, IPAddress? gateway)
    {
        Messages.Begin(
            RouteMessage.NewRoute, NetlinkFlags.Acknowledge | NetlinkFlags.Create | NetlinkFlags.Replace, $"default route by {gateway?.ToString() ?? "link"}");
        WriteRoute(family, gateway is null ? LinkScope : (byte)0);
        if (gateway is not null) Messages.Attribute(RouteAttribute.Gateway, gateway.GetAddressBytes());
        Messages.Attribute(RouteAttribute.OutgoingLink, (uint)link);
        return this;
    }

    /// <summary>A route to a subnet, through a gateway, or by the link alone where that is null; replaces the one there is.</summary>
    public RouteBatch ReplaceRoute(IPNetwork destination, int link, IPAddress? gateway)
    {
        Messages.Begin(RouteMessage.NewRoute, NetlinkFlags.Acknowledge | NetlinkFlags.Create | NetlinkFlags.Replace, $"route to {destination}");
        WriteRoute(destination.BaseAddress.AddressFamily, gateway is null ? LinkScope : (byte)0, (byte)destination.PrefixLength);
        Messages.Attribute(RouteAttribute.Destination, destination.BaseAddress.GetAddressBytes());
        if (gateway is not null) Messages.Attribute(RouteAttribute.Gateway, gateway.GetAddressBytes());
        Messages.Attribute(RouteAttribute.OutgoingLink, (uint)link);
        return this;
    }

    public RouteBatch DeleteDefaultRoute(AddressFamily family)
    {
        Messages.Begin(RouteMessage.DeleteRoute, NetlinkFlags.Acknowledge, "delete default route", Errno.ESRCH);
        WriteRoute(family, family == AddressFamily.InterNetwork ? (byte)255 : (byte)0);
        return this;
    }

    /// <summary>Forgets which link address belongs to an address.</summary>
    public RouteBatch DeleteNeighbour(int link, IPAddress address)
    {
        const int destination = 1;
        Messages.Begin(RouteMessage.DeleteNeighbour, NetlinkFlags.Acknowledge, $"delete neighbour {address}", Errno.ENOENT);
        var header = Messages.Reserve(12);
        header[0] = Family(address);
        BinaryPrimitives.WriteInt32LittleEndian(header[4..], link);
        Messages.Attribute(destination, address.GetAddressBytes());
        return this;
    }

    private static byte Family(IPAddress address) => Family(address.AddressFamily);

    private static byte Family(AddressFamily family) => family == AddressFamily.InterNetworkV6 ? (byte)AddressFamilyIPv6 : (byte)2;

    private void WriteRoute(AddressFamily family, byte scope, byte destinationLength = 0)
    {
        var header = Messages.Reserve(12);
        header[0] = Family(family);
        header[1] = destinationLength;
        header[4] = MainTable;
        header[5] = BootProtocol;
        header[6] = scope;
        header[7] = Unicast;
    }
}
