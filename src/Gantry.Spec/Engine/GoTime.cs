using System.Globalization;

namespace Gantry.Spec.Engine;

/// <summary>Times as Go prints them: RFC 3339 in UTC with as many fractional digits as needed.</summary>
public static class GoTime
{
    /// <summary>Go's zero time, which Docker prints where something has not happened yet.</summary>
    public const string Zero = "0001-01-01T00:00:00Z";

    public static string Format(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture);

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
