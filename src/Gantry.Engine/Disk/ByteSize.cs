using System.Globalization;
using Gantry.Spec;

namespace Gantry.Engine.Disk;

/// <summary>Sizes as Docker reads them: the units of memory are powers of 1024, those of files powers of 1000.</summary>
public static class ByteSize
{
    private const string Units = "bkmgtp";
    internal const int Memory = 1024;
    private const int Files = 1000;

    /// <param name="what">What it is the size of, for the error.</param>
    /// <param name="text">As <c>64m</c>, <c>1.5GiB</c> or a number of bytes.</param>
    /// <exception cref="InvalidArgumentException">It is no size above 0.</exception>
    public static long OfMemory(string what, string text) =>
        TryParse(text, Memory) ?? throw new InvalidArgumentException($"invalid {what} \"{text}\": a size such as 64m or 1g is needed");

    /// <inheritdoc cref="OfMemory"/>
    public static long OfFiles(string what, string text) =>
        TryParse(text, Files) ?? throw new InvalidArgumentException($"invalid {what} \"{text}\": a size such as 512MB or 20GB is needed");

    /// <param name="text">As for <see cref="OfMemory"/>.</param>
    /// <param name="step">From one unit to the next: 1000 or 1024.</param>
    /// <param name="least">The smallest that is one.</param>
    /// <returns>Null where it is no size.</returns>
    internal static long? TryParse(string text, int step, int least = 1)
    {
        var number = text.AsSpan().TrimEnd("bBiIkKmMgGtTpP ");
        var unit = text.AsSpan(number.Length).Trim().ToString().ToLowerInvariant();
        var power = unit.Length == 0 ? 0 : Units.IndexOf(unit[0], StringComparison.Ordinal);
        return power >= 0 && unit.AsSpan(Math.Min(1, unit.Length)) is "" or "b" or "ib"
            && decimal.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var count)
            && count * (decimal)Math.Pow(step, power) is <= long.MaxValue and var bytes && bytes >= least
                ? (long)bytes
                : null;
    }
}
