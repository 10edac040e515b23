using System.Buffers.Binary;
using System.Text;

namespace Gantry.Linux.Netlink;

/// <summary>
/// Netlink messages one behind the other, as they are sent: header, family header, attributes, each padded to four bytes
/// (netlink(7)). Numbers are in the machine's order unless a method says otherwise.
/// </summary>
public sealed class NetlinkMessages
{
    private const int HeaderLength = 16;
    private const int SequenceOffset = 8;

    private readonly List<Expectation> expectations = [];
    private byte[] bytes = new byte[1024];
    private int length;
    private int current = -1;

    public int Count => expectations.Count;

    /// <summary>All messages, complete.</summary>
    public ReadOnlySpan<byte> Bytes
    {
        get
        {
            Close();
            return bytes.AsSpan(0, length);
        }
    }

    internal IReadOnlyList<Expectation> Expectations => expectations;

    /// <summary>Begins a message; it ends where the next one begins.</summary>
    /// <param name="type">nlmsg_type.</param>
    /// <param name="flags">NLM_F_*.</param>
    /// <param name="subject">What it is about, for the sentence when the kernel refuses it.</param>
    /// <param name="tolerated">An answer that is as good as success: a deletion of what is not there.</param>
    public void Begin(int type, NetlinkFlags flags, string subject, Errno tolerated = Errno.None)
    {
        Close();
        current = length;
        expectations.Add(new(subject, tolerated, flags.HasFlag(NetlinkFlags.Acknowledge)));
        var header = Reserve(HeaderLength);
        BinaryPrimitives.WriteUInt16LittleEndian(header[4..], (ushort)type);
        BinaryPrimitives.WriteUInt16LittleEndian(header[6..], (ushort)(flags | NetlinkFlags.Request));
    }

    /// <summary>Bytes behind what is there, padded; the family header, mostly.</summary>
    public Span<byte> Reserve(int size)
    {
        var padded = Align(size);
        if (length + padded > bytes.Length) Array.Resize(ref bytes, Math.Max(bytes.Length * 2, length + padded));
        var span = bytes.AsSpan(length, padded);
        span.Clear();
        length += padded;
        return span[..size];
    }

    public void Attribute(int type, ReadOnlySpan<byte> value)
    {
        var start = length;
        var span = Reserve(4 + value.Length);
        value.CopyTo(span[4..]);
        WriteAttributeHeader(start, type, span.Length);
    }

    public void Attribute(int type) => Attribute(type, []);

    public void Attribute(int type, byte value) => Attribute(type, [value]);

    public void Attribute(int type, ushort value)
    {
        Span<byte> raw = stackalloc byte[2];
        BinaryPrimitives.WriteUInt16LittleEndian(raw, value);
        Attribute(type, raw);
    }

    public void Attribute(int type, uint value)
    {
        Span<byte> raw = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(raw, value);
        Attribute(type, raw);
    }

    /// <summary>A number in network order, as all of nfnetlink has them.</summary>
    public void AttributeBig(int type, uint value)
    {
        Span<byte> raw = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(raw, value);
        Attribute(type, raw);
    }

    /// <summary>A string with its terminating zero.</summary>
    public void Attribute(int type, string value)
    {
        var start = length;
        var span = Reserve(4 + Encoding.UTF8.GetByteCount(value) + 1);
        Encoding.UTF8.GetBytes(value, span[4..]);
        WriteAttributeHeader(start, type, span.Length);
    }

    /// <summary>An attribute that holds attributes, until the result is disposed.</summary>
    public Nest Nested(int type)
    {
        const int nestedFlag = 0x8000;
        var start = length;
        Reserve(4);
        return new Nest(this, start, type | nestedFlag);
    }

    internal static int Align(int size) => (size + 3) & ~3;

    /// <summary>Numbers the messages from <paramref name="first"/> on.</summary>
    internal void Number(uint first)
    {
        Close();
        for (int at = 0; at < length; at += Align((int)BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(at))))
        {
            BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(at + SequenceOffset), first++);
        }
    }

    private void WriteAttributeHeader(int start, int type, int size)
    {
        if (size > ushort.MaxValue) throw new InvalidOperationException($"a netlink attribute of {size} bytes is too long");
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(start), (ushort)size);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(start + 2), (ushort)type);
    }

    private void Close()
    {
        if (current < 0) return;
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(current), (uint)(length - current));
        current = -1;
    }

    /// <summary>What is known of a message when its answer comes.</summary>
    internal readonly record struct Expectation(string Subject, Errno Tolerated, bool Acknowledged);

    /// <summary>An open nested attribute.</summary>
    public readonly ref struct Nest(NetlinkMessages messages, int start, int type) : IDisposable
    {
        /// <summary>How long it is so far; 65535 is the most.</summary>
        public int Length => messages.length - start;

        public void Dispose() => messages.WriteAttributeHeader(start, type, messages.length - start);
    }
}

/// <summary>nlmsg_flags (netlink(7)). The values of new requests and of dumps share bits.</summary>
[Flags]
public enum NetlinkFlags
{
    None = 0,
    Request = 0x1,
    Multi = 0x2,
    Acknowledge = 0x4,
    Replace = 0x100,
    Exclusive = 0x200,
    Create = 0x400,
    Append = 0x800,
    Dump = 0x300,
}
