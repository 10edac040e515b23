namespace Gantry.Engine.Logs;

/// <summary>Reads the fields of one message: numbers and what has a length (https://protobuf.dev/programming-guides/encoding/).</summary>
internal ref struct ProtobufReader(ReadOnlySpan<byte> message)
{
    private ReadOnlySpan<byte> left = message;

    /// <summary>Of the field just read.</summary>
    public ulong Number { get; private set; }

    /// <summary>Of the field just read.</summary>
    public ReadOnlySpan<byte> Bytes { get; private set; }

    /// <summary>All of it was understood.</summary>
    public readonly bool IsAtEnd => left.IsEmpty;

    public bool TryRead(out int field)
    {
        field = 0;
        if (!TryInteger(out var tag) || !TryInteger(out var value))
        {
            return false;
        }

        field = (int)(tag >> 3);
        switch (tag & 7)
        {
            case 0:
                Number = value;
                return true;
            case 2 when value <= (ulong)left.Length:
                Bytes = left[..(int)value];
                left = left[(int)value..];
                return true;
            default:
                return false;
        }
    }

    private bool TryInteger(out ulong value)
    {
        value = 0;
        for (var i = 0; i < Math.Min(left.Length, 10); i++)
        {
            value |= (ulong)(left[i] & 0x7f) << (7 * i);
            if (left[i] < 0x80)
            {
                left = left[(i + 1)..];
                return true;
            }
        }

        return false;
    }
}
