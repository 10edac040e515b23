using Gantry.Compose.Nodes;
using Gantry.Compose.Output;

namespace Gantry.Compose.Interpolation;

/// <summary>A variable that a Compose file uses.</summary>
/// <param name="Default">Where it is not set: the word after <c>-</c>.</param>
/// <param name="Alternate">Where it is set: the word after <c>+</c>.</param>
public sealed record ModelVariable(string Name, bool IsRequired, string Default, string Alternate);

/// <summary>The variables of a tree in which none was replaced.</summary>
public static class ModelVariables
{
    /// <summary>Each once, in the order of the tree; of several places the last one says what its default is.</summary>
    /// <exception cref="ComposeException">A text is malformed.</exception>
    public static IReadOnlyList<ModelVariable> Of(Node tree)
    {
        ArgumentNullException.ThrowIfNull(tree);
        var variables = new OrderedDictionary<string, ModelVariable>(StringComparer.Ordinal);
        Collect(tree, new Template(_ => null, variable => variables[variable.Name] = variable));
        return [.. variables.Values];
    }

    /// <summary>By name, as Docker Compose's JSON has them.</summary>
    public static MappingNode Tree(IEnumerable<ModelVariable> variables)
    {
        ArgumentNullException.ThrowIfNull(variables);
        var tree = new OutputMap(OutputFormat.Json);
        foreach (var variable in variables)
        {
            tree.Set(variable.Name, new OutputMap(OutputFormat.Json)
                .Always("Name", variable.Name)
                .Always("DefaultValue", variable.Default)
                .Always("PresenceValue", variable.Alternate)
                .Always("Required", variable.IsRequired).Node);
        }

        return tree.Node;
    }

    private static void Collect(Node node, Template template)
    {
        switch (node)
        {
            case MappingNode mapping:
                foreach (var (_, value) in mapping.Entries)
                {
                    Collect(value, template);
                }

                break;
            case SequenceNode sequence:
                sequence.Items.ForEach(item => Collect(item, template));
                break;
            case ScalarNode { Value: string text }:
                try
                {
                    template.Expand(text);
                }
                catch (FormatException e)
                {
                    throw new ComposeException(e.Message, node.Origin, e);
                }

                break;
        }
    }
}
