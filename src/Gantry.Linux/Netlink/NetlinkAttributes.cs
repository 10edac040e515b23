using System.Buffers.Binary;
using System.Text;

namespace Gantry.Linux.Netlink;

/// <summary>Walks the attributes of a received message; stops at the first malformed one.</summary>
public ref struct NetlinkAttributes(ReadOnlySpan<byte> bytes)
{
    private const int HeaderLength = 4;
    private const int TypeMask = 0x3fff;
    private ReadOnlySpan<byte> rest = bytes;

    /// <summary>The type of the current one, without its flags.</summary>
    public int Type { get; private set; }

    public ReadOnlySpan<byte> Value { get; private set; }

    public readonly uint UInt32 => Value.Length >= 4 ? BinaryPrimitives.ReadUInt32LittleEndian(Value) : 0;

    public readonly uint BigUInt32 => Value.Length >= 4 ? BinaryPrimitives.ReadUInt32BigEndian(Value) : 0;

    /// <summary>The value as text, up to its zero.</summary>
    public readonly string Text
    {
        get
        {
            var end = Value.IndexOf((byte)0);
            return Encoding.UTF8.GetString(end < 0 ? Value : Value[..end]);
        }
    }

    public readonly NetlinkAttributes Nested => new(Value);

    public bool Next()
    {
        if (rest.Length < HeaderLength) return false;
        var length = BinaryPrimitives.ReadUInt16LittleEndian(rest);
        if (length < HeaderLength || length > rest.Length) return false;
        Type = BinaryPrimitives.ReadUInt16LittleEndian(rest[2..]) & TypeMask;
        Value = rest[HeaderLength..length];
        rest = rest[Math.Min(NetlinkMessages.Align(length), rest.Length)..];
        return true;
    }
}
