using System.Buffers.Binary;

namespace Gantry.Network.Names.Wire;

/// <summary>A query with its one question, checked so far that it can be answered or passed on.</summary>
internal readonly ref struct DnsQuery
{
    private const int Internet = 1;
    private const int SmallestDatagram = 512;
    private const int RecordFields = 10;

    private DnsQuery(ReadOnlySpan<byte> message, ReadOnlySpan<char> name, bool isText, int questionEnd, int ednsSize)
    {
        Message = message;
        Name = name;
        IsText = isText;
        Question = message[DnsHeader.Size..questionEnd];
        EdnsSize = ednsSize;
    }

    public ReadOnlySpan<byte> Message { get; }

    /// <summary>Lower case, without a dot at the end; empty for the root.</summary>
    public ReadOnlySpan<char> Name { get; }

    /// <summary>False for names that are no text with dots, which no container has.</summary>
    public bool IsText { get; }

    /// <summary>Name, type and class as they were sent.</summary>
    public ReadOnlySpan<byte> Question { get; }

    public RecordType Type => (RecordType)BinaryPrimitives.ReadUInt16BigEndian(Question[^4..]);

    public bool IsInternet => BinaryPrimitives.ReadUInt16BigEndian(Question[^2..]) == Internet;

    /// <summary>The size of the client's OPT record; 0 where it has none (RFC 6891).</summary>
    public int EdnsSize { get; }

    /// <summary>The largest datagram the client takes.</summary>
    public int DatagramLimit => Math.Max(SmallestDatagram, EdnsSize);

    /// <summary>
    /// Reads a query. What is none is refused as other servers do: <paramref name="refusal"/> says how, or null where the
    /// message must not be answered at all.
    /// </summary>
    /// <param name="message">As received, whatever it is.</param>
    /// <param name="text">Room for <see cref="DnsName.Longest"/> characters, which the query keeps.</param>
    /// <param name="query">Refers to both.</param>
    /// <param name="refusal">Only where the result is false.</param>
    public static bool TryRead(ReadOnlySpan<byte> message, Span<char> text, out DnsQuery query, out ResponseCode? refusal)
    {
        query = default;
        refusal = null;
        if (message.Length < DnsHeader.Size || DnsHeader.IsResponse(message)) return false;
        refusal = ResponseCode.NotImplemented;
        if (!DnsHeader.IsStandard(message)) return false;
        refusal = ResponseCode.FormatError;
        // More than one question was never defined; records of a query are its OPT and a signature (RFC 9619, 8945).
        if (DnsHeader.Count(message, 0) != 1 || DnsHeader.Count(message, 1) > 1 || DnsHeader.Count(message, 2) > 1 || DnsHeader.Count(message, 3) > 2)
        {
            return false;
        }

        var offset = DnsHeader.Size;
        if (!DnsName.TryRead(message, ref offset, text, out var length) || offset + 4 > message.Length) return false;
        var questionEnd = offset + 4;
        if (!TryFindOpt(message, questionEnd, out var ednsSize)) return false;
        query = new DnsQuery(message, text[..Math.Max(0, length)], length >= 0, questionEnd, ednsSize);
        return true;
    }

    private static bool TryFindOpt(ReadOnlySpan<byte> message, int offset, out int size)
    {
        size = 0;
        var records = DnsHeader.Count(message, 1) + DnsHeader.Count(message, 2) + DnsHeader.Count(message, 3);
        for (var i = 0; i < records; i++)
        {
            if (!DnsName.TrySkip(message, ref offset) || offset + RecordFields > message.Length) return false;
            if ((RecordType)BinaryPrimitives.ReadUInt16BigEndian(message[offset..]) == RecordType.Opt)
            {
                size = Math.Max(SmallestDatagram, (int)BinaryPrimitives.ReadUInt16BigEndian(message[(offset + 2)..]));
            }

            offset += RecordFields + BinaryPrimitives.ReadUInt16BigEndian(message[(offset + 8)..]);
            if (offset > message.Length) return false;
        }

        return true;
    }
}
