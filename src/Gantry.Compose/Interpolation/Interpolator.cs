using Gantry.Compose.Nodes;

namespace Gantry.Compose.Interpolation;

/// <summary>Replaces variables in all strings of a tree; keys stay as they are.</summary>
/// <param name="warn">Is told of variables that have no value.</param>
internal sealed class Interpolator(IReadOnlyDictionary<string, string> environment, Action<string> warn)
{
    public Node Interpolate(Node node) => Interpolate(node, "");

    private Node Interpolate(Node node, string path)
    {
        switch (node)
        {
            case MappingNode mapping:
                foreach (var (key, value) in mapping.Entries.ToArray())
                {
                    mapping.Set(key, Interpolate(value, path.Length == 0 ? key : $"{path}.{key}"));
                }

                return mapping;
            case SequenceNode sequence:
                for (var i = 0; i < sequence.Items.Count; i++)
                {
                    sequence.Items[i] = Interpolate(sequence.Items[i], $"{path}[{i}]");
                }

                return sequence;
            case ScalarNode { Value: string text } scalar when text.Contains('$', StringComparison.Ordinal):
                return Expand(scalar, text, path);
            default:
                return node;
        }
    }

    private string[] Sources(IEnumerable<string> names) => [.. names.Select(name => $"{name} ({Loading.Variables.PlaceOf(environment, name)})")];

    private ScalarNode Expand(ScalarNode scalar, string text, string path)
    {
        var template = new Template(environment.GetValueOrDefault);
        try
        {
            var expanded = template.Expand(text);
            foreach (var name in template.Missing)
            {
                warn($"The \"{name}\" variable is not set. Defaulting to a blank string.");
            }

            return new(expanded, scalar.Origin with { Variables = template.Used, Sources = Sources(template.Used) }) { Tag = scalar.Tag };
        }
        catch (FormatException e)
        {
            throw new ComposeException($"{path}: {e.Message}", scalar.Origin, e);
        }
    }
}
