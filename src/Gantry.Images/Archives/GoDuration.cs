using System.Buffers;
using System.Globalization;
using Gantry.Spec;

namespace Gantry.Images.Archives;

/// <summary>Durations as Go writes them: <c>1m30s</c>, <c>500ms</c>, <c>1.5h</c>.</summary>
public static class GoDuration
{
    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789.");
    private static readonly (string Unit, decimal Nanoseconds)[] Units =
        [("ns", 1), ("us", 1_000), ("µs", 1_000), ("ms", 1_000_000), ("s", 1_000_000_000), ("m", 60_000_000_000), ("h", 3_600_000_000_000)];

    /// <summary>Nanoseconds.</summary>
    public static long Parse(string text)
    {
        decimal total = 0;
        var rest = text.AsSpan();
        while (!rest.IsEmpty)
        {
            var digits = rest.IndexOfAnyExcept(Digits);
            var after = digits < 1 ? [] : rest[digits..];
            var length = after.IndexOfAny(Digits);
            var unit = (length < 0 ? after : after[..length]).ToString();
            var found = Units.FirstOrDefault(u => u.Unit == unit);
            if (found.Unit is null || !decimal.TryParse(rest[..digits], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) || number > (long.MaxValue - total) / found.Nanoseconds)
            {
                throw new InvalidArgumentException($"invalid duration \"{text}\"");
            }

            total += number * found.Nanoseconds;
            rest = length < 0 ? [] : after[length..];
        }

        return text.Length > 0 ? (long)total : throw new InvalidArgumentException("invalid duration \"\"");
    }
}
