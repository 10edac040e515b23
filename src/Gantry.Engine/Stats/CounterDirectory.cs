using System.Globalization;

namespace Gantry.Engine.Stats;

/// <summary>Reads the counters of a directory of a control group file system. A file that is not there, or goes, counts nothing.</summary>
internal readonly record struct CounterDirectory(string Path)
{
    /// <summary>A file of one number; <c>max</c> is the greatest there is.</summary>
    public ulong Number(string file) => Lines(file) is [var line, ..] ? Parse(line) : 0;

    /// <summary>A file of lines with a name and a number.</summary>
    public Dictionary<string, long> Table(string file)
    {
        var table = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var line in Lines(file))
        {
            if (line.Split(' ') is [var name, var value])
            {
                table[name] = Signed(Parse(value));
            }
        }

        return table;
    }

    public string[] Lines(string file)
    {
        try
        {
            return File.ReadAllLines(System.IO.Path.Combine(Path, file));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    public static long Signed(ulong value) => value > long.MaxValue ? long.MaxValue : (long)value;

    private static ulong Parse(string text) =>
        text == "max" ? ulong.MaxValue : ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : 0;
}
