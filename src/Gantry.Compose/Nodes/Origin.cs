namespace Gantry.Compose.Nodes;

/// <summary>Where a value was written, lines and columns from 1, and the variables it was made with.</summary>
public sealed record Origin(string File, int Line, int Column)
{
    public static Origin Implied { get; } = new("", 0, 0);

    public IReadOnlyList<string> Variables { get; init; } = [];

    /// <summary>The variables with where each is set: <c>TAG (/app/.env:3:1)</c>.</summary>
    public IReadOnlyList<string> Sources { get; init; } = [];

    /// <summary>Not written anywhere: it follows from other values.</summary>
    public bool IsImplied => Line == 0;

    public override string ToString() => IsImplied ? "implied" : $"{File}:{Line}:{Column}";
}
