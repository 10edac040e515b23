using System.Globalization;
using Gantry.Spec;

namespace Gantry.Cli.Lists;

/// <summary>Sizes, ages and cut texts as Docker's lists show them.</summary>
internal static class Units
{
    public static string Size(double bytes, int digits = 3) => HumanSize.Decimal(bytes, digits);

    public static string BinarySize(double bytes) => HumanSize.Binary(bytes);

    public static string Age(TimeSpan age)
    {
        var seconds = (long)age.TotalSeconds;
        var hours = (long)Math.Round(age.TotalHours, MidpointRounding.AwayFromZero);
        return seconds switch
        {
            < 1 => "Less than a second",
            1 => "1 second",
            < 60 => $"{seconds} seconds",
            < 120 => "About a minute",
            < 3600 => $"{seconds / 60} minutes",
            _ when hours == 1 => "About an hour",
            _ when hours < 48 => $"{hours} hours",
            _ when hours < 24 * 7 * 2 => $"{hours / 24} days",
            _ when hours < 24 * 30 * 2 => $"{hours / 24 / 7} weeks",
            _ when hours < 24 * 365 * 2 => $"{hours / 24 / 30} months",
            _ => $"{(long)(age.TotalHours / 24) / 365} years",
        };
    }

    public static string Ago(long unixSeconds) => unixSeconds <= 0 ? "N/A" : Age(DateTimeOffset.UtcNow - DateTimeOffset.FromUnixTimeSeconds(unixSeconds)) + " ago";

    /// <summary>Go's time.String of a local time.</summary>
    public static string Local(long unixSeconds)
    {
        var local = DateTimeOffset.FromUnixTimeSeconds(unixSeconds).ToLocalTime();
        return local.ToString("yyyy-MM-dd HH:mm:ss ", CultureInfo.InvariantCulture) + Offset(local, "") + " " + Zone(local);
    }

    /// <summary>Go's time.String of a time in RFC 3339, with its decimals.</summary>
    public static string GoTime(string rfc3339)
    {
        if (!DateTimeOffset.TryParse(rfc3339, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)) return rfc3339;
        var dot = rfc3339.IndexOf('.', StringComparison.Ordinal);
        var decimals = dot < 0 ? "" : new string([.. rfc3339[dot..].TakeWhile(c => c is '.' or (>= '0' and <= '9'))]);
        return time.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture) + decimals + " " + Offset(time, "") + " " + (time.Offset == TimeSpan.Zero ? "UTC" : Offset(time, ""));
    }

    /// <summary>RFC 3339 with the offset of the place, Z for none.</summary>
    public static string Rfc3339(DateTimeOffset time, int fraction = 0) =>
        time.ToString("yyyy-MM-ddTHH:mm:ss", CultureInfo.InvariantCulture)
        + (fraction > 0 ? "." + (time.Ticks % TimeSpan.TicksPerSecond).ToString("d7", CultureInfo.InvariantCulture) + "00" : "")
        + (time.Offset == TimeSpan.Zero ? "Z" : Offset(time, ":"));

    public static string Offset(DateTimeOffset time, string separator) =>
        (time.Offset < TimeSpan.Zero ? "-" : "+") + time.Offset.ToString("hh", CultureInfo.InvariantCulture) + separator + time.Offset.ToString("mm", CultureInfo.InvariantCulture);

    /// <summary>At most that many characters, the last an ellipsis where some are missing.</summary>
    public static string Ellipsis(string text, int length)
    {
        var runes = text.EnumerateRunes().ToList();
        return runes.Count <= length ? text : string.Concat(runes.Take(length - 1).Select(r => r.ToString())) + "…";
    }

    public static string ShortId(string id)
    {
        var colon = id.IndexOf(':', StringComparison.Ordinal);
        var hex = id[(colon + 1)..];
        return hex.Length > 12 ? hex[..12] : hex;
    }

    private static string Zone(DateTimeOffset local)
    {
        var zone = TimeZoneInfo.Local;
        if (local.Offset == TimeSpan.Zero && zone.BaseUtcOffset == TimeSpan.Zero && !zone.IsDaylightSavingTime(local)) return "UTC";
        return Offset(local, "")[..3];
    }
}
