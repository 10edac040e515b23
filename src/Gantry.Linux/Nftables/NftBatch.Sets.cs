using System.Buffers.Binary;
using Gantry.Linux.Netlink;

namespace Gantry.Linux.Nftables;

public sealed partial class NftBatch
{
    // One attribute holds 65535 bytes; the largest element takes less than 200.
    private const int MostElementBytes = 60_000;

    public NftBatch AddSet(NftSet set)
    {
        const uint interval = 0x4, map = 0x8, concatenated = 0x80;
        // The kernel needs to know the parts only where each is a range of its own.
        var hasRangesOfParts = set.IsInterval && set.Key.Length > 1;
        Begin(NftMessage.NewSet, NetlinkFlags.Create, $"set {set.Name}");
        Messages.Attribute(1, table);
        Messages.Attribute(2, set.Name);
        Messages.AttributeBig(
            3, (set.IsInterval ? interval : 0) | (set.Data.Length > 0 ? map : 0) | (hasRangesOfParts ? concatenated : 0));
        Messages.AttributeBig(4, NftSet.TypeOf(set.Key));
        Messages.AttributeBig(5, (uint)NftSet.LengthOf(set.Key));
        if (set.Data.Length > 0)
        {
            Messages.AttributeBig(6, NftSet.TypeOf(set.Data));
            Messages.AttributeBig(7, (uint)NftSet.LengthOf(set.Data));
        }

        Messages.AttributeBig(10, ++setId);
        if (hasRangesOfParts)
        {
            using (Messages.Nested(9))
            using (Messages.Nested(2))
            {
                foreach (var type in set.Key)
                {
                    using (Messages.Nested(1)) Messages.AttributeBig(1, (uint)NftSet.LengthOf(type));
                }
            }
        }

        return this;
    }

    public NftBatch AddElements(NftSet set, params IReadOnlyCollection<NftElement> elements) =>
        WriteElements(NftMessage.NewElement, NetlinkFlags.Create, set, elements, $"element of {set.Name}");

    /// <summary>Elements that must be there, or the whole transaction fails with ENOENT.</summary>
    public NftBatch DeleteElements(NftSet set, params IReadOnlyCollection<NftElement> elements) =>
        WriteElements(NftMessage.DeleteElement, NetlinkFlags.None, set, elements, $"delete element of {set.Name}");

    private NftBatch WriteElements(int message, NetlinkFlags flags, NftSet set, IReadOnlyCollection<NftElement> elements, string subject)
    {
        using var left = elements.GetEnumerator();
        var more = left.MoveNext();
        while (more)
        {
            Begin(message, flags, subject);
            Messages.Attribute(1, table);
            Messages.Attribute(2, set.Name);
            using var list = Messages.Nested(3);
            do
            {
                WriteElement(set, left.Current);
                more = left.MoveNext();
            }
            while (more && list.Length < MostElementBytes);
        }

        return this;
    }

    /// <summary>
    /// A range of a concatenation is one element with two keys. A range of a single value is two: its beginning, and behind
    /// its last the mark that it ended.
    /// </summary>
    private void WriteElement(NftSet set, NftElement element)
    {
        const int keyEnd = 10;
        const uint intervalEnd = 1;
        using (Messages.Nested(1))
        {
            WriteData(1, element.Key);
            if (element.KeyEnd is { } end && set.Key.Length > 1) WriteData(keyEnd, end);
            if (element.Data.Length > 0) WriteData(2, element.Data);
        }

        if (element.KeyEnd is { } last && set.Key.Length == 1 && Successor(last) is { } behind)
        {
            using (Messages.Nested(1))
            {
                WriteData(1, behind);
                Messages.AttributeBig(3, intervalEnd);
            }
        }
    }

    private void WriteData(int type, byte[] value)
    {
        using (Messages.Nested(type)) Messages.Attribute(1, value);
    }

    /// <summary>The next number in network order; null behind the highest.</summary>
    private static byte[]? Successor(byte[] value)
    {
        if (value.Length == 4)
        {
            var number = BinaryPrimitives.ReadUInt32BigEndian(value);
            if (number == uint.MaxValue) return null;
            var next = new byte[4];
            BinaryPrimitives.WriteUInt32BigEndian(next, number + 1);
            return next;
        }

        var wide = BinaryPrimitives.ReadUInt128BigEndian(value);
        if (wide == UInt128.MaxValue) return null;
        var result = new byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(result, wide + 1);
        return result;
    }
}
