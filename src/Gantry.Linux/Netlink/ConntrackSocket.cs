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
    private const int FewAddresses = 4;
    private const uint MatchSource = 0x1;
    private const uint MatchProtocol = 0x8;

    private readonly NetlinkSocket socket = new(NetlinkProtocol.Netfilter);

    private delegate bool Chooser(ReadOnlySpan<byte> originalTuple, ReadOnlySpan<byte> replyTuple);

    /// <summary>
    /// Removes those that addresses began, and those that were redirected to them. For a few the kernel looks for each; for more
    /// it tells all that it has, once.
    /// </summary>
    public void DeleteOf(IReadOnlyCollection<IPAddress> addresses)
    {
        foreach (var family in addresses.GroupBy(address => address.AddressFamily == AddressFamily.InterNetworkV6))
        {
            if (family.Count() > FewAddresses)
            {
                var wanted = family.Select(address => Convert.ToHexString(address.GetAddressBytes())).ToHashSet(StringComparer.Ordinal);
                DeleteChosen(family.Key, null, (original, reply) => IsOf(wanted, original) || IsOf(wanted, reply));
                continue;
            }

            foreach (var address in family)
            {
                foreach (var tuple in (int[])[TupleOriginal, TupleReply])
                {
                    DeleteChosen(family.Key, new(MatchSource, tuple, messages =>
                    {
                        using (messages.Nested(TupleAddresses)) messages.Attribute(SourceOf(family.Key), address.GetAddressBytes());
                    }), (_, _) => true);
                }
            }
        }
    }

    /// <summary>Removes those of udp to any address with a port of a range, of one family.</summary>
    public void DeleteUdp(bool isIPv6, ushort port, int count)
    {
        const byte udp = 17;
        DeleteChosen(isIPv6, new(MatchProtocol, TupleOriginal, messages =>
        {
            using (messages.Nested(TupleProtocol)) messages.Attribute(1, udp);
        }), (tuple, _) => DestinationPort(tuple) is { } found && found >= port && found < port + count);
    }

    public void Dispose() => socket.Dispose();

    /// <summary>The kernel picks by what it is told; what remains is chosen here, and deleted one by one.</summary>
    private void DeleteChosen(bool isIPv6, Selection? selection, Chooser choose)
    {
        var family = isIPv6 ? 10 : 2;
        var request = new NetlinkMessages();
        request.Begin((Subsystem << 8) | Get, NetlinkFlags.Dump, "connections");
        NftBatch.WriteHeader(request, family, 0);
        if (selection is { } wanted)
        {
            using (request.Nested(wanted.Tuple)) wanted.Write(request);
            using (request.Nested(Filter))
            {
                request.Attribute(1, wanted.Tuple == TupleOriginal ? wanted.Match : 0);
                request.Attribute(2, wanted.Tuple == TupleReply ? wanted.Match : 0);
            }
        }

        var deletions = new NetlinkMessages();
        socket.Query(request, (_, payload) =>
        {
            ReadOnlySpan<byte> original = [], reply = [], id = [];
            var attributes = new NetlinkAttributes(payload[4..]);
            while (attributes.Next())
            {
                if (attributes.Type == TupleOriginal) original = attributes.Value;
                if (attributes.Type == TupleReply) reply = attributes.Value;
                if (attributes.Type == Id) id = attributes.Value;
            }

            if (original.IsEmpty || !choose(original, reply)) return;
            deletions.Begin((Subsystem << 8) | Delete, NetlinkFlags.None, "delete connection", Errno.ENOENT);
            NftBatch.WriteHeader(deletions, family, 0);
            deletions.Attribute(TupleOriginal | 0x8000, original);
            deletions.Attribute(Id, id);
        });
        if (deletions.Count > 0) socket.ExecuteTransaction(deletions);
    }

    private static int SourceOf(bool isIPv6) => isIPv6 ? 3 : 1;

    private static bool IsOf(HashSet<string> addresses, ReadOnlySpan<byte> tuple)
    {
        var parts = new NetlinkAttributes(tuple);
        while (parts.Next())
        {
            if (parts.Type != TupleAddresses) continue;
            var address = parts.Nested;
            while (address.Next())
            {
                if (address.Type == SourceOf(address.Value.Length == 16)) return addresses.Contains(Convert.ToHexString(address.Value));
            }
        }

        return false;
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

    /// <summary>What the kernel picks by.</summary>
    private readonly record struct Selection(uint Match, int Tuple, Action<NetlinkMessages> Write);
}
