using System.Globalization;
using System.Text;

namespace Gantry.Spec.Build;

/// <summary>Lines of a file and those around them, as BuildKit's clients show them: the lines that are meant marked.</summary>
public static class SourceExcerpt
{
    private const string Rule = "--------------------";

    /// <param name="fileName">For its head.</param>
    /// <param name="text">All lines.</param>
    /// <param name="start">The first line that is meant, counted from 1.</param>
    /// <param name="end">The last one.</param>
    /// <returns>Empty where the file has no such line; no newline at its end.</returns>
    public static string Of(string fileName, IReadOnlyList<string> text, int start, int end)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (start < 1 || start > text.Count)
        {
            return "";
        }

        // One line needs more around it than several do.
        var around = start == end ? 2 : 1;
        var shown = new StringBuilder().Append(CultureInfo.InvariantCulture, $"{fileName}:{start}\n{Rule}\n");
        for (var number = Math.Max(1, start - around); number <= Math.Min(text.Count, end + around); number++)
        {
            var mark = number >= start && number <= end ? ">>>" : "   ";
            shown.Append(string.Create(CultureInfo.InvariantCulture, $"{number,4} | {mark} {text[number - 1]}").TrimEnd()).Append('\n');
        }

        return shown.Append(Rule).ToString();
    }
}
