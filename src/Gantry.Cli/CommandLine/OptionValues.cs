using System.Buffers;
using System.Globalization;
using Gantry.Spec;

namespace Gantry.Cli.CommandLine;

/// <summary>The notations of option values: Go's booleans and numbers, Docker's sizes and durations.</summary>
internal static class OptionValues
{
    private static readonly SearchValues<char> NumberCharacters = SearchValues.Create("0123456789.");

    /// <summary>Why a value cannot be one of the type, in the words users know; null if it can.</summary>
    public static string? Check(string type, string name, string value) => type switch
    {
        "bool" => GoBoolean.TryParse(value, out _) ? null : $"strconv.ParseBool: parsing {Quote(value)}: invalid syntax",
        "int" or "int64" or "uint16" => CheckInteger(type, value),
        "bytes" => TrySize(value, out _) || (name is "memory-swap" && value == "-1") ? null : WhyNoSize(value),
        "duration" => TryDuration(value, out _) ? null : $"time: invalid duration {Quote(value)}",
        "decimal" => TryNanoCpus(value, out _) ? null : $"failed to parse {value} as a rational number",
        "stringToString" => Run.Csv.Split(value).Find(pair => !pair.Contains('=', StringComparison.Ordinal)) is { } pair ? $"{pair} must be formatted as key=value" : null,
        "filter" => value.Length == 0 || value.Contains('=', StringComparison.Ordinal) ? null : "bad format of filter (expected name=value)",
        _ => null,
    };

    /// <summary>Docker's memory sizes: a number and b, k, m, g, t or p of 1024.</summary>
    public static bool TrySize(string text, out long bytes)
    {
        bytes = 0;
        var digits = text.AsSpan().TrimEnd("bBiIkKmMgGtTpP ");
        var suffix = text.AsSpan(digits.Length).Trim();
        if (!double.TryParse(digits, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)) return false;
        var letters = suffix.ToString().ToUpperInvariant();
        int power = letters switch
        {
            "" or "B" => 0,
            "K" or "KB" or "KIB" => 1,
            "M" or "MB" or "MIB" => 2,
            "G" or "GB" or "GIB" => 3,
            "T" or "TB" or "TIB" => 4,
            "P" or "PB" or "PIB" => 5,
            _ => -1,
        };
        if (power < 0) return false;
        bytes = (long)(number * Math.Pow(1024, power));
        return true;
    }

    private static string WhyNoSize(string text)
    {
        var end = text.AsSpan().LastIndexOfAnyInRange('0', '9');
        var suffix = text.AsSpan(end + 1).Trim();
        return end < 0 || suffix.Length == 0 || !double.TryParse(text.AsSpan(0, end + 1), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out _)
            ? $"invalid size: '{text}'"
            : $"invalid suffix: '{suffix.ToString().ToLowerInvariant()}'";
    }

    /// <summary>Go's durations: 1h2m3.5s, 300ms.</summary>
    public static bool TryDuration(string text, out long nanoseconds)
    {
        nanoseconds = 0;
        if (text == "0") return true;
        var rest = text.AsSpan();
        var negative = rest.StartsWith("-");
        if (negative || rest.StartsWith("+")) rest = rest[1..];
        if (rest.Length == 0) return false;
        while (rest.Length > 0)
        {
            var length = rest.IndexOfAnyExcept(NumberCharacters);
            if (length <= 0 || !double.TryParse(rest[..length], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)) return false;
            rest = rest[length..];
            var end = rest.IndexOfAny(NumberCharacters);
            var unit = end < 0 ? rest : rest[..end];
            var scale = unit switch
            {
                "ns" => 1.0,
                "us" or "µs" => 1e3,
                "ms" => 1e6,
                "s" => 1e9,
                "m" => 60e9,
                "h" => 3600e9,
                _ => 0,
            };
            if (scale == 0) return false;
            nanoseconds += (long)(number * scale);
            rest = rest[unit.Length..];
        }

        if (negative) nanoseconds = -nanoseconds;
        return true;
    }

    public static bool TryNanoCpus(string text, out long nanoCpus)
    {
        nanoCpus = 0;
        if (!decimal.TryParse(text, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value)) return false;
        nanoCpus = (long)(value * 1_000_000_000m);
        return nanoCpus == value * 1_000_000_000m;
    }

    /// <inheritdoc cref="GoText.Quote"/>
    public static string Quote(string text) => GoText.Quote(text);

    private static string? CheckInteger(string type, string value)
    {
        var function = type == "uint16" ? "ParseUint" : "ParseInt";
        if (!System.Numerics.BigInteger.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
        {
            return $"strconv.{function}: parsing {Quote(value)}: invalid syntax";
        }

        if (type == "uint16" && number < 0) return $"strconv.{function}: parsing {Quote(value)}: invalid syntax";
        var fits = type == "uint16" ? number <= ushort.MaxValue : number >= long.MinValue && number <= long.MaxValue;
        return fits ? null : $"strconv.{function}: parsing {Quote(value)}: value out of range";
    }
}
