using System.Buffers.Binary;

namespace Gantry.Images.Compression;

/// <summary>Bits in the order of deflate: the lowest first (RFC 1951, 3.1.1).</summary>
/// <param name="bytes">Where they go; eight bytes more than what is written.</param>
/// <param name="waiting">What an earlier one left.</param>
internal ref struct BitWriter(Span<byte> bytes, WaitingBits waiting)
{
    private readonly Span<byte> bytes = bytes;
    private ulong pending = waiting.Bits;
    private int count = waiting.Count;

    /// <summary>How many whole bytes are written.</summary>
    public int Length { get; private set; }

    /// <summary>Less than a byte, after <see cref="Spill"/>.</summary>
    public readonly WaitingBits Waiting => new(pending, count);

    /// <summary>Takes the lowest bits of a value: as many as make 63 with those that wait, at most seven after <see cref="Spill"/>.</summary>
    public void Add(uint value, int length)
    {
        pending |= (value & ((1UL << length) - 1)) << count;
        count += length;
    }

    /// <summary>Takes a symbol's code.</summary>
    /// <param name="code">Of <see cref="HuffmanCode.Packed"/>.</param>
    public void Add(uint code)
    {
        pending |= (ulong)(code & 0xFFFF) << count;
        count += (int)(code >> 16);
    }

    /// <summary>Writes the whole bytes that wait.</summary>
    public void Spill()
    {
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[Length..], pending);
        Length += count >> 3;
        pending >>= count & ~7;
        count &= 7;
    }

    /// <summary>Fills the last byte with zeros.</summary>
    public void Align()
    {
        count = (count + 7) & ~7;
        Spill();
    }

    /// <summary>Copies bytes, after <see cref="Align"/>.</summary>
    public void Copy(scoped ReadOnlySpan<byte> content)
    {
        content.CopyTo(bytes[Length..]);
        Length += content.Length;
    }
}

/// <summary>Bits that make no byte yet.</summary>
internal readonly record struct WaitingBits(ulong Bits, int Count);
