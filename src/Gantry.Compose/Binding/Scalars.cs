using System.Buffers;
using System.Globalization;

namespace Gantry.Compose.Binding;

/// <summary>Texts of sizes, durations and truth values.</summary>
internal static class Scalars
{
    private static readonly SearchValues<char> NumberParts = SearchValues.Create("0123456789.");

    /// <summary>Also YAML 1.1's words; null for any other.</summary>
    public static bool? Bool(string text) => text.ToLowerInvariant() switch
    {
        "true" or "y" or "yes" or "on" or "1" or "t" => true,
        "false" or "n" or "no" or "off" or "0" or "f" => false,
        _ => null,
    };

    public static bool IsTrue(string text) => Bool(text) == true;

    /// <summary><c>512</c>, <c>1.5g</c>, <c>64 MiB</c>; units are of 1024.</summary>
    public static long? Bytes(string text)
    {
        var end = text.AsSpan().LastIndexOfAnyInRange('0', '9') + 1;
        if (end == 0 || !double.TryParse(text.AsSpan(0, end), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
        {
            return null;
        }

        var unit = text.AsSpan(end).TrimStart('.').TrimStart(' ').ToString().ToLowerInvariant();
        var power = unit switch
        {
            "" or "b" => 0,
            ['k' or 'm' or 'g' or 't' or 'p', ..] when unit[1..] is "" or "b" or "ib" => "kmgtp".IndexOf(unit[0], StringComparison.Ordinal) + 1,
            _ => -1,
        };
        return power < 0 ? null : (long)(number * Math.Pow(1024, power));
    }

    /// <summary>Go's durations: <c>1h30m</c>, <c>1.5s</c>, <c>100ms</c>, <c>-1s</c>, <c>0</c>.</summary>
    public static TimeSpan? Duration(string text)
    {
        var rest = text.AsSpan();
        var isNegative = rest.StartsWith("-");
        if (isNegative || rest.StartsWith("+"))
        {
            rest = rest[1..];
        }

        if (rest is "0")
        {
            return TimeSpan.Zero;
        }

        if (rest.IsEmpty)
        {
            return null;
        }

        decimal ticks = 0;
        while (!rest.IsEmpty)
        {
            var length = rest.IndexOfAnyExcept(NumberParts);
            if (length <= 0 || !decimal.TryParse(rest[..length], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
            {
                return null;
            }

            rest = rest[length..];
            var unitLength = rest.IndexOfAny(NumberParts) is var next and >= 0 ? next : rest.Length;
            decimal? unit = rest[..unitLength] switch
            {
                "ns" => 0.01m,
                "us" or "µs" or "μs" => 10m,
                "ms" => TimeSpan.TicksPerMillisecond,
                "s" => TimeSpan.TicksPerSecond,
                "m" => TimeSpan.TicksPerMinute,
                "h" => TimeSpan.TicksPerHour,
                _ => null,
            };
            if (unit is null || number > 1_000_000_000_000m)
            {
                return null;
            }

            ticks += number * unit.Value;
            rest = rest[unitLength..];
        }

        return ticks > long.MaxValue ? null : new TimeSpan((long)(isNegative ? -ticks : ticks));
    }

    /// <summary>As Go prints a duration: <c>1h0m0s</c>, <c>1m30s</c>, <c>1.5s</c>, <c>100ms</c>.</summary>
    public static string Print(TimeSpan duration)
    {
        if (duration == TimeSpan.Zero)
        {
            return "0s";
        }

        if (duration < TimeSpan.Zero)
        {
            return "-" + Print(duration.Negate());
        }

        if (duration.Ticks < TimeSpan.TicksPerSecond)
        {
            return duration.Ticks switch
            {
                < 10 => Invariant(duration.Ticks * 100m) + "ns",
                < TimeSpan.TicksPerMillisecond => Invariant(duration.Ticks / 10m) + "µs",
                _ => Invariant(duration.Ticks / (decimal)TimeSpan.TicksPerMillisecond) + "ms",
            };
        }

        var seconds = Invariant(duration.Ticks % TimeSpan.TicksPerMinute / (decimal)TimeSpan.TicksPerSecond) + "s";
        var hours = duration.Ticks / TimeSpan.TicksPerHour;
        return hours > 0 ? $"{hours}h{duration.Minutes}m{seconds}" : duration.Minutes > 0 ? $"{duration.Minutes}m{seconds}" : seconds;
    }

    private static string Invariant(decimal value) => value.ToString("0.#########", CultureInfo.InvariantCulture);
}
