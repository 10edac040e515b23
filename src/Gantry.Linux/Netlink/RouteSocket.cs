using System.Buffers.Binary;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace Gantry.Linux.Netlink;

/// <summary>Links, addresses and routes of the namespace it was opened in.</summary>
public sealed class RouteSocket : IDisposable
{
    private readonly NetlinkSocket socket = new(NetlinkProtocol.Route);

    public void Execute(RouteBatch batch) => socket.Execute(batch.Messages);

    /// <summary>Null when there is no link of that name.</summary>
    public LinkInformation? FindLink(string name)
    {
        var request = new NetlinkMessages();
        request.Begin(RouteMessage.GetLink, NetlinkFlags.Acknowledge, $"link {name}", Errno.ENODEV);
        request.Reserve(16);
        request.Attribute(LinkAttribute.Name, name);
        LinkInformation? found = null;
        socket.Query(request, (type, payload) => found = ReadLink(payload));
        return found;
    }

    public IReadOnlyList<LinkInformation> Links()
    {
        var request = new NetlinkMessages();
        request.Begin(RouteMessage.GetLink, NetlinkFlags.Dump, "links");
        request.Reserve(16);
        List<LinkInformation> found = [];
        Dump(request, found, ReadLink);
        return found;
    }

    /// <summary>Addresses of one link, or of all when the index is 0.</summary>
    public IReadOnlyList<LinkAddress> Addresses(int link = 0)
    {
        var request = new NetlinkMessages();
        request.Begin(RouteMessage.GetAddress, NetlinkFlags.Dump, "addresses");
        request.Reserve(8);
        List<LinkAddress> found = [];
        Dump(request, found, ReadAddress);
        return link == 0 ? found : found.FindAll(a => a.Link == link);
    }

    /// <summary>Unicast routes of the main table.</summary>
    public IReadOnlyList<RouteInformation> Routes()
    {
        var request = new NetlinkMessages();
        request.Begin(RouteMessage.GetRoute, NetlinkFlags.Dump, "routes");
        request.Reserve(12);
        List<RouteInformation> found = [];
        Dump(request, found, ReadRoute);
        return found;
    }

    public void Dispose() => socket.Dispose();

    private delegate T? Reader<T>(ReadOnlySpan<byte> payload)
        where T : class;

    /// <summary>A dump that something changed during is incomplete and told so (NLM_F_DUMP_INTR): it is taken again.</summary>
    private void Dump<T>(NetlinkMessages request, List<T> found, Reader<T> read)
        where T : class
    {
        const int attempts = 20;
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                socket.Query(request, (_, payload) =>
                {
                    if (read(payload) is { } item) found.Add(item);
                });
                return;
            }
            catch (LinuxException e) when (e.Errno == Errno.EINTR && attempt < attempts)
            {
                found.Clear();
            }
        }
    }

    private static LinkInformation ReadLink(ReadOnlySpan<byte> payload)
    {
        const uint up = 1;
        const byte operational = 6;
        const int receivedBytes = 16; // of struct rtnl_link_stats64
        var isOperational = false;
        string name = "", kind = "", alias = "";
        int mtu = 0, master = 0, parent = 0;
        long received = 0;
        var address = PhysicalAddress.None;
        var attributes = new NetlinkAttributes(payload[16..]);
        while (attributes.Next())
        {
            switch (attributes.Type)
            {
                case LinkAttribute.Name: name = attributes.Text; break;
                case LinkAttribute.Mtu: mtu = (int)attributes.UInt32; break;
                case LinkAttribute.Master: master = (int)attributes.UInt32; break;
                case LinkAttribute.Link: parent = (int)attributes.UInt32; break;
                case LinkAttribute.OperationalState: isOperational = attributes.Value is [operational, ..]; break;
                case LinkAttribute.Alias: alias = attributes.Text; break;
                case LinkAttribute.Address: address = new PhysicalAddress(attributes.Value.ToArray()); break;
                case LinkAttribute.Statistics: received = BinaryPrimitives.ReadInt64LittleEndian(attributes.Value[receivedBytes..]); break;
                case LinkAttribute.Information:
                    var nested = attributes.Nested;
                    while (nested.Next())
                    {
                        if (nested.Type == LinkAttribute.InformationKind) kind = nested.Text;
                    }

                    break;
            }
        }

        return new LinkInformation(
            BinaryPrimitives.ReadInt32LittleEndian(payload[4..]), name, kind, alias, mtu, master, parent, address,
            (BinaryPrimitives.ReadUInt32LittleEndian(payload[8..]) & up) != 0, isOperational, received);
    }

    private static LinkAddress? ReadAddress(ReadOnlySpan<byte> payload)
    {
        const int address = 1;
        const int local = 2;
        IPAddress? found = null;
        var attributes = new NetlinkAttributes(payload[8..]);
        while (attributes.Next())
        {
            // Point to point links have the peer's in IFA_ADDRESS; IPv6 has no IFA_LOCAL without a peer.
            if (attributes.Type == local || (attributes.Type == address && found is null)) found = new IPAddress(attributes.Value);
        }

        return found is null ? null : new LinkAddress(BinaryPrimitives.ReadInt32LittleEndian(payload[4..]), found, payload[1]);
    }

    private static RouteInformation? ReadRoute(ReadOnlySpan<byte> payload)
    {
        const uint mainTable = 254;
        const byte unicast = 1;
        var any = payload[0] == (byte)AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any;
        var destination = any;
        IPAddress? gateway = null;
        int link = 0;
        uint table = payload[4];
        var attributes = new NetlinkAttributes(payload[12..]);
        while (attributes.Next())
        {
            switch (attributes.Type)
            {
                case RouteAttribute.Destination: destination = new IPAddress(attributes.Value); break;
                case RouteAttribute.OutgoingLink: link = (int)attributes.UInt32; break;
                case RouteAttribute.Gateway: gateway = new IPAddress(attributes.Value); break;
                case RouteAttribute.Table: table = attributes.UInt32; break;
            }
        }

        return table == mainTable && payload[7] == unicast ? new RouteInformation(new IPNetwork(destination, payload[1]), gateway, link) : null;
    }
}

/// <summary>A link as the kernel has it.</summary>
/// <param name="Kind">Empty for hardware and the loopback.</param>
/// <param name="Master">The index of the bridge it is a port of, or 0.</param>
/// <param name="IsUp">It was set up.</param>
/// <param name="IsOperational">It is up, and so is its other end: it passes packets (IF_OPER_UP).</param>
/// <param name="Parent">The index of the link it was made from; a veth's peer, which may be in another namespace.</param>
/// <param name="ReceivedBytes">Of a veth, what its other end sent.</param>
public sealed record LinkInformation(
    int Index, string Name, string Kind, string Alias, int Mtu, int Master, int Parent, PhysicalAddress Address, bool IsUp,
    bool IsOperational, long ReceivedBytes);

public sealed record LinkAddress(int Link, IPAddress Address, int PrefixLength);

public sealed record RouteInformation(IPNetwork Destination, IPAddress? Gateway, int Link);
