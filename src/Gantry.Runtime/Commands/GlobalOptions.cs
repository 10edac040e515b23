namespace Gantry.Runtime.Commands;

/// <summary>What stands before the command, as runc and crun have it.</summary>
internal sealed record GlobalOptions
{
    /// <summary>Where containers are kept account of.</summary>
    public string Root { get; init; } = "/run/gantry-runtime";

    /// <summary>Where messages go besides standard error; null for nowhere.</summary>
    public string? Log { get; init; }

    public bool LogIsJson { get; init; }

    public bool Debug { get; init; }

    public string SeccompCache => Path.Combine(Root, ".seccomp");
}
