using System.Globalization;
using Gantry.Spec;

namespace Gantry.Images.Layers.Tar;

/// <summary>Sparse files (GNU tar manual, "Storing Sparse Files"): old GNU, and pax 0.0, 0.1 and 1.0.</summary>
public sealed partial class TarReader
{
    private (IReadOnlyList<SparseExtent> Extents, long RealSize)? ReadSparse(PaxRecords? pax, OldSparse? old, byte[] name)
    {
        if (old is not null)
        {
            while (old.Continues)
            {
                if (!Ensure(TarHeader.Size))
                {
                    throw Truncated();
                }

                old.AddExtension(buffer.AsSpan(start, TarHeader.Size));
                start += TarHeader.Size;
            }

            return Checked(old.Numbers, old.RealSize, name);
        }

        if (pax is { SparseMajor: 1, SparseMinor: 0, SparseRealSize: { } size })
        {
            return Checked(ReadSparseMap(name), size, name);
        }

        return pax is { SparseNumbers: { } numbers, SparseRealSize: { } realSize } ? Checked(numbers, realSize, name) : null;
    }

    /// <summary>Form 1.0: decimal lines at the head of the content, filled up to a whole block.</summary>
    private List<long> ReadSparseMap(byte[] name)
    {
        var read = 0L;
        var count = ReadLine();
        if (count < 0 || count > limits.SparseExtents)
        {
            throw new InvalidArgumentException($"invalid entry {TarText.Display(name)}: {count} sparse extents");
        }

        List<long> numbers = [];
        for (var i = 0; i < count * 2; i++)
        {
            numbers.Add(ReadLine());
        }

        for (var left = Padding(read); left > 0;)
        {
            left -= ReadContent(left).Length;
        }

        return numbers;

        long ReadLine()
        {
            Span<byte> digits = stackalloc byte[20];
            for (var length = 0; length < digits.Length; length++)
            {
                var piece = ReadContent(1);
                read++;
                if (piece.IsEmpty)
                {
                    break;
                }

                if (piece[0] == '\n')
                {
                    return long.TryParse(digits[..length], NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                        ? number
                        : throw new InvalidArgumentException($"invalid entry {TarText.Display(name)}: malformed sparse map");
                }

                digits[length] = piece[0];
            }

            throw new InvalidArgumentException($"invalid entry {TarText.Display(name)}: malformed sparse map");
        }
    }

    /// <summary>Extents in order, inside the file, and exactly as long as the stored data.</summary>
    private (IReadOnlyList<SparseExtent> Extents, long RealSize) Checked(List<long> numbers, long realSize, byte[] name)
    {
        var extents = new List<SparseExtent>(numbers.Count / 2);
        long position = 0, stored = 0;
        var valid = numbers.Count % 2 == 0 && numbers.Count / 2 <= limits.SparseExtents && realSize >= 0;
        for (var i = 0; valid && i < numbers.Count; i += 2)
        {
            var (offset, length) = (numbers[i], numbers[i + 1]);
            valid = offset >= position && length >= 0 && offset <= realSize && length <= realSize - offset;
            extents.Add(new(offset, length));
            position = offset + length;
            stored += length;
        }

        return valid && stored == content
            ? (extents, realSize)
            : throw new InvalidArgumentException($"invalid entry {TarText.Display(name)}: sparse map does not fit its data");
    }

    private sealed class OldSparse
    {
        private const int ExtentSize = 24;
        private readonly TarLimits limits;
        private readonly byte[] name;

        public OldSparse(TarHeader header, TarLimits limits, byte[] name)
        {
            this.limits = limits;
            this.name = name;
            RealSize = header.SparseRealSize;
            Continues = header.SparseContinues;
            Add(header.Field(TarHeader.SparseOffset, 4 * ExtentSize));
        }

        public List<long> Numbers { get; } = [];

        public long RealSize { get; }

        public bool Continues { get; private set; }

        public void AddExtension(ReadOnlySpan<byte> block)
        {
            Add(block[..(21 * ExtentSize)]);
            Continues = block[504] != 0;
            if (Numbers.Count / 2 > limits.SparseExtents)
            {
                throw new InvalidArgumentException($"invalid entry {TarText.Display(name)}: more than {limits.SparseExtents} sparse extents");
            }
        }

        private void Add(ReadOnlySpan<byte> extents)
        {
            for (; extents.Length >= ExtentSize && extents[0] != 0; extents = extents[ExtentSize..])
            {
                Numbers.Add(TarHeader.ParseNumber(extents[..12]));
                Numbers.Add(TarHeader.ParseNumber(extents[12..24]));
            }
        }
    }
}
