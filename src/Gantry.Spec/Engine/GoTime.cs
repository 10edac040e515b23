using System.Globalization;

namespace Gantry.Spec.Engine;

/// <summary>Times as Go prints them: RFC 3339 in UTC with as many fractional digits as needed.</summary>
public static class GoTime
{
    /// <summary>Go's zero time, which Docker prints where something has not happened yet.</summary>
    public const string Zero = "0001-01-01T00:00:00Z";

    public static string Format(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture);

    /// <summary>Reads RFC 3339 with all of up to nine decimals.</summary>
    /// <param name="text">With a date, a time and an offset or Z.</param>
    /// <param name="unixNanoseconds">Since 1970, UTC.</param>
    public static bool TryParseUnixNanoseconds(string text, out long unixNanoseconds)
    {
        unixNanoseconds = 0;
        var dot = text.IndexOf('.', StringComparison.Ordinal);
        var end = dot < 0 ? -1 : text.AsSpan(dot + 1).IndexOfAnyExceptInRange('0', '9') is var length && length < 0 ? text.Length : dot + 1 + length;
        var digits = dot < 0 ? "" : text[(dot + 1)..end];
        var whole = dot < 0 ? text : text[..dot] + text[end..];
        if (digits.Length > 9
            || !text.Contains('T', StringComparison.Ordinal)
            || !DateTimeOffset.TryParse(whole, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            || time.Year is < 1678 or > 2261)
        {
            return false;
        }

        unixNanoseconds = (time.ToUnixTimeSeconds() * 1_000_000_000L)
            + (digits.Length == 0 ? 0 : long.Parse(digits.PadRight(9, '0'), CultureInfo.InvariantCulture));
        return true;
    }

    /// <summary>The same with all nine digits kept.</summary>
    /// <param name="unixNanoseconds">Since 1970, UTC.</param>
    public static string FormatUnixNanoseconds(long unixNanoseconds)
    {
        var (seconds, nanoseconds) = Math.DivRem(unixNanoseconds, 1_000_000_000L);
        if (nanoseconds < 0)
        {
            (seconds, nanoseconds) = (seconds - 1, nanoseconds + 1_000_000_000L);
        }

        var whole = DateTimeOffset.FromUnixTimeSeconds(seconds).UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture);
        return nanoseconds == 0
            ? whole + "Z"
            : $"{whole}.{nanoseconds.ToString("D9", CultureInfo.InvariantCulture).TrimEnd('0')}Z";
    }
}
