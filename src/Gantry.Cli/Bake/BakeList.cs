using System.Text;
using Gantry.Cli.Run;
using Gantry.Spec.Templates;

namespace Gantry.Cli.Bake;

/// <summary>The targets or the variables of the files: <c>--list</c>.</summary>
internal static class BakeList
{
    private const int TabWidth = 8;

    /// <param name="wanted"><c>targets</c> or <c>variables</c>, or <c>type=…,format=json</c>.</param>
    public static string Of(BakeDefinition definition, string wanted)
    {
        var (type, format) = ("", "table");
        foreach (var field in Csv.Split(wanted))
        {
            (type, format) = field.Split('=', 2) switch
            {
                ["type", var value] => (value, format),
                ["format", "table" or "json"] => (type, field[(field.IndexOf('=', StringComparison.Ordinal) + 1)..]),
                [var value] => (value, format),
                _ => throw new BakeException($"invalid list value {field}: want type=targets or type=variables, and format=table or format=json"),
            };
        }

        var isJson = format == "json";
        return type switch
        {
            "targets" => isJson ? Json(Targets(definition).Select(target => Object(("name", target.Name), ("description", target.Description), ("group", target.IsGroup ? true : null))))
                : Table([["TARGET", "DESCRIPTION"], .. Targets(definition).Select(target => new[] { target.Name, target.Description })]),
            "variables" => isJson ? Json(Variables(definition).Select(variable => Object(("name", variable.Name), ("description", variable.Description), ("type", variable.Type), ("value", variable.Value is { } value ? new Given(value) : null))))
                : Table([["VARIABLE", "TYPE", "VALUE", "DESCRIPTION"], .. Variables(definition).Select(variable => new[] { variable.Name, variable.Type, variable.Value ?? "<null>", variable.Description })]),
            _ => throw new BakeException($"invalid list type {type}: want targets or variables"),
        };
    }

    private static IEnumerable<(string Name, string Description, bool IsGroup)> Targets(BakeDefinition definition) => definition.Groups.Select(group => (Name: group.Key, Description: string.Join(", ", group.Value.Order(StringComparer.Ordinal)), IsGroup: true))
        .Concat(definition.Targets.Values.Where(target => !definition.Groups.ContainsKey(target.Name)).Select(target => (target.Name, Description: target.Description ?? "", IsGroup: false)))
        .Where(target => !target.Name.StartsWith('_'))
        .OrderBy(target => target.Name, StringComparer.Ordinal);

    private static IEnumerable<BakeVariable> Variables(BakeDefinition definition) => definition.Variables.OrderBy(variable => variable.Name, StringComparer.Ordinal);

    private static string Json(IEnumerable<string> objects) => string.Join(",\n", objects) is { Length: > 0 } lines ? $"[\n{lines}\n]\n" : "[]\n";

    /// <summary>Members without a value are left out.</summary>
    private static string Object(params (string Name, object? Value)[] members)
    {
        var text = new StringBuilder("  {\n");
        foreach (var (name, value) in members.Where(member => member.Value is not (null or "")))
        {
            text.Append(text.Length > 4 ? ",\n    " : "    ");
            JsonText.AppendString(text, name, escapeHtml: true);
            text.Append(": ");
            if (value is bool) text.Append("true");
            else JsonText.AppendString(text, value!.ToString()!, escapeHtml: true);
        }

        return text.Append("\n  }").ToString();
    }

    // Cells are filled with tabs, as buildx fills them.
    private static string Table(IReadOnlyList<string[]> rows)
    {
        var text = new StringBuilder();
        var widths = rows[0].Select((_, column) => (rows.Max(row => row[column].EnumerateRunes().Count()) / TabWidth + 1) * TabWidth).ToArray();
        foreach (var row in rows)
        {
            foreach (var (column, cell) in row.Index())
            {
                text.Append(cell);
                if (column < row.Length - 1) text.Append('\t', (widths[column] - cell.EnumerateRunes().Count() + TabWidth - 1) / TabWidth);
            }

            text.Append('\n');
        }

        return text.ToString();
    }

    /// <summary>A text that is shown also where it is empty.</summary>
    private sealed record Given(string Text)
    {
        public override string ToString() => Text;
    }
}
