namespace Gantry.Images.Compression;

/// <summary>A prefix code as deflate has it (RFC 1951, 3.2.2): lengths by how often symbols occur, codes by lengths.</summary>
internal sealed class HuffmanCode(int symbols, int longest)
{
    private readonly ulong[] queue = new ulong[symbols];
    private readonly uint[] weights = new uint[symbols * 2];
    private readonly ushort[] parents = new ushort[symbols * 2];

    /// <summary>Bits of each symbol's code; 0 for what does not occur.</summary>
    public byte[] Lengths { get; } = new byte[symbols];

    /// <summary>Each symbol's code in the lower half, its first bit the lowest, and how many bits it has in the upper.</summary>
    public uint[] Packed { get; } = new uint[symbols];

    /// <summary>Makes the code of what was counted.</summary>
    public void Make(ReadOnlySpan<uint> counts)
    {
        Array.Clear(Lengths);
        var used = 0;
        for (var symbol = 0; symbol < counts.Length; symbol++)
        {
            if (counts[symbol] > 0)
            {
                queue[used++] = ((ulong)counts[symbol] << 16) | (uint)symbol;
            }
        }

        // Less than two make no whole code, which some readers refuse: others join that never come.
        for (var symbol = 0; used < 2; symbol++)
        {
            if (counts[symbol] == 0)
            {
                queue[used++] = (1UL << 16) | (uint)symbol;
            }
        }

        Array.Sort(queue, 0, used);
        SetLengths(used);
        Assign();
    }

    /// <summary>Takes lengths that are known.</summary>
    public void Set(ReadOnlySpan<byte> lengths)
    {
        lengths.CopyTo(Lengths);
        Assign();
    }

    /// <summary>How many bits the symbols need.</summary>
    public long BitsOf(ReadOnlySpan<uint> counts)
    {
        long bits = 0;
        for (var symbol = 0; symbol < counts.Length; symbol++)
        {
            bits += (long)counts[symbol] * Lengths[symbol];
        }

        return bits;
    }

    /// <summary>Joins the two lightest until one is left: the leaves are sorted, and what is joined is heavier each time.</summary>
    private void SetLengths(int used)
    {
        for (var i = 0; i < used; i++)
        {
            weights[i] = (uint)(queue[i] >> 16);
        }

        var (leaf, inner, next) = (0, used, used);
        var root = (used * 2) - 2;
        while (next <= root)
        {
            var (one, other) = (Lightest(ref leaf, ref inner, used, next), Lightest(ref leaf, ref inner, used, next));
            weights[next] = weights[one] + weights[other];
            parents[one] = parents[other] = (ushort)next;
            next++;
        }

        Span<int> perLength = stackalloc int[longest + 1];
        Span<byte> depths = stackalloc byte[(used * 2) - 1];
        depths[root] = 0;
        var excess = 0L;
        for (var node = root - 1; node >= 0; node--)
        {
            depths[node] = (byte)Math.Min(depths[parents[node]] + 1, byte.MaxValue);
            if (node < used)
            {
                var length = Math.Min(depths[node], longest);
                perLength[length]++;
                excess += 1L << (longest - length);
            }
        }

        Shorten(perLength, excess - (1L << longest));
        // The rarest get the longest.
        var at = 0;
        for (var length = longest; length > 0; length--)
        {
            for (var left = perLength[length]; left > 0; left--)
            {
                Lengths[(ushort)queue[at++]] = (byte)length;
            }
        }
    }

    private int Lightest(ref int leaf, ref int inner, int used, int next) =>
        leaf < used && (inner >= next || weights[leaf] <= weights[inner]) ? leaf++ : inner++;

    /// <summary>Where codes were cut to the longest there are too many: shorter ones are made longer until all fit (Kraft).</summary>
    private void Shorten(Span<int> perLength, long excess)
    {
        while (excess > 0)
        {
            var length = longest - 1;
            while (perLength[length] == 0)
            {
                length--;
            }

            perLength[length]--;
            perLength[length + 1]++;
            excess -= 1L << (longest - length - 1);
        }

        // What became free again makes the longest shorter.
        for (var length = longest; excess < 0 && length > 1;)
        {
            if (perLength[length] > 0 && -excess >= 1L << (longest - length))
            {
                perLength[length]--;
                perLength[length - 1]++;
                excess += 1L << (longest - length);
            }
            else
            {
                length--;
            }
        }
    }

    private void Assign()
    {
        Span<int> next = stackalloc int[longest + 2];
        foreach (var length in Lengths)
        {
            next[length + 1] += length > 0 ? 1 : 0;
        }

        // next[n] is the first code of length n: those of the lengths before it, one bit longer.
        var code = 0;
        for (var length = 1; length <= longest; length++)
        {
            code = (code + next[length]) << 1;
            next[length] = code;
        }

        for (var symbol = 0; symbol < Lengths.Length; symbol++)
        {
            var length = Lengths[symbol];
            Packed[symbol] = length > 0 ? Reverse(next[length]++, length) | ((uint)length << 16) : 0;
        }
    }

    private static uint Reverse(int code, int length)
    {
        uint reversed = 0;
        for (var bit = 0; bit < length; bit++)
        {
            reversed = (reversed << 1) | (uint)((code >> bit) & 1);
        }

        return reversed;
    }
}
