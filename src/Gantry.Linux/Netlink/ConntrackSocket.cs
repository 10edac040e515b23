using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Gantry.Linux.Nftables;

namespace Gantry.Linux.Netlink;

/// <summary>
/// Removes tracked connections of the namespace it was opened in: they keep the way that rules gave them when they began
/// (linux/netfilter/nfnetlink_conntrack.h).
/// </summary>
public sealed class ConntrackSocket : IDisposable
{
    private const int Subsystem = 1;
    private const int Get = 1;
    private const int Delete = 2;
    private const int TupleOriginal = 1;
    private const int TupleReply = 2;
    private const int Id = 12;
    private const int Filter = 25;
    private const int TupleAddresses = 1;
    private const int TupleProtocol = 2;
    private const uint MatchSource = 0x1;
    private const uint MatchProtocol = 0x8;

    private readonly NetlinkSocket socket = new(NetlinkProtocol.Netfilter);

    private delegate bool Chooser(ReadOnlySpan<byte> originalTuple);

    /// <summary>Removes those that an address began, and those that were redirected to it.</summary>
    public void DeleteOf(IPAddress address)
    {
        var isIPv6 = address.AddressFamily == AddressFamily.InterNetworkV6;
        foreach (var tuple in (int[])[TupleOriginal, TupleReply])
        {
            DeleteChosen(isIPv6, MatchSource, tuple, messages =>
            {
                using (messages.Nested(TupleAddresses)) messages.Attribute(isIPv6 ? 3 : 1, address.GetAddressBytes());
            }, _ => true);
        }
    }

    /// <summary>Removes those of udp to any address with a port of a range, of one family.</summary>
    public void DeleteUdp(bool isIPv6, ushort port, int count)
    {
        const byte udp = 17;
        DeleteChosen(isIPv6, MatchProtocol, TupleOriginal, messages =>
        {
            using (messages.Nested(TupleProtocol)) messages.Attribute(1, udp);
        }, tuple => DestinationPort(tuple) is { } found && found >= port && found < port + count);
    }

    public void Dispose() => socket.Dispose();

    /// <summary>The kernel picks by what it is told; what remains is chosen here, and deleted one by one.</summary>
    private void DeleteChosen(bool isIPv6, uint match, int tuple, Action<NetlinkMessages> writeTuple, Chooser choose)
    {
        var family = isIPv6 ? 10 : 2;
        var request = new NetlinkMessages();
        request.Begin((Subsystem << 8) | Get, NetlinkFlags.Dump, "connections");
        NftBatch.WriteHeader(request, family, 0);
        using (request.Nested(tuple)) writeTuple(request);
        using (request.Nested(Filter))
        {
            request.Attribute(1, tuple == TupleOriginal ? match : 0);
            request.Attribute(2, tuple == TupleReply ? match : 0);
        }

        var deletions = new NetlinkMessages();
        socket.Query(request, (_, payload) =>
        {
            ReadOnlySpan<byte> original = [], id = [];
            var attributes = new NetlinkAttributes(payload[4..]);
            while (attributes.Next())
            {
                if (attributes.Type == TupleOriginal) original = attributes.Value;
                if (attributes.Type == Id) id = attributes.Value;
            }

            if (original.IsEmpty || !choose(original)) return;
            deletions.Begin((Subsystem << 8) | Delete, NetlinkFlags.None, "delete connection", Errno.ENOENT);
            NftBatch.WriteHeader(deletions, family, 0);
            deletions.Attribute(TupleOriginal | 0x8000, original);
            deletions.Attribute(Id, id);
        });
        if (deletions.Count > 0) socket.ExecuteTransaction(deletions);
    }

    private static ushort? DestinationPort(ReadOnlySpan<byte> tuple)
    {
        const int destinationPort = 3;
        var parts = new NetlinkAttributes(tuple);
        while (parts.Next())
        {
            if (parts.Type != TupleProtocol) continue;
            var protocol = parts.Nested;
            while (protocol.Next())
            {
                if (protocol.Type == destinationPort) return BinaryPrimitives.ReadUInt16BigEndian(protocol.Value);
            }
        }

        return null;
    }
}
