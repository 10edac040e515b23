using System.Text;
using Gantry.Cli.CommandLine;
using Gantry.Spec.Templates;

namespace Gantry.Cli.Lists;

/// <summary>Prints items through a template: a table, JSON, or the user's own.</summary>
internal static class ListWriter
{
    /// <param name="format">The user's format, or empty for the default table.</param>
    /// <param name="table">The default table's template.</param>
    public static void Write<T>(Output output, string format, string table, IEnumerable<T> items, IReadOnlyList<Column<T>> columns, string goType, bool quiet = false, string quietField = "{{.ID}}")
    {
        if (format is "" or "table") format = quiet ? quietField : "table " + table;
        else if (format == "json") format = "{{json .}}";
        else if (format == "raw") format = quiet ? quietField : format;
        var isTable = format.StartsWith("table", StringComparison.Ordinal);
        if (isTable) format = format["table".Length..];
        format = format.Trim(' ').Replace("\\t", "\t", StringComparison.Ordinal).Replace("\\n", "\n", StringComparison.Ordinal);
        var template = Parse(format);
        var lines = new List<string>();
        try
        {
            if (isTable) lines.Add(Line(template, new Headings(n => columns.FirstOrDefault(c => c.Name == n)?.Heading)));
            foreach (var item in items)
            {
                var line = Line(template, new Row<T>(item, columns, goType));
                if (isTable) lines.Add(line);
                else output.Line(line);
            }
        }
        catch (TemplateException e)
        {
            throw new CommandLineException($"failed to execute template: {e.Message}");
        }

        if (isTable) output.Write(TabWriter.Align(lines));
    }

    /// <exception cref="CommandLineException">The format is not a template.</exception>
    public static Template Parse(string format, string failure = "failed to parse template", int exitCode = 1)
    {
        try
        {
            return Template.Parse(format);
        }
        catch (TemplateException e)
        {
            throw new CommandLineException($"{failure}: {e.Message}", exitCode);
        }
    }

    private static string Line(Template template, ITemplateObject data)
    {
        var text = new StringBuilder();
        template.Execute(data, text);
        return text.ToString();
    }
}
