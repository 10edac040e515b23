using Gantry.Compose.Binding;
using Gantry.Compose.Nodes;

namespace Gantry.Compose.Output;

internal enum OutputFormat
{
    Yaml,

    /// <summary>Extensions are left out, and command and entrypoint never are.</summary>
    Json,
}

/// <summary>A mapping to print, its keys in the order they are added; empty values leave no key.</summary>
internal sealed class OutputMap(OutputFormat format)
{
    private readonly MappingNode node = new(Origin.Implied);

    public OutputFormat Format => format;

    public bool IsJson => format == OutputFormat.Json;

    public MappingNode Node => node;

    public static ScalarNode Scalar(object? value) => new(value, Origin.Implied);

    public OutputMap Add(string key, string? value) => string.IsNullOrEmpty(value) ? this : Always(key, value);

    public OutputMap Add(string key, bool value) => value ? Always(key, true) : this;

    public OutputMap Add(string key, bool? value) => value is { } known ? Always(key, known) : this;

    public OutputMap Add(string key, long value) => value == 0 ? this : Always(key, value);

    public OutputMap Add(string key, ulong? value) => value is { } known ? Always(key, (long)known) : this;

    public OutputMap AddInt(string key, int? value) => value is { } known ? Always(key, (long)known) : this;

    public OutputMap Add(string key, float value) => value == 0 ? this : Always(key, value);

    /// <summary>Sizes are printed as strings.</summary>
    public OutputMap AddBytes(string key, long value) => value == 0 ? this : Always(key, GoValue.Print(value));

    public OutputMap Add(string key, TimeSpan? value) => value is { } known ? Always(key, Scalars.Print(known)) : this;

    public OutputMap Add(string key, Node? value) => value is null ? this : Set(key, value);

    public OutputMap Add(string key, IReadOnlyCollection<string> values) =>
        values.Count == 0 ? this : Set(key, new SequenceNode(Origin.Implied, values.Select(Scalar)));

    public OutputMap Add<T>(string key, IReadOnlyCollection<T> values, Func<T, Node> print) =>
        values.Count == 0 ? this : Set(key, new SequenceNode(Origin.Implied, values.Select(print)));

    public OutputMap Add<T>(string key, IReadOnlyDictionary<string, T> values, Func<T, Node> print)
    {
        if (values.Count == 0)
        {
            return this;
        }

        var mapping = new MappingNode(Origin.Implied);
        foreach (var (name, value) in values.OrderBy(pair => pair.Key, Order))
        {
            mapping.Set(name, print(value));
        }

        return Set(key, mapping);
    }

    public OutputMap Add(string key, IReadOnlyDictionary<string, string> values) => Add(key, values, Scalar);

    public OutputMap AddOptional(string key, IReadOnlyDictionary<string, string?> values) => Add(key, values, Scalar);

    public OutputMap AddExtensions(IReadOnlyDictionary<string, Node> extensions)
    {
        foreach (var (key, value) in extensions.Where(_ => !IsJson).OrderBy(pair => pair.Key, Order))
        {
            Set(key, Sorting.Sorted(value, Order));
        }

        return this;
    }

    public OutputMap Always(string key, object? value) => Set(key, Scalar(value));

    public OutputMap Set(string key, Node value)
    {
        node.Set(key, value);
        return this;
    }

    public IComparer<string> Order => IsJson ? StringComparer.Ordinal : KeyOrder.Yaml;
}
