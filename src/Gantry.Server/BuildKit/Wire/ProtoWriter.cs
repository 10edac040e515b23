using System.Buffers;
using System.Text;

namespace Gantry.Server.BuildKit.Wire;

/// <summary>Writes a message of protocol buffers. What has its default value is left out, as it may be.</summary>
internal sealed class ProtoWriter
{
    private const int Integers = 0;
    private const int Lengths = 2;
    private readonly ArrayBufferWriter<byte> output = new(256);

    public ReadOnlyMemory<byte> Written => output.WrittenMemory;

    public ProtoWriter Integer(int field, long value)
    {
        if (value != 0)
        {
            Tag(field, Integers);
            Varint((ulong)value);
        }

        return this;
    }

    public ProtoWriter Flag(int field, bool value) => Integer(field, value ? 1 : 0);

    public ProtoWriter Text(int field, string? value) => string.IsNullOrEmpty(value) ? this : Bytes(field, Encoding.UTF8.GetBytes(value));

    public ProtoWriter Texts(int field, IEnumerable<string> values)
    {
        foreach (var value in values)
        {
            Part(field, Encoding.UTF8.GetBytes(value));
        }

        return this;
    }

    public ProtoWriter Bytes(int field, ReadOnlySpan<byte> value) => value.IsEmpty ? this : Part(field, value);

    /// <summary>A message in this one; an empty one is there too.</summary>
    public ProtoWriter Message(int field, ProtoWriter value) => Part(field, value.Written.Span);

    public ProtoWriter Pairs(int field, IEnumerable<KeyValuePair<string, string>> values)
    {
        foreach (var (key, value) in values)
        {
            Message(field, new ProtoWriter().Text(1, key).Text(2, value));
        }

        return this;
    }

    /// <summary>A <c>google.protobuf.Timestamp</c>.</summary>
    public ProtoWriter Time(int field, DateTimeOffset? value)
    {
        if (value is { } time)
        {
            var ticks = (time - DateTimeOffset.UnixEpoch).Ticks;
            Message(field, new ProtoWriter().Integer(1, ticks / TimeSpan.TicksPerSecond).Integer(2, ticks % TimeSpan.TicksPerSecond * TimeSpan.NanosecondsPerTick));
        }

        return this;
    }

    private ProtoWriter Part(int field, ReadOnlySpan<byte> value)
    {
        Tag(field, Lengths);
        Varint((ulong)value.Length);
        output.Write(value);
        return this;
    }

    private void Tag(int field, int type) => Varint(((ulong)field << 3) | (uint)type);

    private void Varint(ulong value)
    {
        var span = output.GetSpan(10);
        var count = 0;
        while (value >= 0x80)
        {
            span[count++] = (byte)(value | 0x80);
            value >>= 7;
        }

        span[count++] = (byte)value;
        output.Advance(count);
    }
}
