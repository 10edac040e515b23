namespace Gantry.Images.Compression;

/// <summary>What is to become one block: stretches of bytes as they are, each followed by a match. Written in the form that is shortest.</summary>
internal sealed class DeflateBlock
{
    private const int FewSymbols = 768;
    private const int StoredMost = ushort.MaxValue;
    private const int StoredHeader = 5;
    private static readonly HuffmanCode FixedLiterals = MakeFixedLiterals();
    private static readonly HuffmanCode FixedDistances = MakeFixedDistances();

    private readonly HuffmanCode literals = new(DeflateSymbols.LiteralCount, DeflateSymbols.LongestCode);
    private readonly HuffmanCode distances = new(DeflateSymbols.DistanceCount, DeflateSymbols.LongestCode);
    private readonly HuffmanCode lengths = new(DeflateSymbols.LengthCount, DeflateSymbols.LongestLengthCode);
    private readonly uint[] literalCounts = new uint[DeflateSymbols.LiteralCount];
    private readonly uint[] distanceCounts = new uint[DeflateSymbols.DistanceCount];
    private readonly uint[] lengthCounts = new uint[DeflateSymbols.LengthCount];
    private readonly byte[] codeLengths = new byte[DeflateSymbols.LiteralCount + DeflateSymbols.DistanceCount];
    private readonly List<(byte Symbol, byte Extra)> header = [];
    private readonly Sequence[] sequences;
    private int count;

    /// <param name="capacity">Bytes that a block stands for at most.</param>
    public DeflateBlock(int capacity) => sequences = new Sequence[(capacity / 4) + 2];

    /// <summary>Bytes that a stretch needs at most.</summary>
    public static int MostBytes(int length) => length + 16 + (StoredHeader * (1 + (length / StoredMost)));

    /// <summary>Adds a stretch of bytes, and the match after it; a length of 0 for none.</summary>
    public void Add(int plain, int length, int distance) => sequences[count++] = new(plain, (ushort)length, (ushort)(distance - 1));

    /// <summary>Writes the block and empties it.</summary>
    /// <param name="content">The bytes it stands for.</param>
    public void Write(ref BitWriter writer, ReadOnlySpan<byte> content, bool isLast)
    {
        var symbols = CountSymbols(content);
        var fixedBits = 3 + FixedLiterals.BitsOf(literalCounts) + FixedDistances.BitsOf(distanceCounts);
        var dynamicBits = long.MaxValue;
        if (symbols > FewSymbols)
        {
            literals.Make(literalCounts);
            distances.Make(distanceCounts);
            dynamicBits = 3 + MakeHeader() + literals.BitsOf(literalCounts) + distances.BitsOf(distanceCounts);
        }

        // Extra bits are the same in both.
        var storedBits = (8L * (content.Length + StoredHeader)) - ExtraBits();
        if (storedBits < Math.Min(fixedBits, dynamicBits))
        {
            WriteStored(ref writer, content, isLast);
        }
        else if (fixedBits <= dynamicBits)
        {
            writer.Add(isLast ? 0b011u : 0b010, 3);
            WriteSymbols(ref writer, content, FixedLiterals, FixedDistances);
        }
        else
        {
            writer.Add(isLast ? 0b101u : 0b100, 3);
            WriteHeader(ref writer);
            WriteSymbols(ref writer, content, literals, distances);
        }

        count = 0;
    }

    /// <summary>Writes bytes as they are.</summary>
    public static void WriteStored(ref BitWriter writer, ReadOnlySpan<byte> content, bool isLast)
    {
        do
        {
            var piece = content[..Math.Min(content.Length, StoredMost)];
            content = content[piece.Length..];
            writer.Add(isLast && content.IsEmpty ? 1u : 0, 3);
            writer.Align();
            writer.Add((uint)piece.Length | ((uint)(ushort)~piece.Length << 16), 32);
            writer.Spill();
            writer.Copy(piece);
        }
        while (!content.IsEmpty);
    }

    private int CountSymbols(ReadOnlySpan<byte> content)
    {
        Array.Clear(literalCounts);
        Array.Clear(distanceCounts);
        var (at, symbols) = (0, count);
        foreach (ref readonly var sequence in sequences.AsSpan(0, count))
        {
            foreach (var literal in content.Slice(at, sequence.Plain))
            {
                literalCounts[literal]++;
            }

            symbols += sequence.Plain;
            at += sequence.Plain + sequence.Length;
            if (sequence.Length > 0)
            {
                literalCounts[DeflateSymbols.LengthSymbol(sequence.Length)]++;
                distanceCounts[DeflateSymbols.DistanceSymbol(sequence.Distance)]++;
            }
        }

        literalCounts[DeflateSymbols.EndOfBlock] = 1;
        return symbols;
    }

    private long ExtraBits()
    {
        long bits = 0;
        for (var symbol = DeflateSymbols.EndOfBlock + 1; symbol < DeflateSymbols.LiteralCount; symbol++)
        {
            bits += literalCounts[symbol] * DeflateSymbols.LengthExtraBits(symbol);
        }

        for (var symbol = 0; symbol < DeflateSymbols.DistanceCount; symbol++)
        {
            bits += distanceCounts[symbol] * DeflateSymbols.DistanceExtraBits(symbol);
        }

        return bits;
    }

