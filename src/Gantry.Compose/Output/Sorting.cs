using Gantry.Compose.Nodes;

namespace Gantry.Compose.Output;

internal static class Sorting
{
    /// <summary>A copy with the keys of all mappings in order.</summary>
    public static Node Sorted(Node node, IComparer<string> order)
    {
        switch (node)
        {
            case MappingNode mapping:
                var sorted = new MappingNode(mapping.Origin);
                foreach (var (key, value) in mapping.Entries.OrderBy(entry => entry.Key, order))
                {
                    sorted.Set(key, Sorted(value, order), mapping.KeyOrigin(key));
                }

                return sorted;
            case SequenceNode sequence:
                return new SequenceNode(sequence.Origin, sequence.Items.Select(item => Sorted(item, order)));
            default:
                return node;
        }
    }
}
