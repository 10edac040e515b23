namespace Gantry.Compose.Nodes;

/// <summary>What applies at places of the model: <c>services.*.ports</c>; a star is any key or list item.</summary>
internal sealed class PathRules<T> where T : class
{
    private readonly Dictionary<string, PathRules<T>> next = new(StringComparer.Ordinal);

    public T? Value { get; private set; }

    public void Add(string path, T value)
    {
        var rules = this;
        foreach (var part in path.Split('.'))
        {
            if (!rules.next.TryGetValue(part, out var found))
            {
                rules.next[part] = found = new();
            }

            rules = found;
        }

        rules.Value = value;
    }

    /// <summary>The rules below a key or list item; null where there are none.</summary>
    public PathRules<T>? Below(string key) => next.GetValueOrDefault(key) ?? next.GetValueOrDefault("*");
}
