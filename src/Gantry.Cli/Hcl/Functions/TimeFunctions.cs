using System.Globalization;
using System.Text;
using Gantry.Cli.CommandLine;

namespace Gantry.Cli.Hcl.Functions;

/// <summary>Functions of times, which are text (RFC 3339).</summary>
internal static class TimeFunctions
{
    public static HclFunction? Find(string name) => name switch
    {
        "formatdate" => new(2, 2, call => HclValue.Of(Format(call, call.Text(0), Time(call, 1)))),
        "formattimestamp" => new(2, 2, call => call.Text(0) == "X" ? HclValue.Of(Instant(call, 1).ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture)) : HclValue.Of(Format(call, call.Text(0), Instant(call, 1)))),
        "timeadd" => new(2, 2, call => OptionValues.TryDuration(call.Text(1), out var duration) ? HclValue.Of(Text(Time(call, 0) + TimeSpan.FromTicks(duration / TimeSpan.NanosecondsPerTick))) : throw call.Wrong(1, $"is no duration: {call.Text(1)}")),
        "timestamp" => new(0, 0, _ => HclValue.Of(Text(TimeProvider.System.GetUtcNow()))),
        _ => null,
    };

    private static string Text(DateTimeOffset time) => time.ToString("yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture) + Zone(time, ":", "Z");

    private static DateTimeOffset Time(HclCall call, int index) =>
        DateTimeOffset.TryParseExact(call.Text(index), ["yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK"], CultureInfo.InvariantCulture, DateTimeStyles.None, out var time)
            ? time
            : throw call.Wrong(index, $"is no time like 2006-01-02T15:04:05Z: {call.Text(index)}");

    /// <summary>A time, or the seconds since 1970.</summary>
    private static DateTimeOffset Instant(HclCall call, int index) => call.Value(index).TryNumber(out var seconds) ? DateTimeOffset.FromUnixTimeSeconds((long)seconds) : Time(call, index);

    private static string Format(HclCall call, string format, DateTimeOffset time)
    {
        var text = new StringBuilder();
        for (var i = 0; i < format.Length;)
        {
            if (format[i] == '\'')
            {
                i = AppendQuoted(text, format, i + 1) ?? throw call.Wrong(0, $"has a quote that is not closed: {format}");
                continue;
            }

            var end = i + 1;
            while (end < format.Length && format[end] == format[i]) end++;
            var part = format[i..end];
            text.Append(char.IsAsciiLetter(part[0]) ? Part(part, time) ?? throw call.Wrong(0, $"has a part {part} that means nothing; literal letters stand between '") : part);
            i = end;
        }

        return text.ToString();
    }

    /// <summary>Text up to a quote; two of them are one in it.</summary>
    /// <returns>Where it goes on; null where there is no end.</returns>
    private static int? AppendQuoted(StringBuilder text, string format, int at)
    {
        for (; at < format.Length; at++)
        {
            if (format[at] == '\'' && (at + 1 == format.Length || format[++at] != '\'')) return format[at] == '\'' ? at + 1 : at;
            text.Append(format[at]);
        }

        return null;
    }

    private static string? Part(string part, DateTimeOffset time) => part switch
    {
        "YYYY" => time.ToString("yyyy", CultureInfo.InvariantCulture),
        "YY" => time.ToString("yy", CultureInfo.InvariantCulture),
        "MMMM" or "MMM" or "MM" => time.ToString(part, CultureInfo.InvariantCulture),
        "M" => time.Month.ToString(CultureInfo.InvariantCulture),
        "DD" => time.ToString("dd", CultureInfo.InvariantCulture),
        "D" => time.Day.ToString(CultureInfo.InvariantCulture),
        "EEEE" => time.ToString("dddd", CultureInfo.InvariantCulture),
        "EEE" => time.ToString("ddd", CultureInfo.InvariantCulture),
        "hh" => time.ToString("HH", CultureInfo.InvariantCulture),
        "h" => time.Hour.ToString(CultureInfo.InvariantCulture),
        "HH" => time.ToString("hh", CultureInfo.InvariantCulture),
        "H" => ((time.Hour + 11) % 12 + 1).ToString(CultureInfo.InvariantCulture),
        "AA" => time.Hour < 12 ? "AM" : "PM",
        "aa" => time.Hour < 12 ? "am" : "pm",
        "mm" or "ss" => time.ToString(part, CultureInfo.InvariantCulture),
        "m" => time.Minute.ToString(CultureInfo.InvariantCulture),
        "s" => time.Second.ToString(CultureInfo.InvariantCulture),
        "ZZZZZ" => Zone(time, ":", null),
        "ZZZZ" => Zone(time, "", null),
        "ZZZ" => Zone(time, "", "UTC"),
        "Z" => Zone(time, ":", "Z"),
        _ => null,
    };

    private static string Zone(DateTimeOffset time, string between, string? zero) => time.Offset == TimeSpan.Zero && zero is not null
        ? zero
        : $"{(time.Offset < TimeSpan.Zero ? '-' : '+')}{time.Offset:hh}{between}{time.Offset:mm}";
}
