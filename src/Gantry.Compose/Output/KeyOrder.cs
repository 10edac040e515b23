using System.Text;

namespace Gantry.Compose.Output;

/// <summary>The order of a free mapping's keys in YAML: numbers in them count as numbers, and signs come before letters.</summary>
internal sealed class KeyOrder : IComparer<string>
{
    public static KeyOrder Yaml { get; } = new();

    public int Compare(string? x, string? y)
    {
        var left = Runes(x ?? "");
        var right = Runes(y ?? "");
        var same = left.AsSpan().CommonPrefixLength(right);
        if (same == left.Length || same == right.Length)
        {
            return left.Length.CompareTo(right.Length);
        }

        var (a, b) = (left[same], right[same]);
        var (aIsLetter, bIsLetter) = (Rune.IsLetter(a), Rune.IsLetter(b));
        if (aIsLetter && bIsLetter)
        {
            return a.CompareTo(b);
        }

        if (aIsLetter || bIsLetter)
        {
            // After digits, letters come first: there the number of the other key goes on.
            var letterFirst = same > 0 && Rune.IsDigit(left[same - 1]);
            return aIsLetter == letterFirst ? -1 : 1;
        }

        // A nought after other digits is part of their number, not a leading nought.
        var isLeading = !(a.Value == '0' || b.Value == '0') || !left[..same].Reverse().TakeWhile(Rune.IsDigit).Any(rune => rune.Value != '0');
        var (aNumber, aLength) = Number(left, same, isLeading);
        var (bNumber, bLength) = Number(right, same, isLeading);
        return aNumber != bNumber ? aNumber.CompareTo(bNumber)
            : aLength != bLength ? aLength.CompareTo(bLength)
            : a.CompareTo(b);
    }

    private static (UInt128 Value, int Length) Number(Rune[] text, int from, bool isLeading)
    {
        UInt128 value = isLeading ? 0u : 1u;
        var end = from;
        for (; end < text.Length && Rune.IsDigit(text[end]); end++)
        {
            value = unchecked(value * 10 + (UInt128)(text[end].Value - '0'));
        }

        return (value, end - from);
    }

    private static Rune[] Runes(string text) => [.. text.EnumerateRunes()];
}
