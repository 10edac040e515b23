using Gantry.Cli.Templates;

namespace Gantry.Cli.Lists;

/// <summary>One field of a list: its name in templates, its heading in tables, and how it comes from an item.</summary>
internal sealed record Column<T>(string Name, string Heading, Func<T, object?> Value);

/// <summary>An item as templates see it.</summary>
internal sealed class Row<T>(T item, IReadOnlyList<Column<T>> columns, string goType) : ITemplateObject
{
    public string GoType => goType;

    public IEnumerable<KeyValuePair<string, object?>> Fields =>
        columns.OrderBy(c => c.Name, StringComparer.Ordinal).Select(c => KeyValuePair.Create(c.Name, c.Value(item)));

    public bool TryGet(string name, out object? value)
    {
        foreach (var column in columns)
        {
            if (column.Name != name) continue;
            value = column.Value(item);
            return true;
        }

        // Go's templates reach Label through a method with an argument; without one it is no field.
        value = null;
        return false;
    }
}

/// <summary>The headings as templates see them.</summary>
internal sealed class Headings(Func<string, string?> headingOf) : ITemplateObject
{
    public string GoType => "formatter.SubHeaderContext";

    public IEnumerable<KeyValuePair<string, object?>> Fields => [];

    public bool TryGet(string name, out object? value)
    {
        value = headingOf(name) ?? "<no value>";
        return true;
    }
}
