using System.Globalization;
using System.Text;

namespace Gantry.Spec.Templates;

/// <summary>Go's fmt.Sprint and fmt.Sprintf for template values.</summary>
internal static class Formatting
{
    /// <summary>A space goes between operands when neither is a string.</summary>
    public static string Sprint(List<object?> values)
    {
        var text = new StringBuilder();
        for (var i = 0; i < values.Count; i++)
        {
            if (i > 0 && values[i] is not string && values[i - 1] is not string) text.Append(' ');
            text.Append(Values.Print(values[i]));
        }

        return text.ToString();
    }

    public static string Sprintf(string format, List<object?> values)
    {
        var text = new StringBuilder();
        var next = 0;
        for (var i = 0; i < format.Length; i++)
        {
            if (format[i] != '%')
            {
                text.Append(format[i]);
                continue;
            }

            var (left, plus, zero, sharp, blank) = (false, false, false, false, false);
            for (i++; i < format.Length && format[i] is '-' or '+' or '0' or '#' or ' '; i++)
            {
                if (format[i] == '-') left = true;
                else if (format[i] == '+') plus = true;
                else if (format[i] == '0') zero = true;
                else if (format[i] == '#') sharp = true;
                else blank = true;
            }

            var width = Number(format, ref i, values, ref next) ?? 0;
            int? precision = null;
            if (i < format.Length && format[i] == '.')
            {
                i++;
                precision = Number(format, ref i, values, ref next) ?? 0;
            }

            if (i >= format.Length)
            {
                text.Append("%!(NOVERB)");
                break;
            }

            if (format[i] == '%')
            {
                text.Append('%');
                continue;
            }

            if (next >= values.Count)
            {
                text.Append("%!").Append(format[i]).Append("(MISSING)");
                continue;
            }

            var formatted = Format(format[i], values[next++], precision, plus, sharp, blank);
            text.Append(left ? formatted.PadRight(width) : zero && formatted.Length < width && values[next - 1] is long or double ? ZeroPad(formatted, width) : formatted.PadLeft(width));
        }

        if (next < values.Count)
        {
            text.Append("%!(EXTRA ").Append(string.Join(", ", values.Skip(next).Select(v => $"{Values.GoType(v)}={Values.Print(v)}"))).Append(')');
        }

        return text.ToString();
    }

    private static string Format(char verb, object? value, int? precision, bool plus, bool sharp, bool blank)
    {
        // Numbers of JSON that Docker's types hold as integers.
        if (verb is 'd' or 'x' or 'X' or 'o' or 'b' or 'c' && value is double whole && double.IsInteger(whole) && Math.Abs(whole) < 1L << 53) value = (long)whole;
        var sign = plus && value is >= 0L ? "+" : blank && value is >= 0L ? " " : "";
        return (verb, value) switch
        {
            ('v', string s) when sharp => GoText.Quote(s),
            ('v', _) => sign + Values.Print(value),
            ('s', string s) => precision is { } p && p < s.Length ? s[..p] : s,
            ('s', long or double or bool or null) => value is null ? "%!s(<nil>)" : $"%!s({Values.GoType(value)}={Values.Print(value)})",
            ('s', _) => Values.Print(value),
            ('q', string s) => GoText.Quote(s),
            ('q', not (long or double or bool or null)) when Values.Items(value) is { } items => $"[{string.Join(' ', items.Select(i => GoText.Quote(Values.Print(i.Value))))}]",
            ('d', long n) => sign + n.ToString(CultureInfo.InvariantCulture),
            ('x', long n) => (sharp ? "0x" : "") + n.ToString("x", CultureInfo.InvariantCulture),
            ('X', long n) => (sharp ? "0X" : "") + n.ToString("X", CultureInfo.InvariantCulture),
            ('o', long n) => (sharp ? "0" : "") + Convert.ToString(n, 8),
            ('b', long n) => Convert.ToString(n, 2),
            ('c', long n) => char.ConvertFromUtf32((int)n),
            ('x', string s) => Convert.ToHexStringLower(Encoding.UTF8.GetBytes(s)),
            ('X', string s) => Convert.ToHexString(Encoding.UTF8.GetBytes(s)),
            ('t', bool b) => b ? "true" : "false",
            ('f' or 'F', double d) => d.ToString("F" + (precision ?? 6).ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture),
            ('e', double d) => d.ToString("0." + new string('0', precision ?? 6) + "e+00", CultureInfo.InvariantCulture),
            ('g', double) => Values.Print(value),
            ('T', _) => Values.GoType(value),
            (_, null) => $"%!{verb}(<nil>)",
            _ => $"%!{verb}({Values.GoType(value)}={Values.Print(value)})",
        };
    }

    private static string ZeroPad(string number, int width) => number[0] is '-' or '+' ? number[0] + number[1..].PadLeft(width - 1, '0') : number.PadLeft(width, '0');

    private static int? Number(string format, ref int i, List<object?> values, ref int next)
    {
        if (i < format.Length && format[i] == '*')
        {
            i++;
            return next < values.Count && values[next++] is long given ? (int)given : null;
        }

        var start = i;
        while (i < format.Length && char.IsAsciiDigit(format[i])) i++;
        return i > start && int.TryParse(format.AsSpan(start, i - start), out var number) ? number : null;
    }
}
