using System.Globalization;
using Gantry.Spec;

namespace Gantry.Engine.Disk;

/// <summary>How much disk everything beneath the data root may take: bytes, or a share of the file system it is on.</summary>
public sealed record DiskBudget
{
    private static readonly (string Suffix, long Factor)[] Units =
    [
        ("kib", 1L << 10), ("mib", 1L << 20), ("gib", 1L << 30), ("tib", 1L << 40),
        ("kb", 1000), ("mb", 1000_000), ("gb", 1000_000_000), ("tb", 1000_000_000_000),
        ("k", 1000), ("m", 1000_000), ("g", 1000_000_000), ("t", 1000_000_000_000), ("b", 1), ("", 1),
    ];

    private readonly string text;
    private readonly decimal bytes;
    private readonly decimal percent;

    private DiskBudget(string text, decimal bytes, decimal percent) => (this.text, this.bytes, this.percent) = (text, bytes, percent);

    /// <exception cref="InvalidArgumentException">It is neither a size nor a share.</exception>
    public static DiskBudget Parse(string text)
    {
        var budget = text.EndsWith('%')
            ? new DiskBudget(text, 0, Number(text[..^1]) is > 0 and <= 100 and var share ? share : 0)
            : new DiskBudget(text, Size(text), 0);
        return budget.bytes + budget.percent > 0
            ? budget
            : throw new InvalidArgumentException($"invalid disk-budget \"{text}\": a size such as 20GB or 20GiB is needed, or a share of the disk such as 80%");
    }

    /// <param name="diskSize">Bytes of the file system.</param>
    public long BytesOf(long diskSize) => percent > 0 ? (long)(diskSize * percent / 100) : (long)bytes;

    public override string ToString() => text;

    private static decimal Size(string text)
    {
        var (suffix, factor) = Units.First(unit => text.EndsWith(unit.Suffix, StringComparison.OrdinalIgnoreCase));
        return Number(text[..^suffix.Length]) is { } number && number <= long.MaxValue / factor ? decimal.Floor(number * factor) : 0;
    }

    private static decimal? Number(string text) =>
        decimal.TryParse(text, NumberStyles.AllowDecimalPoint | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out var number) ? number : null;
}
