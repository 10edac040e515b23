using Gantry.Linux.Processes;

namespace Gantry.Runtime.Commands;

/// <summary>What stands before the command, as runc and crun have it.</summary>
internal sealed record GlobalOptions
{
    /// <summary>Where containers are kept account of.</summary>
    public string Root { get => field ??= DefaultRoot; init; }

    /// <summary>Where messages go besides standard error; null for nowhere.</summary>
    public string? Log { get; init; }

    public bool LogIsJson { get; init; }

    public bool Debug { get; init; }

    private static string DefaultRoot => HostUser.IsPrivileged || Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR") is not { Length: > 0 } own
        ? "/run/gantry-runtime"
        : Path.Combine(own, "gantry-runtime");

    public string SeccompCache => Path.Combine(Root, ".seccomp");
}
