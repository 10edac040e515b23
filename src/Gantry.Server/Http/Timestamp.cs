using System.Globalization;
using Gantry.Spec;
using Gantry.Spec.Engine;

namespace Gantry.Server.Http;

/// <summary>The times of <c>since</c> and <c>until</c>: Unix seconds with up to nine decimals, or RFC 3339.</summary>
internal static class Timestamp
{
    public static DateTimeOffset Parse(string parameter, string text) =>
        DateTimeOffset.UnixEpoch.AddTicks(ParseNanoseconds(parameter, text) / TimeSpan.NanosecondsPerTick);

    /// <returns>Nanoseconds since 1970.</returns>
    public static long ParseNanoseconds(string parameter, string text) =>
        TryUnix(text, out var nanoseconds) || GoTime.TryParseUnixNanoseconds(text, out nanoseconds)
            ? nanoseconds
            : throw new InvalidArgumentException($"invalid value \"{text}\" for {parameter}: it must be a Unix timestamp, with decimals or without");

    private static bool TryUnix(string text, out long nanoseconds)
    {
        nanoseconds = 0;
        var dot = text.IndexOf('.', StringComparison.Ordinal);
        var whole = dot < 0 ? text : text[..dot];
        var fraction = dot < 0 ? "" : text[(dot + 1)..];
        if (!long.TryParse(whole, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var seconds)
            || fraction.Length > 9
            || fraction.AsSpan().ContainsAnyExceptInRange('0', '9')
            || Math.Abs(seconds) > long.MaxValue / 1_000_000_000L - 1)
        {
            return false;
        }

        nanoseconds = (seconds * 1_000_000_000L) + (fraction.Length == 0 ? 0 : long.Parse(fraction.PadRight(9, '0'), CultureInfo.InvariantCulture));
        return true;
    }
}
