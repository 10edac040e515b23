using System.Buffers.Binary;
using System.Text;
using Gantry.Spec;

namespace Gantry.Runtime.Monitor.Protocol;

/// <summary>Reads what <see cref="FlatWriter"/> wrote; a payload that is too short is an <see cref="InvalidArgumentException"/>.</summary>
internal ref struct FlatReader(ReadOnlySpan<byte> payload)
{
    private ReadOnlySpan<byte> rest = payload;

    public readonly bool AtEnd => rest.IsEmpty;

    public byte Byte() => Take(1)[0];

    public bool Flag() => Byte() != 0;

    public ushort UInt16() => BinaryPrimitives.ReadUInt16BigEndian(Take(2));

    public int Int32() => BinaryPrimitives.ReadInt32BigEndian(Take(4));

    public uint UInt32() => BinaryPrimitives.ReadUInt32BigEndian(Take(4));

    public long Int64() => BinaryPrimitives.ReadInt64BigEndian(Take(8));

    public ReadOnlySpan<byte> Bytes() => Take(Int32());

    public string? NullableString()
    {
        var length = Int32();
        return length == -1 ? null : Encoding.UTF8.GetString(Take(length));
    }

    public string String() => NullableString() ?? throw new InvalidArgumentException("monitor frame lacks a string");

    public string[] Strings()
    {
        var values = new string[Count(sizeof(int))];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = String();
        }

        return values;
    }

    public uint[] UInt32s()
    {
        var values = new uint[Count(sizeof(uint))];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = UInt32();
        }

        return values;
    }

    // A count is believed only as far as the bytes that follow can hold it.
    private int Count(int least)
    {
        var count = Int32();
        return count >= 0 && count <= rest.Length / least
            ? count
            : throw new InvalidArgumentException($"monitor frame announces {count} values in {rest.Length} bytes");
    }

    private ReadOnlySpan<byte> Take(int length)
    {
        if (length < 0 || length > rest.Length)
        {
            throw new InvalidArgumentException($"monitor frame ends early: {length} bytes expected, {rest.Length} left");
        }

        var taken = rest[..length];
        rest = rest[length..];
        return taken;
    }
}
