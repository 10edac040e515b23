using System.Text;
using Gantry.Server.BuildKit.Grpc;

namespace Gantry.Server.BuildKit.Wire;

/// <summary>Reads a message of protocol buffers field by field (https://protobuf.dev/programming-guides/encoding/).</summary>
internal ref struct ProtoReader(ReadOnlySpan<byte> message)
{
    private ReadOnlySpan<byte> left = message;
    private int type;

    /// <summary>Bytes that were not read.</summary>
    public readonly int Left => left.Length;

    /// <summary>The number of the field whose value comes next.</summary>
    public int Field { get; private set; }

    /// <summary>Goes to the next field; its value must be read or skipped before the one after it.</summary>
    public bool Next()
    {
        if (left.IsEmpty)
        {
            return false;
        }

        var tag = Varint();
        (Field, type) = ((int)(tag >> 3), (int)(tag & 7));
        return true;
    }

    public long Integer()
    {
        Expect(0);
        return (long)Varint();
    }

    public bool Flag() => Integer() != 0;

    public ReadOnlySpan<byte> Bytes()
    {
        Expect(2);
        return Take(Varint());
    }

    public string Text() => Encoding.UTF8.GetString(Bytes());

    /// <summary>A <c>google.protobuf.Timestamp</c>; what no calendar has becomes its nearest end.</summary>
    public DateTimeOffset Time()
    {
        var (seconds, nanoseconds) = (0L, 0L);
        var parts = new ProtoReader(Bytes());
        while (parts.Next())
        {
            switch (parts.Field)
            {
                case 1:
                    seconds = parts.Integer();
                    break;
                case 2:
                    nanoseconds = parts.Integer();
                    break;
                default:
                    parts.Skip();
                    break;
            }
        }

        var whole = Math.Clamp(seconds, DateTimeOffset.MinValue.ToUnixTimeSeconds(), DateTimeOffset.MaxValue.ToUnixTimeSeconds());
        return DateTimeOffset.FromUnixTimeSeconds(whole).AddTicks(Math.Clamp(nanoseconds, 0, 999_999_999) / TimeSpan.NanosecondsPerTick);
    }

    /// <summary>An entry of a map from text to text.</summary>
    public KeyValuePair<string, string> Pair()
    {
        var (key, value) = ("", "");
        var entry = new ProtoReader(Bytes());
        while (entry.Next())
        {
            switch (entry.Field)
            {
                case 1:
                    key = entry.Text();
                    break;
                case 2:
                    value = entry.Text();
                    break;
                default:
                    entry.Skip();
                    break;
            }
        }

        return new(key, value);
    }

    /// <summary>A message of a text, field 1, and a map, field 2: a kind of thing and what is said of it.</summary>
    public static (string Text, Dictionary<string, string> Map) TextAndMap(ReadOnlySpan<byte> message)
    {
        var text = "";
        var map = new Dictionary<string, string>(StringComparer.Ordinal);
        var reader = new ProtoReader(message);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1:
                    text = reader.Text();
                    break;
                case 2:
                    var (key, value) = reader.Pair();
                    map[key] = value;
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        return (text, map);
    }

    public void Skip()
    {
        switch (type)
        {
            case 0:
                Varint();
                break;
            case 1:
                Take(8);
                break;
            case 2:
                Take(Varint());
                break;
            case 5:
                Take(4);
                break;
            default:
                throw Malformed();
        }
    }

    private ulong Varint()
    {
        ulong value = 0;
        for (var shift = 0; shift < 64; shift += 7)
        {
            if (left.IsEmpty)
            {
                throw Malformed();
            }

            var part = left[0];
            left = left[1..];
            value |= (ulong)(part & 0x7F) << shift;
            if (part < 0x80)
            {
                return value;
            }
        }

        throw Malformed();
    }

    private ReadOnlySpan<byte> Take(ulong length)
    {
        if (length > (ulong)left.Length)
        {
            throw Malformed();
        }

        var taken = left[..(int)length];
        left = left[(int)length..];
        return taken;
    }

    private readonly void Expect(int wanted)
    {
        if (type != wanted)
        {
            throw Malformed();
        }
    }

    private static GrpcException Malformed() => new(GrpcCode.InvalidArgument, "the message is malformed");
}
