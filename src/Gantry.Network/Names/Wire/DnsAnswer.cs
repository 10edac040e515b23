using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Gantry.Network.Names.Wire;

/// <summary>Builds the answer to a query in a buffer: header, question, records that all bear the question's name.</summary>
internal ref struct DnsAnswer
{
    /// <summary>Seconds a local answer may be kept; Docker's.</summary>
    public const int TimeToLive = 600;

    private const ushort QuestionName = 0xc000 | DnsHeader.Size;
    private const int RecordHead = 12;
    private const int OptSize = 11;
    private const ushort OwnDatagramLimit = 4096;

    private readonly DnsQuery query;
    private readonly Span<byte> buffer;
    private int length;
    private int records;
    private bool truncated;

    /// <param name="query">What is answered.</param>
    /// <param name="buffer">Where, as large as the answer may get; what does not fit is left out, and the answer says so.</param>
    public DnsAnswer(DnsQuery query, Span<byte> buffer)
    {
        this.query = query;
        this.buffer = buffer;
        query.Question.CopyTo(buffer[DnsHeader.Size..]);
        length = DnsHeader.Size + query.Question.Length;
    }

    private readonly int Limit => buffer.Length - (query.EdnsSize > 0 ? OptSize : 0);

    public void Add(IPAddress address)
    {
        var isV6 = address.AddressFamily == AddressFamily.InterNetworkV6;
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out var size);
        Add(isV6 ? RecordType.Aaaa : RecordType.A, bytes[..size]);
    }

    /// <summary>Adds a name that an address has; one that is no domain name is left out.</summary>
    public void Add(string name)
    {
        Span<byte> bytes = stackalloc byte[DnsName.Longest];
        var size = DnsName.Write(name, bytes);
        if (size > 0) Add(RecordType.Ptr, bytes[..size]);
    }

    /// <summary>Completes it and gives its length.</summary>
    public int Complete(ResponseCode code = ResponseCode.NoError)
    {
        DnsHeader.WriteResponse(query.Message, code, truncated, buffer);
        DnsHeader.SetCount(buffer, 0, 1);
        DnsHeader.SetCount(buffer, 1, records);
        if (query.EdnsSize > 0)
        {
            // Root, type, our size, no extended code, version or flags, no options (RFC 6891, 6.1.2).
            var record = buffer.Slice(length, OptSize);
            record.Clear();
            BinaryPrimitives.WriteUInt16BigEndian(record[1..], (ushort)RecordType.Opt);
            BinaryPrimitives.WriteUInt16BigEndian(record[3..], OwnDatagramLimit);
            DnsHeader.SetCount(buffer, 3, 1);
            length += OptSize;
        }

        return length;
    }

    /// <summary>The answer to what is no proper query: a header alone.</summary>
    public static int WriteRefusal(ReadOnlySpan<byte> message, ResponseCode code, Span<byte> buffer)
    {
        DnsHeader.WriteResponse(message, code, truncated: false, buffer);
        return DnsHeader.Size;
    }

    private void Add(RecordType type, scoped ReadOnlySpan<byte> data)
    {
        if (truncated || length + RecordHead + data.Length > Limit)
        {
            truncated = true;
            return;
        }

        const ushort internet = 1;
        var record = buffer[length..];
        BinaryPrimitives.WriteUInt16BigEndian(record, QuestionName);
        BinaryPrimitives.WriteUInt16BigEndian(record[2..], (ushort)type);
        BinaryPrimitives.WriteUInt16BigEndian(record[4..], internet);
        BinaryPrimitives.WriteInt32BigEndian(record[6..], TimeToLive);
        BinaryPrimitives.WriteUInt16BigEndian(record[10..], (ushort)data.Length);
        data.CopyTo(record[RecordHead..]);
        length += RecordHead + data.Length;
        records++;
    }
}
