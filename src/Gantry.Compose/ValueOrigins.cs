using Gantry.Compose.Loading;
using Gantry.Compose.Nodes;
using Gantry.Compose.Normalizing;

namespace Gantry.Compose;

/// <summary>One value of a project and where it came from.</summary>
/// <param name="Path"><c>services.web.ports[0].published</c>.</param>
/// <param name="Value">As YAML prints it.</param>
public sealed record ValueOrigin(string Path, string Value, Origin Origin);

/// <summary>Which file, line and variables each value came from.</summary>
public static class ValueOrigins
{
    /// <summary>Those of the tree, and the variables that come from services' environment files.</summary>
    public static IEnumerable<ValueOrigin> Of(LoadedProject loaded)
    {
        ArgumentNullException.ThrowIfNull(loaded);
        return Of(loaded.Tree).Concat(LongForms.Mappings(loaded.Tree, "services").SelectMany(service => FromFiles(service.Name, service.Node, loaded.Project.Environment)));
    }

    private static List<ValueOrigin> FromFiles(string name, MappingNode service, IReadOnlyDictionary<string, string> environment)
    {
        var values = new OrderedDictionary<string, ValueOrigin>(StringComparer.Ordinal);
        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var path in LongForms.Items(service, "env_file").Where(file => file["format"] is null).Select(file => file["path"]?.ToString()).Where(FileText.Exists))
        {
            var (read, places) = DotEnv.ParseWithPlaces(FileText.Read(path!), path!, variable => texts.GetValueOrDefault(variable) ?? environment.GetValueOrDefault(variable), _ => { });
            foreach (var (variable, text) in read)
            {
                texts[variable] = text;
            }

            foreach (var (variable, place) in places.Where(pair => (service["environment"] as MappingNode)?.Contains(pair.Key) != true))
            {
                values[variable] = new($"services.{name}.environment.{variable}", Output.YamlWriter.Write(new ScalarNode(read[variable], place)).TrimEnd('\n'), place);
            }
        }

        return [.. values.Values];
    }

    /// <summary>All scalars of the tree, and its empty lists and mappings, in the tree's order.</summary>
    public static IEnumerable<ValueOrigin> Of(Node node, string path = "") => node switch
    {
        MappingNode { Count: > 0 } mapping => mapping.Entries.SelectMany(entry => Of(entry.Value, path.Length == 0 ? entry.Key : $"{path}.{entry.Key}")),
        SequenceNode { Items.Count: > 0 } sequence => sequence.Items.SelectMany((item, i) => Of(item, $"{path}[{i}]")),
        _ => [new(path, Output.YamlWriter.Write(node ?? throw new ArgumentNullException(nameof(node))).TrimEnd('\n'), node.Origin)],
    };
}
