namespace Gantry.Runtime.Monitor.Logs;

/// <summary>Writes the few kinds of fields a log entry has (https://protobuf.dev/programming-guides/encoding/).</summary>
internal ref struct ProtobufWriter(Span<byte> destination)
{
    private const int VariableInteger = 0;
    private const int LengthDelimited = 2;

    private readonly Span<byte> destination = destination;

    public int Length { get; private set; }

    public readonly ReadOnlySpan<byte> Written => destination[..Length];

    public void Number(int field, long value)
    {
        Integer((ulong)((field << 3) | VariableInteger));
        Integer((ulong)value);
    }

    public void Bytes(int field, scoped ReadOnlySpan<byte> value)
    {
        Integer((ulong)((field << 3) | LengthDelimited));
        Integer((ulong)value.Length);
        Raw(value);
    }

    /// <summary>Fields that are encoded already.</summary>
    public void Raw(scoped ReadOnlySpan<byte> fields)
    {
        fields.CopyTo(destination[Length..]);
        Length += fields.Length;
    }

    private void Integer(ulong value)
    {
        for (; value >= 0x80; value >>= 7)
        {
            destination[Length++] = (byte)(value | 0x80);
        }

        destination[Length++] = (byte)value;
    }
}
