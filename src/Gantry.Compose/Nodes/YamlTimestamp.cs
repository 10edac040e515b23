using System.Globalization;

namespace Gantry.Compose.Nodes;

/// <summary>A date, or date and time, that was written without quotes.</summary>
internal sealed record YamlTimestamp(DateTimeOffset Time)
{
    private static readonly string[] Formats =
    [
        "yyyy-M-d", "yyyy-M-d'T'H:m:s.FFFFFFFzzz", "yyyy-M-d't'H:m:s.FFFFFFFzzz", "yyyy-M-d H:m:s.FFFFFFF",
        "yyyy-M-d'T'H:m:s.FFFFFFF'Z'", "yyyy-M-d't'H:m:s.FFFFFFF'Z'",
    ];

    public static YamlTimestamp? TryParse(string text) =>
        text.Length >= 8 && text[4] == '-' && text.AsSpan(0, 4).IndexOfAnyExceptInRange('0', '9') < 0
        && DateTimeOffset.TryParseExact(text, Formats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? new(time)
            : null;

    /// <summary>As Go prints a time.</summary>
    public override string ToString()
    {
        var fraction = Time.ToString(".FFFFFFF", CultureInfo.InvariantCulture);
        var zone = Time.ToString("zzz", CultureInfo.InvariantCulture).Replace(":", "", StringComparison.Ordinal);
        return Time.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture) + fraction + " " + zone + " " + (Time.Offset == TimeSpan.Zero ? "UTC" : zone);
    }
}
