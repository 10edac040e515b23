using System.Globalization;
using Gantry.Spec;

namespace Gantry.Server.Http;

/// <summary>The times of <c>since</c> and <c>until</c>: Unix seconds with up to nine decimals, or RFC 3339.</summary>
internal static class Timestamp
{
    private const int NanosecondsPerTick = 100;

    public static DateTimeOffset Parse(string parameter, string text)
    {
        if (TryUnix(text, out var time)
            || (text.Contains('T', StringComparison.Ordinal)
                && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out time)))
        {
            return time;
        }

        throw new InvalidArgumentException($"invalid value \"{text}\" for {parameter}: it must be a Unix timestamp, with decimals or without");
    }

    private static bool TryUnix(string text, out DateTimeOffset time)
    {
        time = default;
        var dot = text.IndexOf('.', StringComparison.Ordinal);
        var whole = dot < 0 ? text : text[..dot];
        var fraction = dot < 0 ? "" : text[(dot + 1)..];
        if (!long.TryParse(whole, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var seconds)
            || fraction.Length > 9
            || fraction.AsSpan().ContainsAnyExceptInRange('0', '9')
            || seconds < DateTimeOffset.MinValue.ToUnixTimeSeconds()
            || seconds > DateTimeOffset.MaxValue.ToUnixTimeSeconds())
        {
            return false;
        }

        var nanoseconds = fraction.Length == 0 ? 0 : long.Parse(fraction.PadRight(9, '0'), CultureInfo.InvariantCulture);
        time = DateTimeOffset.FromUnixTimeSeconds(seconds).AddTicks(nanoseconds / NanosecondsPerTick);
        return true;
    }
}
