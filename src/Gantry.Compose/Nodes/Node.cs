namespace Gantry.Compose.Nodes;

/// <summary>A value of a Compose file, with its place.</summary>
public abstract class Node(Origin origin)
{
    public Origin Origin { get; } = origin;

    /// <summary>What its tag asks of the merge.</summary>
    internal MergeTag Tag { get; set; }

    /// <summary>The same values in nodes of their own.</summary>
    internal abstract Node Clone();
}

internal enum MergeTag
{
    None,
    Reset,
    Override,
}

/// <summary>A string, long, double, bool or null.</summary>
public sealed class ScalarNode(object? value, Origin origin) : Node(origin)
{
    public object? Value { get; } = value;

    /// <summary>What the variable that it names has where this was written, and perhaps nowhere else.</summary>
    internal string? Meaning { get; init; }

    public string? Text => Value as string;

    public override string ToString() => GoValue.Print(Value);

    internal override Node Clone() => new ScalarNode(Value, Origin) { Tag = Tag, Meaning = Meaning };
}

public sealed class SequenceNode(Origin origin) : Node(origin)
{
    public SequenceNode(Origin origin, IEnumerable<Node> items) : this(origin) => Items.AddRange(items);

    public List<Node> Items { get; } = [];

    internal override Node Clone() => new SequenceNode(Origin, Items.Select(item => item.Clone())) { Tag = Tag };
}
