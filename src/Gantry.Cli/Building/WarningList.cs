using System.Globalization;
using System.Text;
using Gantry.Cli.CommandLine;
using Gantry.Spec.Engine;

namespace Gantry.Cli.Building;

/// <summary>The warnings of a build, which are told when it is over.</summary>
/// <param name="program">Whose option tells more.</param>
/// <param name="isExpanded">All that is known of each is told.</param>
internal sealed class WarningList(string program, bool isExpanded)
{
    private readonly List<BuildWarning> _warnings = [];

    public void Add(BuildWarning warning) => _warnings.Add(warning);

    /// <summary>Prints them after all that was printed.</summary>
    public void Print(Output output, bool isColored)
    {
        output.Flush();
        output.Error.Write(Encoding.UTF8.GetBytes(Text(isColored)));
    }

    /// <summary>Empty for none.</summary>
    public string Text(bool isColored)
    {
        if (_warnings.Count == 0) return "";
        var head = $"{_warnings.Count} warning{(_warnings.Count == 1 ? "" : "s")} found{(isExpanded ? "" : $" (use {program} --debug to expand)")}:";
        var text = new StringBuilder().Append("\n ").Append(isColored ? $"\x1b[33m{head}\x1b[0m" : head).Append('\n');
        foreach (var warning in _warnings)
        {
            text.Append(CultureInfo.InvariantCulture, $" - {warning.Short}\n");
            if (isExpanded) Expand(text, warning);
        }

        return text.ToString();
    }

    private static void Expand(StringBuilder text, BuildWarning warning)
    {
        if (warning.Description.Length > 0) text.Append(warning.Description).Append('\n');
        if (warning.Url is { } url) text.Append("More info: ").Append(url).Append('\n');
        if (warning.Excerpt.Length > 0) text.Append(warning.Excerpt).Append('\n');
        text.Append('\n');
    }
}
