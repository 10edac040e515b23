using System.Text;

namespace Gantry.Build.Calls;

/// <summary>A table: each column as wide as its widest cell.</summary>
internal static class Columns
{
    /// <param name="rows">All of the same length.</param>
    /// <param name="gap">Blanks between two columns.</param>
    public static string Of(IReadOnlyList<string[]> rows, int gap)
    {
        var text = new StringBuilder();
        var widths = Enumerable.Range(0, rows[0].Length).Select(column => rows.Max(row => row[column].Length) + gap).ToArray();
        foreach (var row in rows)
        {
            for (var column = 0; column < row.Length - 1; column++)
            {
                text.Append(row[column].PadRight(widths[column]));
            }

            text.Append(row[^1]).Append('\n');
        }

        return text.ToString();
    }
}
