using System.Globalization;

namespace Gantry.Compose.Nodes;

/// <summary>Numbers and truth values as programs in Go print them; that text gets into labels, environments and hashes.</summary>
internal static class GoValue
{
    /// <summary>Go's <c>%v</c>.</summary>
    public static string Print(object? value) => value switch
    {
        null => "<nil>",
        string text => text,
        bool b => b ? "true" : "false",
        long i => i.ToString(CultureInfo.InvariantCulture),
        YamlTimestamp time => time.ToString(),
        double or float => Number(value),
        _ => throw new ArgumentException($"a value cannot be a {value.GetType().Name}", nameof(value)),
    };

    /// <summary>A float or double in its shortest digits, with an exponent from a million on and below 0.0001.</summary>
    public static string Number(object value) => Number(value, -4, 6, "00");

    /// <summary>The same, as JSON has it: an exponent from 1e21 on and below 1e-6.</summary>
    public static string JsonNumber(object value) => Number(value, -6, 21, "0");

    private static string Number(object value, int smallest, int largest, string exponentFormat)
    {
        var number = value is float single ? single : (double)value;
        if (!double.IsFinite(number))
        {
            return double.IsNaN(number) ? "NaN" : number > 0 ? "+Inf" : "-Inf";
        }

        var scientific = value is float f ? f.ToString("E8", CultureInfo.InvariantCulture) : number.ToString("E16", CultureInfo.InvariantCulture);
        var text = value is float g ? g.ToString("R", CultureInfo.InvariantCulture) : number.ToString("R", CultureInfo.InvariantCulture);
        var exponent = int.Parse(scientific.AsSpan(scientific.IndexOf('E', StringComparison.Ordinal) + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        var sign = text.StartsWith('-') ? "-" : "";
        var digits = new string([.. text.TakeWhile(c => c != 'E').Where(char.IsAsciiDigit)]).TrimStart('0').TrimEnd('0');
        if (digits.Length == 0)
        {
            return sign + "0";
        }

        if (exponent < smallest || exponent >= largest)
        {
            var fraction = digits.Length > 1 ? "." + digits[1..] : "";
            return $"{sign}{digits[0]}{fraction}e{(exponent < 0 ? '-' : '+')}{Math.Abs(exponent).ToString(exponentFormat, CultureInfo.InvariantCulture)}";
        }

        if (exponent < 0)
        {
            return $"{sign}0.{new string('0', -exponent - 1)}{digits}";
        }

        return digits.Length <= exponent + 1
            ? sign + digits.PadRight(exponent + 1, '0')
            : $"{sign}{digits[..(exponent + 1)]}.{digits[(exponent + 1)..]}";
    }
}
