using Gantry.Compose.Nodes;

namespace Gantry.Compose.Merging;

/// <summary>The short and long forms of the same thing, brought to one.</summary>
internal static class ListForms
{
    /// <summary><c>[A=1, B]</c> as <c>{A: 1, B: }</c>.</summary>
    public static MappingNode KeyValues(Node node, string path)
    {
        switch (node)
        {
            case MappingNode mapping:
                return mapping;
            case SequenceNode sequence:
                var result = new MappingNode(sequence.Origin);
                foreach (var item in sequence.Items)
                {
                    var text = item is ScalarNode { Value: not null } ? item.ToString()! : throw new ComposeException($"{path}: an item must be of the form NAME=value", item.Origin);
                    var equals = text.IndexOf('=', StringComparison.Ordinal);
                    result.Set(equals < 0 ? text : text[..equals], new ScalarNode(equals < 0 ? null : text[(equals + 1)..], item.Origin), item.Origin);
                }

                return result;
            case ScalarNode { Value: null }:
                return new(node.Origin);
            default:
                throw new ComposeException($"{path}: \"{node}\" must be a mapping or a list", node.Origin);
        }
    }

    /// <summary>A single value as a list of one, a mapping as a list of <c>key=value</c>.</summary>
    public static SequenceNode Sequence(Node node, string path) => node switch
    {
        SequenceNode sequence => sequence,
        MappingNode mapping when path.EndsWith("env_file", StringComparison.Ordinal) => new(node.Origin, [mapping]),
        MappingNode mapping => new(node.Origin, mapping.Entries.OrderBy(entry => entry.Key, StringComparer.Ordinal).SelectMany(Pairs)),
        ScalarNode { Value: null } => new(node.Origin),
        _ => new(node.Origin, [node]),
    };

    /// <summary>Names as a mapping of names to what a name alone means there.</summary>
    public static MappingNode Named(Node node, string key)
    {
        if (node is MappingNode mapping)
        {
            return mapping;
        }

        var result = new MappingNode(node.Origin);
        foreach (var item in node is SequenceNode sequence ? sequence.Items : [])
        {
            result.Set(item.ToString()!, key == "depends_on" ? StartedDependency(item.Origin) : new ScalarNode(null, item.Origin), item.Origin);
        }

        return result;
    }

    public static MappingNode Build(Node node)
    {
        if (node is MappingNode mapping)
        {
            return mapping;
        }

        var result = new MappingNode(node.Origin);
        if (node is ScalarNode { Value: not null })
        {
            result.Set("context", node);
        }

        return result;
    }

    public static MappingNode StartedDependency(Origin origin)
    {
        var result = new MappingNode(origin);
        result.Set("condition", new ScalarNode("service_started", origin));
        result.Set("required", new ScalarNode(true, origin));
        return result;
    }

    private static IEnumerable<Node> Pairs(KeyValuePair<string, Node> entry) => entry.Value switch
    {
        SequenceNode values => values.Items.Select(value => Pair(entry.Key, value)),
        _ => [Pair(entry.Key, entry.Value)],
    };

    private static ScalarNode Pair(string key, Node value) =>
        new(value is ScalarNode { Value: null } ? key : $"{key}={value}", value.Origin);
}
