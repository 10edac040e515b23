namespace Gantry.Build.Dockerfile;

/// <summary>A Dockerfile that was read: what is wrong in its words was told by then, what it builds from was not looked at.</summary>
public sealed record DockerfileDocument
{
    public required string FileName { get; init; }

    public required IReadOnlyList<string> Lines { get; init; }

    /// <summary>The parser directive <c>syntax</c>.</summary>
    public string? Syntax { get; init; }

    /// <summary>Where it stands; 0 for nowhere.</summary>
    public int SyntaxLine { get; init; }

    /// <summary>The character that continues lines: a backslash, or a backtick.</summary>
    public required char Escape { get; init; }

    /// <summary>The parser directive <c>check</c>.</summary>
    public string? Check { get; init; }

    /// <summary>ARG before the first FROM.</summary>
    public required IReadOnlyList<ArgInstruction> GlobalArgs { get; init; }

    public required IReadOnlyList<Stage> Stages { get; init; }

    /// <summary>All of them, in their order.</summary>
    public IEnumerable<Instruction> Instructions => [.. GlobalArgs, .. Stages.SelectMany(stage => stage.Instructions.Prepend(stage.From))];
}

/// <summary>FROM and what follows it.</summary>
public sealed record Stage
{
    public required FromInstruction From { get; init; }

    public required int Index { get; init; }

    public required IReadOnlyList<Instruction> Instructions { get; init; }

    public required LineRange Lines { get; init; }
}
