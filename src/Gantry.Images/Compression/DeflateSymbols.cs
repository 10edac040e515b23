using System.Numerics;
using System.Runtime.CompilerServices;

namespace Gantry.Images.Compression;

/// <summary>The alphabets of deflate (RFC 1951, 3.2.5 to 3.2.7).</summary>
internal static class DeflateSymbols
{
    public const int EndOfBlock = 256;
    public const int LiteralCount = 286;
    public const int DistanceCount = 30;
    public const int LengthCount = 19;
    public const int LongestCode = 15;
    public const int LongestLengthCode = 7;
    public const int ShortestMatch = 3;
    public const int LongestMatch = 258;
    public const int FarthestMatch = 32768;

    /// <summary>In which order the lengths of the code for lengths come.</summary>
    public static ReadOnlySpan<byte> LengthOrder => [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

    /// <summary>Four symbols for each power of two, and one of its own for the longest.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int LengthSymbol(int length)
    {
        var beyond = length - ShortestMatch;
        if (beyond < 8)
        {
            return EndOfBlock + 1 + beyond;
        }

        var power = BitOperations.Log2((uint)beyond);
        return length == LongestMatch ? LiteralCount - 1 : EndOfBlock + 1 + ((power - 1) * 4) + ((beyond >> (power - 2)) & 3);
    }

    /// <summary>How many of the lowest bits of a length, less the shortest, are written beside its symbol.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int LengthExtraBits(int symbol) => symbol is < 265 or 285 ? 0 : (symbol - 261) >> 2;

    /// <summary>Two symbols for each power of two.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int DistanceSymbol(int distance)
    {
        if (distance <= 4)
        {
            return distance - 1;
        }

        var power = BitOperations.Log2((uint)(distance - 1));
        return (power * 2) + (((distance - 1) >> (power - 1)) & 1);
    }

    /// <summary>How many of the lowest bits of a distance, less one, are written beside its symbol.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int DistanceExtraBits(int symbol) => symbol < 4 ? 0 : (symbol >> 1) - 1;
}
