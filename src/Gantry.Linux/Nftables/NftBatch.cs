using System.Buffers.Binary;
using Gantry.Linux.Netlink;

namespace Gantry.Linux.Nftables;

/// <summary>Families of tables (NFPROTO_*).</summary>
public enum NftFamily
{
    Inet = 1,
    IPv4 = 2,
    IPv6 = 10,
}

/// <summary>Where a base chain is called from (NF_INET_*).</summary>
public enum NftHook
{
    Prerouting = 0,
    Input = 1,
    Forward = 2,
    Output = 3,
    Postrouting = 4,
}

/// <summary>
/// A transaction on one table: everything or nothing, and no packet sees half of it. There is no manual page of this
/// protocol; its description is linux/netfilter/nf_tables.h, and what nft(8) sends (<c>nft --debug=netlink,mnl</c>).
/// </summary>
public sealed partial class NftBatch
{
    private readonly NftFamily family;
    private readonly string table;
    private bool isComplete;
    private uint setId;

    public NftBatch(NftFamily family, string table)
    {
        (this.family, this.table) = (family, table);
        Messages.Begin(NftMessage.BatchBegin, NetlinkFlags.None, "begin of transaction");
        WriteHeader(Messages, 0, NftMessage.Subsystem);
    }

    public NetlinkMessages Messages { get; } = new();

    /// <summary>Nothing was asked for yet.</summary>
    public bool IsEmpty => Messages.Count == 1;

    /// <summary>Makes the table if it is not there.</summary>
    /// <param name="isNew">It must not be there, or the whole transaction fails with EEXIST.</param>
    public NftBatch AddTable(bool isNew = false)
    {
        Begin(NftMessage.NewTable, NetlinkFlags.Create | (isNew ? NetlinkFlags.Exclusive : NetlinkFlags.None), $"table {table}");
        Messages.Attribute(1, table);
        Messages.AttributeBig(2, 0);
        return this;
    }

    /// <summary>Removes the table with all that is in it. It must exist: add it before, in the same transaction.</summary>
    public NftBatch DeleteTable()
    {
        Begin(NftMessage.DeleteTable, NetlinkFlags.None, $"delete table {table}");
        Messages.Attribute(1, table);
        return this;
    }

    public NftBatch AddChain(string name)
    {
        BeginChain(name);
        return this;
    }

    /// <summary>A chain that packets enter, with the policy accept.</summary>
    /// <param name="type"><c>filter</c> or <c>nat</c>.</param>
    public NftBatch AddBaseChain(string name, string type, NftHook hook, int priority)
    {
        const uint accept = 1;
        BeginChain(name);
        using (Messages.Nested(4))
        {
            Messages.AttributeBig(1, (uint)hook);
            Messages.AttributeBig(2, (uint)priority);
        }

        Messages.AttributeBig(5, accept);
        Messages.Attribute(7, type);
        return this;
    }

    public NftBatch AddRule(string chain, Action<NftRule> rule)
    {
        Begin(NftMessage.NewRule, NetlinkFlags.Create | NetlinkFlags.Append, $"rule of chain {chain}");
        Messages.Attribute(1, table);
        Messages.Attribute(2, chain);
        using (Messages.Nested(4)) rule(new NftRule(Messages));
        return this;
    }

    /// <summary>Ends the transaction.</summary>
    internal NetlinkMessages Complete()
    {
        if (!isComplete)
        {
            Messages.Begin(NftMessage.BatchEnd, NetlinkFlags.None, $"transaction on table {table}");
            WriteHeader(Messages, 0, NftMessage.Subsystem);
            isComplete = true;
        }

        return Messages;
    }

    /// <summary>struct nfgenmsg.</summary>
    internal static void WriteHeader(NetlinkMessages messages, int family, int resource)
    {
        var header = messages.Reserve(4);
        header[0] = (byte)family;
        BinaryPrimitives.WriteUInt16BigEndian(header[2..], (ushort)resource);
    }

    private void BeginChain(string name)
    {
        Begin(NftMessage.NewChain, NetlinkFlags.Create, $"chain {name}");
        Messages.Attribute(1, table);
        Messages.Attribute(3, name);
    }

    private void Begin(int message, NetlinkFlags flags, string subject, Errno tolerated = Errno.None)
    {
        Messages.Begin((NftMessage.Subsystem << 8) | message, flags, subject, tolerated);
        WriteHeader(Messages, (int)family, 0);
    }
}

/// <summary>NFT_MSG_* and NFNL_MSG_* of linux/netfilter.</summary>
internal static class NftMessage
{
    public const int Subsystem = 10;
    public const int BatchBegin = 0x10;
    public const int BatchEnd = 0x11;
    public const int NewTable = 0;
    public const int DeleteTable = 2;
    public const int NewChain = 3;
    public const int GetChain = 4;
    public const int DeleteChain = 5;
    public const int NewRule = 6;
    public const int DeleteRule = 8;
    public const int NewSet = 9;
    public const int DeleteSet = 11;
    public const int NewElement = 12;
    public const int DeleteElement = 14;
}
