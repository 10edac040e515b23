using System.Diagnostics.CodeAnalysis;

namespace Gantry.Compose.Nodes;

/// <summary>Keys with their places and values, in the order of the file.</summary>
public sealed class MappingNode(Origin origin) : Node(origin)
{
    private readonly OrderedDictionary<string, (Origin Origin, Node Value)> entries = new(StringComparer.Ordinal);

    public int Count => entries.Count;

    public IEnumerable<string> Keys => entries.Keys;

    public IEnumerable<KeyValuePair<string, Node>> Entries => entries.Select(entry => KeyValuePair.Create(entry.Key, entry.Value.Value));

    public Node? this[string key]
    {
        get => entries.TryGetValue(key, out var entry) ? entry.Value : null;
    }

    public bool Contains(string key) => entries.ContainsKey(key);

    public bool TryGet(string key, [NotNullWhen(true)] out Node? value) => (value = this[key]) is not null;

    /// <summary>Where the key itself stands.</summary>
    public Origin KeyOrigin(string key) => entries.TryGetValue(key, out var entry) ? entry.Origin : Origin;

    internal void Set(string key, Node value, Origin? keyOrigin = null) =>
        entries[key] = (keyOrigin ?? (entries.TryGetValue(key, out var before) ? before.Origin : value.Origin), value);

    internal void Remove(string key) => entries.Remove(key);

    internal override Node Clone()
    {
        var copy = new MappingNode(Origin) { Tag = Tag };
        foreach (var (key, (at, value)) in entries)
        {
            copy.entries[key] = (at, value.Clone());
        }

        return copy;
    }
}
