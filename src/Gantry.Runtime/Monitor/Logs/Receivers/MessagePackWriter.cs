using System.Buffers.Binary;

namespace Gantry.Runtime.Monitor.Logs.Receivers;

/// <summary>What Fluentd needs of MessagePack (https://github.com/msgpack/msgpack/blob/master/spec.md).</summary>
internal ref struct MessagePackWriter(Span<byte> destination)
{
    /// <summary>Bytes before a text, at most.</summary>
    public const int TextHeader = 5;

    private readonly Span<byte> destination = destination;

    public int Length { get; private set; }

    public readonly ReadOnlySpan<byte> Written => destination[..Length];

    /// <param name="count">Below 16.</param>
    public void Array(int count) => destination[Length++] = (byte)(0x90 | count);

    public void Map(int count)
    {
        destination[Length++] = 0xde;
        BinaryPrimitives.WriteUInt16BigEndian(destination[Length..], (ushort)count);
        Length += sizeof(ushort);
    }

    public void Text(scoped ReadOnlySpan<byte> text)
    {
        if (text.Length < 32)
        {
            destination[Length++] = (byte)(0xa0 | text.Length);
        }
        else
        {
            destination[Length++] = 0xdb;
            Word((uint)text.Length);
        }

        Raw(text);
    }

    public void Number(uint value)
    {
        destination[Length++] = 0xce;
        Word(value);
    }

    /// <summary>Fluentd's EventTime, extension type 0 (https://github.com/fluent/fluentd/wiki/Forward-Protocol-Specification-v1).</summary>
    public void EventTime(uint seconds, uint nanoseconds)
    {
        (destination[Length], destination[Length + 1]) = (0xd7, 0);
        Length += 2;
        Word(seconds);
        Word(nanoseconds);
    }

    /// <summary>What is encoded already.</summary>
    public void Raw(scoped ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(destination[Length..]);
        Length += bytes.Length;
    }

    private void Word(uint value)
    {
        BinaryPrimitives.WriteUInt32BigEndian(destination[Length..], value);
        Length += sizeof(uint);
    }
}
