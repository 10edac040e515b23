using System.Globalization;

namespace Gantry.Spec;

/// <summary>Bytes as Docker shows them to people: <c>36.45kB</c>, <c>1.5MiB</c>.</summary>
public static class HumanSize
{
    private static readonly string[] DecimalNames = ["B", "kB", "MB", "GB", "TB", "PB", "EB", "ZB", "YB"];
    private static readonly string[] BinaryNames = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB", "ZiB", "YiB"];

    public static string Decimal(double bytes, int digits) => Scale(bytes, 1000, DecimalNames, digits);

    public static string Binary(double bytes) => Scale(bytes, 1024, BinaryNames, 4);

    private static string Scale(double value, double step, string[] names, int digits)
    {
        var i = 0;
        while (value >= step && i < names.Length - 1)
        {
            value /= step;
            i++;
        }

        return Significant(value, digits) + names[i];
    }

    /// <summary>Go's %.{digits}g for numbers below 10^digits, trailing zeros dropped.</summary>
    private static string Significant(double value, int digits)
    {
        if (value == 0) return "0";
        var before = (int)Math.Floor(Math.Log10(Math.Abs(value))) + 1;
        var text = Math.Round(value, Math.Clamp(digits - before, 0, 15), MidpointRounding.ToEven);
        return before > digits
            ? value.ToString("0." + new string('#', digits - 1) + "e+00", CultureInfo.InvariantCulture)
            : text.ToString("0.####################", CultureInfo.InvariantCulture);
    }
}
