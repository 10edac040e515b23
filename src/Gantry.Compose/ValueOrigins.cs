using Gantry.Compose.Nodes;

namespace Gantry.Compose;

/// <summary>One value of a project and where it came from.</summary>
/// <param name="Path"><c>services.web.ports[0].published</c>.</param>
/// <param name="Value">As YAML prints it.</param>
public sealed record ValueOrigin(string Path, string Value, Origin Origin);

/// <summary>Which file, line and variables each value came from.</summary>
public static class ValueOrigins
{
    /// <summary>All scalars of the tree, and its empty lists and mappings, in the tree's order.</summary>
    public static IEnumerable<ValueOrigin> Of(Node node, string path = "") => node switch
    {
        MappingNode { Count: > 0 } mapping => mapping.Entries.SelectMany(entry => Of(entry.Value, path.Length == 0 ? entry.Key : $"{path}.{entry.Key}")),
        SequenceNode { Items.Count: > 0 } sequence => sequence.Items.SelectMany((item, i) => Of(item, $"{path}[{i}]")),
        _ => [new(path, Output.YamlWriter.Write(node ?? throw new ArgumentNullException(nameof(node))).TrimEnd('\n'), node.Origin)],
    };
}
