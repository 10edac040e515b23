using System.Globalization;

namespace Gantry.Build.Sources;

/// <summary>What is kept of an address, beside a directory of it: a git repository, or a file of a web server.</summary>
/// <param name="Id">Of its address.</param>
/// <param name="Size">Bytes of disk.</param>
public sealed record SourceRecord(string Id, string Address, long Size, DateTimeOffset Created, DateTimeOffset Used, long Uses)
{
    private const int Lines = 4;

    /// <summary>Null for one that was not finished, or cannot be read.</summary>
    internal static SourceRecord? Read(string directory, long size)
    {
        try
        {
            return File.ReadAllLines(PathIn(directory)) is { Length: Lines } lines
                ? new(Path.GetFileName(directory), lines[0], size, Time(lines[1]), Time(lines[2]), Number(lines[3]))
                : null;
        }
        catch (Exception e) when (e is IOException or FormatException or OverflowException or ArgumentOutOfRangeException)
        {
            return null;
        }
    }

    internal void Write(string directory)
    {
        var temporary = PathIn(directory) + ".new";
        File.WriteAllLines(temporary, [Address, Text(Created.UtcTicks), Text(Used.UtcTicks), Text(Uses)]);
        File.Move(temporary, PathIn(directory), overwrite: true);
    }

    private static string PathIn(string directory) => Path.Combine(directory, "record");

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);

    private static DateTimeOffset Time(string text) => new(Number(text), TimeSpan.Zero);
}
