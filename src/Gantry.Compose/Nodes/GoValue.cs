using System.Globalization;

namespace Gantry.Compose.Nodes;

/// <summary>Numbers and truth values as programs in Go print them; that text gets into labels and environments.</summary>
internal static class GoValue
{
    public static string Print(object? value) => value switch
    {
        null => "<nil>",
        string text => text,
        bool b => b ? "true" : "false",
        long i => i.ToString(CultureInfo.InvariantCulture),
        double d => Print(d),
        _ => throw new ArgumentException($"a value cannot be a {value.GetType().Name}", nameof(value)),
    };

    /// <summary>The shortest digits that read back as the same number; an exponent from 1e21 on and below 1e-4.</summary>
    public static string Print(double value)
    {
        if (double.IsNaN(value))
        {
            return "NaN";
        }

        if (double.IsInfinity(value))
        {
            return value > 0 ? "+Inf" : "-Inf";
        }

        return Digits(value.ToString("E16", CultureInfo.InvariantCulture), value.ToString("R", CultureInfo.InvariantCulture), 21);
    }

    /// <summary>A float's shortest text, with an exponent from <paramref name="bound"/> digits on.</summary>
    public static string Print(float value, int bound) =>
        Digits(value.ToString("E8", CultureInfo.InvariantCulture), value.ToString("R", CultureInfo.InvariantCulture), bound);

    private static string Digits(string scientific, string shortest, int bound)
    {
        var exponent = int.Parse(scientific[(scientific.IndexOf('E', StringComparison.Ordinal) + 1)..], CultureInfo.InvariantCulture);
        var negative = shortest.StartsWith('-') ? "-" : "";
        var digits = new string([.. shortest.TakeWhile(c => c != 'E').Where(char.IsAsciiDigit)]).TrimStart('0').TrimEnd('0');
        if (digits.Length == 0)
        {
            return negative + "0";
        }

        if (exponent < -4 || exponent >= bound)
        {
            var sign = exponent < 0 ? '-' : '+';
            return $"{negative}{digits[0]}{(digits.Length > 1 ? "." + digits[1..] : "")}e{sign}{Math.Abs(exponent):00}";
        }

        if (exponent < 0)
        {
            return $"{negative}0.{new string('0', -exponent - 1)}{digits}";
        }

        return digits.Length <= exponent + 1
            ? negative + digits.PadRight(exponent + 1, '0')
            : $"{negative}{digits[..(exponent + 1)]}.{digits[(exponent + 1)..]}";
    }
}
