using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Gantry.Network.Names.Wire;

/// <summary>The twelve bytes every message begins with (RFC 1035, 4.1.1).</summary>
internal static class DnsHeader
{
    public const int Size = 12;

    private const byte Response = 0x80;
    private const byte Opcode = 0x78;
    private const byte Truncated = 0x02;
    private const byte RecursionDesired = 0x01;
    private const byte RecursionAvailable = 0x80;

    public static ushort Id(ReadOnlySpan<byte> message) => BinaryPrimitives.ReadUInt16BigEndian(message);

    public static void SetId(Span<byte> message, ushort id) => BinaryPrimitives.WriteUInt16BigEndian(message, id);

    /// <summary>One nobody can guess.</summary>
    public static ushort RandomId()
    {
        Span<byte> bytes = stackalloc byte[2];
        RandomNumberGenerator.Fill(bytes);
        return BinaryPrimitives.ReadUInt16BigEndian(bytes);
    }

    public static bool IsResponse(ReadOnlySpan<byte> message) => (message[2] & Response) != 0;

    public static bool IsTruncated(ReadOnlySpan<byte> message) => (message[2] & Truncated) != 0;

    /// <summary>Whether it is a query or the answer to one, and not a notify, an update, ….</summary>
    public static bool IsStandard(ReadOnlySpan<byte> message) => (message[2] & Opcode) == 0;

    public static ResponseCode Code(ReadOnlySpan<byte> message) => (ResponseCode)(message[3] & 0xf);

    /// <summary>How many entries a section has: 0 questions, 1 answers, 2 authorities, 3 additional ones.</summary>
    public static int Count(ReadOnlySpan<byte> message, int section) => BinaryPrimitives.ReadUInt16BigEndian(message[(4 + (2 * section))..]);

    public static void SetCount(Span<byte> message, int section, int count) =>
        BinaryPrimitives.WriteUInt16BigEndian(message[(4 + (2 * section))..], (ushort)count);

    /// <summary>Begins the answer to a query: its id, what it asked for, and that there is recursion here.</summary>
    public static void WriteResponse(ReadOnlySpan<byte> query, ResponseCode code, bool truncated, Span<byte> target)
    {
        target[..Size].Clear();
        query[..2].CopyTo(target);
        target[2] = (byte)(Response | (query[2] & (Opcode | RecursionDesired)) | (truncated ? Truncated : 0));
        target[3] = (byte)(RecursionAvailable | (byte)code);
    }
}
