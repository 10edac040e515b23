using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Gantry.Runtime.Monitor.Protocol;

/// <summary>Builds one frame: integers big endian, a string or list behind its length.</summary>
internal sealed class FlatWriter
{
    private readonly ArrayBufferWriter<byte> buffer = new(128);
    private readonly FrameType type;
    private readonly byte argument;

    public FlatWriter(FrameType type, byte argument = 0)
    {
        this.type = type;
        this.argument = argument;
        buffer.Advance(buffer.GetSpan(FrameHeader.Size)[..FrameHeader.Size].Length);
    }

    public FlatWriter Byte(byte value)
    {
        buffer.GetSpan(1)[0] = value;
        buffer.Advance(1);
        return this;
    }

    public FlatWriter Flag(bool value) => Byte(value ? (byte)1 : (byte)0);

    public FlatWriter UInt16(ushort value)
    {
        BinaryPrimitives.WriteUInt16BigEndian(buffer.GetSpan(2), value);
        buffer.Advance(2);
        return this;
    }

    public FlatWriter Int32(int value)
    {
        BinaryPrimitives.WriteInt32BigEndian(buffer.GetSpan(4), value);
        buffer.Advance(4);
        return this;
    }

    public FlatWriter UInt32(uint value) => Int32(unchecked((int)value));

    public FlatWriter Int64(long value)
    {
        BinaryPrimitives.WriteInt64BigEndian(buffer.GetSpan(8), value);
        buffer.Advance(8);
        return this;
    }

    public FlatWriter Bytes(ReadOnlySpan<byte> value)
    {
        Int32(value.Length);
        buffer.Write(value);
        return this;
    }

    public FlatWriter String(string? value)
    {
        if (value is null)
        {
            return Int32(-1);
        }

        var length = Encoding.UTF8.GetByteCount(value);
        Int32(length);
        Encoding.UTF8.GetBytes(value, buffer.GetSpan(length));
        buffer.Advance(length);
        return this;
    }

    public FlatWriter Strings(IReadOnlyList<string> values)
    {
        Int32(values.Count);
        foreach (var value in values)
        {
            String(value);
        }

        return this;
    }

    public FlatWriter UInt32s(IReadOnlyList<uint> values)
    {
        Int32(values.Count);
        foreach (var value in values)
        {
            UInt32(value);
        }

        return this;
    }

    /// <summary>The whole frame, header included.</summary>
    public byte[] ToFrame()
    {
        var frame = buffer.WrittenSpan.ToArray();
        new FrameHeader(type, argument, frame.Length - FrameHeader.Size).Write(frame);
        return frame;
    }
}
