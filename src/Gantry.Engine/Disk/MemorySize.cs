using System.Globalization;
using Gantry.Spec;

namespace Gantry.Engine.Disk;

/// <summary>Sizes of memory as Docker reads them: <c>k</c>, <c>m</c> and <c>g</c> are powers of 1024.</summary>
public static class MemorySize
{
    private const string Units = "bkmgtp";

    /// <param name="what">What it is the size of, for the error.</param>
    /// <param name="text">As <c>64m</c>, <c>1.5GiB</c> or a number of bytes.</param>
    /// <exception cref="InvalidArgumentException">It is no size above 0.</exception>
    public static long Parse(string what, string text)
    {
        var number = text.AsSpan().TrimEnd("bBiIkKmMgGtTpP ");
        var unit = text.AsSpan(number.Length).Trim().ToString().ToLowerInvariant();
        var power = unit.Length == 0 ? 0 : Units.IndexOf(unit[0], StringComparison.Ordinal);
        return power >= 0 && unit.AsSpan(Math.Min(1, unit.Length)) is "" or "b" or "ib"
            && decimal.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var count)
            && count * (1L << (10 * power)) is >= 1 and <= long.MaxValue and var bytes
                ? (long)bytes
                : throw new InvalidArgumentException($"invalid {what} \"{text}\": a size such as 64m or 1g is needed");
    }
}