    /// <summary>Describes both codes by the lengths of their codes, those in turn run by run (RFC 1951, 3.2.7).</summary>
    /// <returns>How many bits that needs.</returns>
    private long MakeHeader()
    {
        literals.Lengths.CopyTo(codeLengths, 0);
        distances.Lengths.CopyTo(codeLengths, DeflateSymbols.LiteralCount);
        header.Clear();
        Array.Clear(lengthCounts);
        for (var at = 0; at < codeLengths.Length;)
        {
            var value = codeLengths[at];
            var run = codeLengths.AsSpan(at).IndexOfAnyExcept(value) is >= 0 and var end ? end : codeLengths.Length - at;
            at += run;
            if (value != 0)
            {
                Describe(value, 0);
                run--;
            }

            while (run > 0)
            {
                var (symbol, most) = value != 0 ? (16, 6) : run >= 11 ? (18, 138) : (17, 10);
                var least = symbol == 18 ? 11 : 3;
                var taken = run < least ? 1 : Math.Min(run, most);
                if (run < least)
                {
                    Describe(value, 0);
                }
                else
                {
                    Describe((byte)symbol, (byte)(taken - least));
                }

                run -= taken;
            }
        }

        lengths.Make(lengthCounts);
        return 5 + 5 + 4 + (3 * DeflateSymbols.LengthCount) + lengths.BitsOf(lengthCounts) + (2 * lengthCounts[16]) + (3 * lengthCounts[17]) + (7 * lengthCounts[18]);
    }

    private void Describe(byte symbol, byte extra)
    {
        header.Add((symbol, extra));
        lengthCounts[symbol]++;
    }

    private void WriteHeader(ref BitWriter writer)
    {
        writer.Add(DeflateSymbols.LiteralCount - 257, 5);
        writer.Add(DeflateSymbols.DistanceCount - 1, 5);
        writer.Add(DeflateSymbols.LengthCount - 4, 4);
        foreach (var symbol in DeflateSymbols.LengthOrder)
        {
            writer.Add(lengths.Lengths[symbol], 3);
            writer.Spill();
        }

        foreach (var (symbol, extra) in header)
        {
            writer.Add(lengths.Packed[symbol]);
            writer.Add(extra, symbol switch { 16 => 2, 17 => 3, 18 => 7, _ => 0 });
            writer.Spill();
        }
    }

    private void WriteSymbols(ref BitWriter writer, ReadOnlySpan<byte> content, HuffmanCode literals, HuffmanCode distances)
    {
        // A copy can live in registers.
        var bits = writer;
        ReadOnlySpan<uint> codes = literals.Packed;
        ReadOnlySpan<uint> distanceCodes = distances.Packed;
        var at = 0;
        foreach (ref readonly var sequence in sequences.AsSpan(0, count))
        {
            var plain = content.Slice(at, sequence.Plain);
            at += sequence.Plain + sequence.Length;
            while (plain.Length >= 3)
            {
                bits.Add(codes[plain[0]]);
                bits.Add(codes[plain[1]]);
                bits.Add(codes[plain[2]]);
                bits.Spill();
                plain = plain[3..];
            }

            foreach (var literal in plain)
            {
                bits.Add(codes[literal]);
            }

            if (sequence.Length > 0)
            {
                bits.Spill();
                var symbol = DeflateSymbols.LengthSymbol(sequence.Length);
                bits.Add(codes[symbol]);
                bits.Add((uint)(sequence.Length - DeflateSymbols.ShortestMatch), DeflateSymbols.LengthExtraBits(symbol));
                symbol = DeflateSymbols.DistanceSymbol(sequence.Distance);
                bits.Add(distanceCodes[symbol]);
                bits.Add((uint)(sequence.Distance - 1), DeflateSymbols.DistanceExtraBits(symbol));
            }

            bits.Spill();
        }

        bits.Add(codes[DeflateSymbols.EndOfBlock]);
        bits.Spill();
        writer = bits;
    }

    private static HuffmanCode MakeFixedLiterals()
    {
        // Two symbols more than occur: the code is whole with them.
        var known = new byte[DeflateSymbols.LiteralCount + 2];
        known.AsSpan(0, 144).Fill(8);
        known.AsSpan(144, 112).Fill(9);
        known.AsSpan(256, 24).Fill(7);
        known.AsSpan(280).Fill(8);
        var code = new HuffmanCode(known.Length, DeflateSymbols.LongestCode);
        code.Set(known);
        return code;
    }

    private static HuffmanCode MakeFixedDistances()
    {
        var known = new byte[DeflateSymbols.DistanceCount + 2];
        known.AsSpan().Fill(5);
        var code = new HuffmanCode(known.Length, DeflateSymbols.LongestCode);
        code.Set(known);
        return code;
    }

    /// <param name="Plain">Bytes as they are.</param>
    /// <param name="Length">Of the match after them; 0 for none.</param>
    /// <param name="Offset">How far back the match is, less one.</param>
    private readonly record struct Sequence(int Plain, ushort Length, ushort Offset)
    {
        public int Distance => Offset + 1;
    }
}
