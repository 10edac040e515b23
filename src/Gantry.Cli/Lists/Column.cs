using Gantry.Spec.Templates;

namespace Gantry.Cli.Lists;

/// <summary>One field of a list: its name in templates, its heading in tables, and how it comes from an item.</summary>
internal sealed record Column<T>(string Name, string Heading, Func<T, object?> Value)
{
    /// <summary>A field that takes an argument, such as Label; it is no part of the JSON.</summary>
    public Func<T, string, object?>? Lookup { get; init; }
}

/// <summary>An item as templates see it.</summary>
internal sealed class Row<T>(T item, IReadOnlyList<Column<T>> columns, string goType) : ITemplateObject
{
    public string GoType => goType;

    public IEnumerable<KeyValuePair<string, object?>> Fields =>
        columns.Where(c => c.Lookup is null).OrderBy(c => c.Name, StringComparer.Ordinal).Select(c => KeyValuePair.Create(c.Name, c.Value(item)));

    public bool TryGet(string name, out object? value)
    {
        foreach (var column in columns)
        {
            if (column.Name != name || column.Lookup is not null) continue;
            value = column.Value(item);
            return true;
        }

        value = null;
        return false;
    }

    public bool TryCall(string name, string argument, out object? value)
    {
        var column = columns.FirstOrDefault(c => c.Name == name && c.Lookup is not null);
        value = column?.Lookup!(item, argument);
        return column is not null;
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

    public bool TryCall(string name, string argument, out object? value)
    {
        value = argument;
        return true;
    }
}
