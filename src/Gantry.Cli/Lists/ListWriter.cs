using System.Text;
using Gantry.Cli.CommandLine;
using Gantry.Spec.Templates;

namespace Gantry.Cli.Lists;

/// <summary>Prints items through a template: a table, JSON, or the user's own.</summary>
internal static class ListWriter
{
    /// <param name="format">The user's format, or empty for the default table.</param>
    /// <param name="table">The default table's template.</param>
    public static void Write<T>(Output output, string format, string table, IEnumerable<T> items, IReadOnlyList<Column<T>> columns, string goType, bool quiet = false, string quietField = "{{.ID}}", FormatFailures? failures = null) =>
        output.Write(Text(format, table, items, columns, goType, quiet, quietField, failures));

    /// <inheritdoc cref="Write"/>
    public static string Text<T>(string format, string table, IEnumerable<T> items, IReadOnlyList<Column<T>> columns, string goType, bool quiet = false, string quietField = "{{.ID}}", FormatFailures? failures = null)
    {
        if (format is "" or "table") format = quiet ? quietField : "table " + table;
        else if (format == "json") format = "{{json .}}";
        else if (format == "raw") format = quiet ? quietField : format;
        var isTable = format.StartsWith("table", StringComparison.Ordinal);
        if (isTable) format = format["table".Length..];
        format = format.Trim(' ').Replace("\\t", "\t", StringComparison.Ordinal).Replace("\\n", "\n", StringComparison.Ordinal);
        failures ??= FormatFailures.Usual;
        var template = Parse(format, failures.Parsing);
        var lines = new List<string>();
        try
        {
            if (isTable) lines.Add(Line(template, new Headings(n => columns.FirstOrDefault(c => c.Name == n)?.Heading)));
            lines.AddRange(items.Select(item => Line(template, new Row<T>(item, columns, goType))));
        }
        catch (TemplateException e)
        {
            throw new CommandLineException($"{failures.Executing}: {e.Message}");
        }

        return isTable ? TabWriter.Align(lines) : string.Concat(lines.Select(line => line + "\n"));
    }

    /// <exception cref="CommandLineException">The format is not a template.</exception>
    public static Template Parse(string format, string failure, int exitCode = 1)
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

    /// <summary>A user's format, or that of config.json where there is none and more than ids are wanted.</summary>
    /// <param name="setting">Its name in config.json.</param>
    public static string FormatOf(Invocation call, string setting) =>
        call.Has("format") ? call.Text("format") : call.Flag("quiet") ? "" : call.Session.Config.Text(setting) ?? "";

    private static string Line(Template template, ITemplateObject data)
    {
        var text = new StringBuilder();
        template.Execute(data, text);
        return text.ToString();
    }
}

/// <summary>What is said of a format that is no template, and of one that asks for what is not there.</summary>
internal sealed record FormatFailures(string Parsing, string Executing)
{
    public static readonly FormatFailures Usual = new("template parsing error", "template parsing error");
}
