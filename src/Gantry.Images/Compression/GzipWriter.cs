using System.Buffers.Binary;
using System.IO.Hashing;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace Gantry.Images.Compression;

/// <summary>
/// A gzip stream (RFC 1952) of layers, for a push that waits for it: matches are found by one look, and what does not compress is
/// seen early and stays as it is. The same bytes make the same stream on every machine, and with every version of .NET.
/// </summary>
/// <param name="target">Not closed.</param>
internal sealed class GzipWriter(Stream target) : IDisposable
{
    private const int History = DeflateSymbols.FarthestMatch;
    private const int BlockSize = 128 * 1024;
    private const int HashBits = 15;
    private const uint HashFactor = 2654435761;
    // What is read at once to find a match, and how long that is at least.
    private const int Look = 4;
    // Looks become rarer with each 64 that found nothing.
    private const int Patience = 6;
    private const int DenseRun = 2048;
    private const int Trailer = 8;

    private readonly byte[] window = new byte[History + BlockSize];
    private readonly int[] heads = new int[1 << HashBits];
    private readonly byte[] output = new byte[DeflateBlock.MostBytes(BlockSize) + 4096];
    private readonly DeflateBlock block = new(BlockSize);
    private readonly Crc32 crc = new();
    // Places are counted from here, so that what was never seen is too far away.
    private int origin = History + 1;
    private int start;
    private int filled;
    private uint size;
    private WaitingBits waiting;
    private bool isBegun;
    private bool isEnded;

    public void Write(ReadOnlySpan<byte> buffer)
    {
        crc.Append(buffer);
        size += (uint)buffer.Length;
        while (!buffer.IsEmpty)
        {
            if (filled - start == BlockSize)
            {
                Compress(isLast: false);
            }

            var count = Math.Min(buffer.Length, BlockSize - (filled - start));
            buffer[..count].CopyTo(window.AsSpan(filled));
            filled += count;
            buffer = buffer[count..];
        }
    }

    /// <summary>Ends the stream.</summary>
    public void Dispose()
    {
        if (!isEnded)
        {
            isEnded = true;
            Compress(isLast: true);
        }
    }

    private void Compress(bool isLast)
    {
        if (!isBegun)
        {
            isBegun = true;
            // Deflate, no name and no time; "fastest"; an unknown system.
            target.Write([0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 4, 0xFF]);
        }

        var writer = new BitWriter(output, waiting);
        WriteBlocks(ref writer, window.AsSpan(0, filled), isLast);
        if (isLast)
        {
            writer.Align();
            Span<byte> trailer = stackalloc byte[Trailer];
            BinaryPrimitives.WriteUInt32LittleEndian(trailer, crc.GetCurrentHashAsUInt32());
            BinaryPrimitives.WriteUInt32LittleEndian(trailer[4..], size);
            writer.Copy(trailer);
        }

        waiting = writer.Waiting;
        target.Write(output, 0, writer.Length);
        var kept = Math.Min(filled, History);
        window.AsSpan(filled - kept, kept).CopyTo(window);
        origin += filled - kept;
        start = filled = kept;
    }

    /// <summary>Finds matches from <see cref="start"/> to the end of what is here, and writes what came of it.</summary>
    private void WriteBlocks(ref BitWriter writer, ReadOnlySpan<byte> content, bool isLast)
    {
        var (begun, plain, at, misses) = (start, start, start, 0);
        var (heads, origin) = (this.heads, this.origin);
        while (at <= content.Length - Look)
        {
            var seen = BinaryPrimitives.ReadUInt32LittleEndian(content[at..]);
            ref var head = ref heads[seen * HashFactor >> (32 - HashBits)];
            var distance = origin + at - head;
            head = origin + at;
            if ((uint)(distance - 1) >= History || distance > at || BinaryPrimitives.ReadUInt32LittleEndian(content[(at - distance)..]) != seen)
            {
                at += 1 + (misses++ >> Patience);
                continue;
            }

            misses = 0;
            var end = at + EqualFrom(content, at, at - distance);
            while (at > plain && at > distance && content[at - 1] == content[at - distance - 1])
            {
                at--;
            }

            if (IsDense(content[plain..at]))
            {
                WriteDense(ref writer, content, begun, plain, at, isLast: false);
                begun = plain = at;
            }

            AddMatch(at - plain, end - at, distance);
            plain = at = end;
            Note(content, end - 2);
        }

        if (plain < content.Length && IsDense(content[plain..]))
        {
            WriteDense(ref writer, content, begun, plain, content.Length, isLast);
            return;
        }

        block.Add(content.Length - plain, 0, 1);
        block.Write(ref writer, content[begun..], isLast);
    }

    /// <summary>How many bytes are equal from two places on. Most are few, for which a call costs more than they do.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int EqualFrom(ReadOnlySpan<byte> content, int at, int before)
    {
        if (content.Length - at >= sizeof(ulong))
        {
            var difference = BinaryPrimitives.ReadUInt64LittleEndian(content[at..]) ^ BinaryPrimitives.ReadUInt64LittleEndian(content[before..]);
            if (difference != 0)
            {
                return BitOperations.TrailingZeroCount(difference) >> 3;
            }
        }

        return content[at..].CommonPrefixLength(content[before..]);
    }

    /// <summary>Writes what came before bytes that do not compress, and those as they are.</summary>
    private void WriteDense(ref BitWriter writer, ReadOnlySpan<byte> content, int begun, int from, int to, bool isLast)
    {
        if (from > begun)
        {
            block.Write(ref writer, content[begun..from], isLast: false);
        }

        DeflateBlock.WriteStored(ref writer, content[from..to], isLast);
    }

    /// <summary>One longer than deflate has becomes several.</summary>
    private void AddMatch(int plain, int length, int distance)
    {
        while (length > DeflateSymbols.LongestMatch)
        {
            var piece = Math.Min(DeflateSymbols.LongestMatch, length - DeflateSymbols.ShortestMatch);
            block.Add(plain, piece, distance);
            (plain, length) = (0, length - piece);
        }

        block.Add(plain, length, distance);
    }

    private void Note(ReadOnlySpan<byte> content, int at)
    {
        if (at <= content.Length - Look)
        {
            heads[BinaryPrimitives.ReadUInt32LittleEndian(content[at..]) * HashFactor >> (32 - HashBits)] = origin + at;
        }
    }

    /// <summary>Whether bytes in which no match was found are so evenly spread that shorter codes for some would gain less than a twentieth.</summary>
    private static bool IsDense(ReadOnlySpan<byte> content)
    {
        if (content.Length < DenseRun)
        {
            return false;
        }

        Span<uint> counts = stackalloc uint[256];
        counts.Clear();
        foreach (var value in content)
        {
            counts[value]++;
        }

        // How often two of them are equal, beside 1/256 for bytes of chance.
        ulong pairs = 0;
        foreach (var count in counts)
        {
            pairs += (ulong)count * (count - 1);
        }

        return pairs < (ulong)content.Length * (ulong)(content.Length - 1) / 205;
    }
}
