using System.Globalization;
using System.Text;

namespace Gantry.Build.Dockerfile;

/// <summary>Something in a Dockerfile is wrong, or leads to something that is.</summary>
public sealed class DockerfileException : Exception
{
    private const int Around = 3;
    private readonly IReadOnlyList<string> text;

    public DockerfileException(string message, string fileName, IReadOnlyList<string> text, LineRange lines, Exception? innerException = null)
        : base(message, innerException) => (FileName, this.text, Lines) = (fileName, text, lines);

    public DockerfileException(string message, DockerfileDocument document, LineRange lines, Exception? innerException = null)
        : this(message, document.FileName, document.Lines, lines, innerException)
    {
    }

    public string FileName { get; }

    public LineRange Lines { get; }

    /// <summary>The place in the file and the lines around it, those meant marked.</summary>
    public string Describe() => Excerpt(FileName, text, Lines);

    /// <inheritdoc cref="Describe"/>
    public static string Excerpt(string fileName, IReadOnlyList<string> text, LineRange lines)
    {
        const string rule = "--------------------";
        if (lines.Start < 1 || lines.Start > text.Count)
        {
            return "";
        }

        var shown = new StringBuilder().Append(CultureInfo.InvariantCulture, $"{fileName}:{lines.Start}\n{rule}\n");
        for (var number = Math.Max(1, lines.Start - Around); number <= Math.Min(text.Count, lines.End + Around); number++)
        {
            var mark = number >= lines.Start && number <= lines.End ? ">>>" : "   ";
            shown.Append(string.Create(CultureInfo.InvariantCulture, $"{number,4} | {mark} {text[number - 1]}").TrimEnd()).Append('\n');
        }

        return shown.Append(rule).ToString();
    }
}
