using System.Globalization;
using System.Text.RegularExpressions;

namespace Gantry.Compose.Nodes;

/// <summary>
/// What a plain scalar means: YAML 1.2's core schema, and the octal and binary numbers of 1.1.
/// yes, no, on and off are strings.
/// </summary>
internal static partial class YamlScalar
{
    public static object? Resolve(string text)
    {
        if (text.Length == 0)
        {
            return null;
        }

        switch (text)
        {
            case "~" or "null" or "Null" or "NULL": return null;
            case "true" or "True" or "TRUE": return true;
            case "false" or "False" or "FALSE": return false;
            case ".nan" or ".NaN" or ".NAN": return double.NaN;
            case ".inf" or ".Inf" or ".INF" or "+.inf" or "+.Inf" or "+.INF": return double.PositiveInfinity;
            case "-.inf" or "-.Inf" or "-.INF": return double.NegativeInfinity;
        }

        if (!char.IsAsciiDigit(text[0]) && text[0] is not ('+' or '-' or '.'))
        {
            return text;
        }

        var plain = text.Replace("_", "", StringComparison.Ordinal);
        if (Integer(plain) is { } integer)
        {
            return integer;
        }

        return Float(plain) is { } number ? number : (object?)YamlTimestamp.TryParse(text) ?? text;
    }

    private static long? Integer(string text)
    {
        var isNegative = text.StartsWith('-');
        var digits = text.AsSpan(isNegative || text.StartsWith('+') ? 1 : 0);
        if (digits.IsEmpty || !char.IsAsciiDigit(digits[0]))
        {
            return null;
        }

        long? value = digits switch
        {
            ['0', 'x' or 'X', .. var rest] => InBase(rest, 16),
            ['0', 'o' or 'O', .. var rest] => InBase(rest, 8),
            ['0', 'b' or 'B', .. var rest] => InBase(rest, 2),
            ['0', _, ..] => InBase(digits[1..], 8),
            _ => long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null,
        };
        return isNegative ? -value : value;
    }

    private static long? InBase(ReadOnlySpan<char> digits, int radix)
    {
        if (digits.IsEmpty)
        {
            return null;
        }

        UInt128 value = 0;
        foreach (var c in digits)
        {
            if (!char.IsAsciiHexDigit(c) || Convert.ToInt32(c.ToString(), 16) is var digit && digit >= radix)
            {
                return null;
            }

            value = value * (uint)radix + (uint)digit;
            if (value > long.MaxValue)
            {
                return null;
            }
        }

        return (long)value;
    }

    private static double? Float(string text) =>
        FloatPattern().IsMatch(text) && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value : null;

    [GeneratedRegex(@"^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?\z")]
    private static partial Regex FloatPattern();
}
