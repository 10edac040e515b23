using Gantry.Linux.Netlink;

namespace Gantry.Linux.Nftables;

/// <summary>Speaks to nf_tables of the namespace it was opened in.</summary>
public sealed class NftSocket : IDisposable
{
    private readonly NetlinkSocket socket = new(NetlinkProtocol.Netfilter);

    /// <summary>By which <see cref="NftWatch"/> knows this socket's changes.</summary>
    public uint Port => socket.Port;

    /// <summary>Commits a transaction; ENOENT where something it names is not there.</summary>
    public void Commit(NftBatch batch) => socket.ExecuteTransaction(batch.Complete());

    /// <summary>Base chains of all tables.</summary>
    public IReadOnlyList<NftBaseChain> BaseChains()
    {
        var request = new NetlinkMessages();
        request.Begin((NftMessage.Subsystem << 8) | NftMessage.GetChain, NetlinkFlags.Dump, "chains");
        NftBatch.WriteHeader(request, 0, 0);
        List<NftBaseChain> found = [];
        socket.Query(request, (_, payload) =>
        {
            if (ReadChain(payload) is { } chain) found.Add(chain);
        });
        return found;
    }

    public void Dispose() => socket.Dispose();

    private static NftBaseChain? ReadChain(ReadOnlySpan<byte> payload)
    {
        string table = "", name = "";
        int hook = -1;
        var drops = false;
        var attributes = new NetlinkAttributes(payload[4..]);
        while (attributes.Next())
        {
            switch (attributes.Type)
            {
                case 1: table = attributes.Text; break;
                case 3: name = attributes.Text; break;
                case 5: drops = attributes.BigUInt32 == 0; break;
                case 4:
                    var nested = attributes.Nested;
                    while (nested.Next())
                    {
                        if (nested.Type == 1) hook = (int)nested.BigUInt32;
                    }

                    break;
            }
        }

        return hook < 0 ? null : new NftBaseChain((NftFamily)payload[0], table, name, (NftHook)hook, drops);
    }
}

/// <param name="Drops">Its policy is drop.</param>
public sealed record NftBaseChain(NftFamily Family, string Table, string Name, NftHook Hook, bool Drops);
