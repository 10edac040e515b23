using System.Globalization;
using Gantry.Compose.Merging;
using Gantry.Compose.Nodes;

namespace Gantry.Compose.Binding;

/// <summary>Reads the values of a mapping as what their keys need; a value that cannot be that is told with its place.</summary>
internal readonly struct MappingReader(MappingNode node, string path, Action<string> warn)
{
    public string Path => path;

    public bool Has(string key) => node[key] is not (null or ScalarNode { Value: null });

    public string? Text(string key) => node[key] is ScalarNode { Value: not null } scalar ? scalar.ToString() : null;

    public string Required(string key) => Text(key) ?? throw new ComposeException($"{path}: the key {key} is missing", node.Origin);

    public bool? Bool(string key)
    {
        if (node[key] is not ScalarNode { Value: not null } scalar)
        {
            return null;
        }

        if (scalar.Value is bool value)
        {
            return value;
        }

        var text = scalar.ToString();
        var read = Scalars.Bool(text) ?? throw Wrong(key, scalar, "true or false");
        if (!bool.TryParse(text, out _))
        {
            warn($"{GoText(text)} for boolean is not supported by YAML 1.2, please use `{(read ? "true" : "false")}`");
        }

        return read;
    }

    public bool Flag(string key) => Bool(key) == true;

    public long? Long(string key) => node[key] switch
    {
        ScalarNode { Value: long value } => value,
        ScalarNode { Value: double value } when value == Math.Floor(value) => (long)value,
        ScalarNode { Value: string text } when long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) => value,
        ScalarNode { Value: not null } scalar => throw Wrong(key, scalar, "a whole number"),
        _ => null,
    };

    public int? Int(string key) => Long(key) is not { } value ? null
        : value is >= int.MinValue and <= int.MaxValue ? (int)value : throw Wrong(key, node[key]!, "a smaller number");

    public ulong? Count(string key) => Long(key) is not { } value ? null : value >= 0 ? (ulong)value : throw Wrong(key, node[key]!, "0 or more");

    /// <summary>Permissions: a number, or octal digits in quotes.</summary>
    public uint? Mode(string key)
    {
        if (node[key] is not ScalarNode { Value: string text } scalar)
        {
            return (uint?)Count(key);
        }

        return text.Length is > 0 and < 8 && text.All(c => c is >= '0' and <= '7') ? Convert.ToUInt32(text, 8) : throw Wrong(key, scalar, "an octal number like 0440");
    }

    public float Float(string key) => node[key] switch
    {
        ScalarNode { Value: long value } => value,
        ScalarNode { Value: double value } => (float)value,
        ScalarNode { Value: string text } when float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) => value,
        ScalarNode { Value: not null } scalar => throw Wrong(key, scalar, "a number"),
        _ => 0,
    };

    public long Bytes(string key) => node[key] switch
    {
        ScalarNode { Value: long value } => value,
        ScalarNode { Value: double value } => (long)value,
        // No limit, as the canonical form prints it.
        ScalarNode { Value: "-1" } => -1,
        ScalarNode { Value: string text } scalar => Scalars.Bytes(text) ?? throw Wrong(key, scalar, "a size like 512m or 1.5gb"),
        _ => 0,
    };

    public TimeSpan? Duration(string key) => node[key] is ScalarNode { Value: not null } scalar
        ? Scalars.Duration(scalar.ToString()) ?? throw Wrong(key, scalar, "a duration like 1m30s or 500ms")
        : null;

    /// <summary>A list of strings, or one alone.</summary>
    public IReadOnlyList<string> Texts(string key) => node[key] switch
    {
        SequenceNode list => [.. list.Items.Select(item => item is ScalarNode { Value: not null } ? item.ToString()! : "")],
        ScalarNode { Value: not null } scalar => [scalar.ToString()],
        _ => [],
    };

    /// <summary>A mapping or a list of <c>NAME=value</c>, sorted by its keys; a missing value is an empty one.</summary>
    public IReadOnlyDictionary<string, string> Map(string key) =>
        Sorted(Pairs(key).Select(pair => KeyValuePair.Create(pair.Key, pair.Value is ScalarNode { Value: null } ? "" : pair.Value.ToString()!)));

    /// <summary>The same, with null for a missing value.</summary>
    public IReadOnlyDictionary<string, string?> OptionalMap(string key) =>
        Sorted(Pairs(key).Select(pair => KeyValuePair.Create(pair.Key, pair.Value is ScalarNode { Value: null } ? null : pair.Value.ToString())));

    public MappingReader? Mapping(string key) => node[key] is MappingNode inner ? new MappingReader(inner, $"{path}.{key}", warn) : null;

    public IReadOnlyList<T> Each<T>(string key, Func<MappingReader, T> read)
    {
        var (at, tell) = (path, warn);
        return node[key] is SequenceNode list
            ? [.. list.Items.Select((item, i) => item is MappingNode inner
                ? read(new(inner, $"{at}.{key}[{i}]", tell))
                : throw new ComposeException($"{at}.{key}[{i}]: \"{item}\" must be a mapping", item.Origin))]
            : [];
    }

    /// <summary>The values of a mapping, sorted by its keys. An empty value reads an empty mapping.</summary>
    public IReadOnlyDictionary<string, T> Named<T>(string key, Func<string, MappingReader, bool, T> read)
    {
        var (at, tell) = (path, warn);
        var prefix = at.Length == 0 ? key : $"{at}.{key}";
        return node[key] is MappingNode mapping
            ? Sorted(mapping.Entries.Select(entry => KeyValuePair.Create(entry.Key, read(entry.Key,
                new(entry.Value as MappingNode ?? new MappingNode(entry.Value.Origin), $"{prefix}.{entry.Key}", tell), entry.Value is MappingNode))))
            : Model.Empty.Map<T>();
    }

    public IReadOnlyDictionary<string, Node> Extensions() =>
        Sorted(node.Entries.Where(entry => entry.Key.StartsWith("x-", StringComparison.Ordinal)));

    public Node? Node(string key) => node[key];

    public ComposeException Failed(string message, string? key = null) =>
        new($"{path}{(key is null ? "" : "." + key)}: {message}", key is null ? node.Origin : node[key]?.Origin ?? node.Origin);

    internal static SortedDictionary<string, T> Sorted<T>(IEnumerable<KeyValuePair<string, T>> pairs)
    {
        var sorted = new SortedDictionary<string, T>(StringComparer.Ordinal);
        foreach (var (name, value) in pairs)
        {
            sorted[name] = value;
        }

        return sorted;
    }

    private IEnumerable<KeyValuePair<string, Node>> Pairs(string key) =>
        node[key] is MappingNode or SequenceNode ? ListForms.KeyValues(node[key]!, $"{path}.{key}").Entries : [];

    private static string GoText(string text) => Spec.GoText.Quote(text);

    private ComposeException Wrong(string key, Node value, string wanted) =>
        new($"{path}.{key}: \"{value}\" must be {wanted}", value.Origin);
}
