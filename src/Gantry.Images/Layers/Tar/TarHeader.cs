using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Gantry.Spec;

namespace Gantry.Images.Layers.Tar;

/// <summary>The fields of one 512 byte header block (POSIX ustar, and GNU tar's own form; tar(5)).</summary>
internal readonly ref struct TarHeader(ReadOnlySpan<byte> block)
{
    public const int Size = 512;
    private const int ChecksumOffset = 148;
    private const int ChecksumLength = 8;
    private readonly ReadOnlySpan<byte> block = block;

    public byte TypeFlag => block[156];

    public bool IsUstar => block.Slice(257, 6).SequenceEqual("ustar\0"u8);

    public bool IsGnu => block.Slice(257, 8).SequenceEqual("ustar  \0"u8);

    public uint Mode => (uint)(Number(100, 8) & 0xFFF);

    public long Uid => Number(108, 8);

    public long Gid => Number(116, 8);

    public long DataSize => Number(124, 12);

    public long ModifiedSeconds => Number(136, 12);

    public ReadOnlySpan<byte> LinkName => Text(157, 100);

    public long DeviceMajor => IsUstar || IsGnu ? Number(329, 8) : 0;

    public long DeviceMinor => IsUstar || IsGnu ? Number(337, 8) : 0;

    /// <summary>GNU's old sparse form: the first of four extents in the header itself.</summary>
    public const int SparseOffset = 386;

    public bool SparseContinues => block[482] != 0;

    public long SparseRealSize => Number(483, 12);

    public bool IsZero => !block.ContainsAnyExcept((byte)0);

    public byte[] Name()
    {
        var name = Text(0, 100);
        var prefix = IsUstar ? Text(345, 155) : [];
        return prefix.IsEmpty ? name.ToArray() : [.. prefix, (byte)'/', .. name];
    }

    /// <summary>The sum of all bytes with the checksum field as blanks; some old programs summed signed bytes.</summary>
    public bool HasRightChecksum()
    {
        const int fieldAsBlanks = ChecksumLength * ' ';
        var field = block.Slice(ChecksumOffset, ChecksumLength);
        var (unsigned, recorded) = (Sum(block) - Sum(field) + fieldAsBlanks, ParseNumber(field));
        return recorded == unsigned || recorded == unsigned - (256 * (CountNegative(block) - CountNegative(field)));
    }

    public ReadOnlySpan<byte> Field(int offset, int length) => block.Slice(offset, length);

    public long Number(int offset, int length) => ParseNumber(block.Slice(offset, length));

    /// <summary>Octal text, or base 256 where the first bit is set (GNU, star).</summary>
    public static long ParseNumber(ReadOnlySpan<byte> field)
    {
        if ((field[0] & 0x80) != 0)
        {
            Span<byte> wide = stackalloc byte[16];
            var negative = (field[0] & 0x40) != 0;
            wide.Fill(negative ? (byte)0xFF : (byte)0);
            field.CopyTo(wide[(16 - field.Length)..]);
            if (!negative)
            {
                wide[16 - field.Length] &= 0x7F;
            }

            var value = BinaryPrimitives.ReadInt128BigEndian(wide);
            return value >= long.MinValue && value <= long.MaxValue ? (long)value : throw Invalid(field);
        }

        long result = 0;
        foreach (var character in field.Trim(" \0"u8))
        {
            if (character is < (byte)'0' or > (byte)'7')
            {
                throw Invalid(field);
            }

            result = (result << 3) | (uint)(character - '0');
        }

        return result;
    }

    /// <summary>The sum of bytes, eight at a time, in four sums of 16 bits: of at most 512 bytes none overflows.</summary>
    internal static int Sum(ReadOnlySpan<byte> bytes)
    {
        const ulong everyOther = 0x00FF00FF00FF00FF;
        ulong sums = 0;
        foreach (var eight in MemoryMarshal.Cast<byte, ulong>(bytes))
        {
            sums += (eight & everyOther) + ((eight >> 8) & everyOther);
        }

        return (int)((sums & 0xFFFF) + ((sums >> 16) & 0xFFFF) + ((sums >> 32) & 0xFFFF) + (sums >> 48));
    }

    private static int CountNegative(ReadOnlySpan<byte> bytes)
    {
        var count = 0;
        foreach (var value in bytes)
        {
            count += value >> 7;
        }

        return count;
    }

    private static InvalidArgumentException Invalid(ReadOnlySpan<byte> field) => new($"invalid tar header: number {TarText.Display(field)}");

    private ReadOnlySpan<byte> Text(int offset, int length)
    {
        var field = block.Slice(offset, length);
        var end = field.IndexOf((byte)0);
        return end < 0 ? field : field[..end];
    }
}
