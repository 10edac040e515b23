using System.Text;

namespace Gantry.Cli.Lists;

/// <summary>Lines with tabs into aligned columns: a cell ends at a tab, and columns run over neighbouring lines that have them.</summary>
internal static class TabWriter
{
    public static string Align(IReadOnlyList<string> lines, int minimum = 10, int padding = 3)
    {
        var cells = string.Join('\n', lines).Split('\n').Select(l => l.Split('\t')).ToList();
        var widths = cells.Select(c => new int[Math.Max(0, c.Length - 1)]).ToList();
        for (var column = 0; cells.Any(c => c.Length - 1 > column); column++)
        {
            for (var first = 0; first < cells.Count; first++)
            {
                if (cells[first].Length - 1 <= column) continue;
                var end = first;
                var width = 0;
                while (end < cells.Count && cells[end].Length - 1 > column) width = Math.Max(width, Length(cells[end++][column]));
                for (var i = first; i < end; i++) widths[i][column] = Math.Max(minimum, width + padding);
                first = end - 1;
            }
        }

        var text = new StringBuilder();
        for (var i = 0; i < cells.Count; i++)
        {
            for (var column = 0; column < widths[i].Length; column++)
            {
                text.Append(cells[i][column]).Append(' ', widths[i][column] - Length(cells[i][column]));
            }

            text.Append(cells[i][^1]).Append('\n');
        }

        return text.ToString();
    }

    private static int Length(string cell)
    {
        var count = 0;
        foreach (var _ in cell.EnumerateRunes()) count++;
        return count;
    }
}
