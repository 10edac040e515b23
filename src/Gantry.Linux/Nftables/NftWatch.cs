using Gantry.Linux.Netlink;
using Gantry.Linux.Poll;

namespace Gantry.Linux.Nftables;

/// <summary>
/// Tells when somebody else takes something out of a table, or the table itself: what <c>nft flush ruleset</c> and a firewall's
/// reload do (group NFNLGRP_NFTABLES).
/// </summary>
public sealed class NftWatch : IDisposable
{
    private const int Group = 7;
    private readonly NetlinkSocket socket = new(NetlinkProtocol.Netfilter);
    private readonly FileDescriptor stop = EventSignal.Create();

    public NftWatch() => socket.Join(Group);

    /// <summary>Waits until there is something taken out by another than this port, or it may have been; false once it is to end.</summary>
    public bool Wait(string table, uint ownPort)
    {
        using var epoll = new Epoll();
        epoll.TryWatch(socket.Descriptor, PollEvents.Readable);
        epoll.TryWatch(stop, PollEvents.Readable);
        Span<PollResult> results = stackalloc PollResult[2];
        while (true)
        {
            var count = epoll.Wait(results, -1);
            foreach (var result in results[..count])
            {
                if (result.Descriptor == stop.Number) return false;
            }

            if (count > 0 && TakesAway(table, ownPort)) return true;
        }
    }

    /// <summary>Takes what has been told meanwhile, of no interest any more.</summary>
    public void Skip() => socket.TakeNotifications((_, _, _) => { });

    /// <summary>Ends a <see cref="Wait"/>, now or later.</summary>
    public void Stop() => RawIo.Write(stop, BitConverter.GetBytes(1L));

    public void Dispose()
    {
        socket.Dispose();
        stop.Dispose();
    }

    private bool TakesAway(string table, uint ownPort)
    {
        var found = false;
        var isComplete = socket.TakeNotifications((type, sender, payload) =>
        {
            if (found || sender == ownPort || type >> 8 != NftMessage.Subsystem) return;
            if ((type & 0xff) is not (NftMessage.DeleteTable or NftMessage.DeleteChain or NftMessage.DeleteRule or NftMessage.DeleteSet or NftMessage.DeleteElement)) return;
            var attributes = new NetlinkAttributes(payload[4..]);
            while (attributes.Next())
            {
                // The table's name is the first attribute of each of these.
                if (attributes.Type == 1 && attributes.Text == table) found = true;
            }
        });
        return found || !isComplete;
    }
}
