namespace Gantry.Cli.Lists;

/// <summary>Numbers within names by their value: a9 before a10.</summary>
internal sealed class NaturalOrder : IComparer<string>
{
    public static readonly NaturalOrder Instance = new();

    public int Compare(string? x, string? y)
    {
        ReadOnlySpan<char> a = x, b = y;
        while (a.Length > 0 && b.Length > 0)
        {
            var left = Digits(a);
            var right = Digits(b);
            var order = left > 0 && right > 0 ? CompareNumbers(a[..left], b[..right]) : a[0] - b[0];
            if (order != 0) return order;
            a = a[Math.Max(left, 1)..];
            b = b[Math.Max(right, 1)..];
        }

        return a.Length - b.Length;
    }

    private static int CompareNumbers(ReadOnlySpan<char> a, ReadOnlySpan<char> b)
    {
        var first = a.TrimStart('0');
        var second = b.TrimStart('0');
        var order = first.Length != second.Length ? first.Length - second.Length : first.SequenceCompareTo(second);
        return order != 0 ? order : a.Length - b.Length;
    }

    private static int Digits(ReadOnlySpan<char> text)
    {
        var count = text.IndexOfAnyExceptInRange('0', '9');
        return count < 0 ? text.Length : count;
    }
}
