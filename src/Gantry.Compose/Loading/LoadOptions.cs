using Gantry.Compose.Publishing;

namespace Gantry.Compose.Loading;

/// <summary>What the command line and the process say about the project to load.</summary>
public sealed record LoadOptions
{
    /// <summary><c>--file</c>; <c>-</c> is the standard input. Empty: COMPOSE_FILE, or the files found from the current directory upwards.</summary>
    public IReadOnlyList<string> Files { get; init; } = [];

    /// <summary><c>--project-name</c>.</summary>
    public string? ProjectName { get; init; }

    /// <summary><c>--project-directory</c>.</summary>
    public string? ProjectDirectory { get; init; }

    /// <summary><c>--env-file</c>.</summary>
    public IReadOnlyList<string> EnvFiles { get; init; } = [];

    /// <summary><c>--profile</c>. Empty: COMPOSE_PROFILES.</summary>
    public IReadOnlyList<string> Profiles { get; init; } = [];

    /// <summary>The services that were named; they are enabled whatever their profiles. Empty: all.</summary>
    public IReadOnlyList<string> Services { get; init; } = [];

    public required string CurrentDirectory { get; init; }

    /// <summary>The variables of the process; they win over those of files.</summary>
    public required IReadOnlyDictionary<string, string> Environment { get; init; }

    public TextReader? StandardInput { get; init; }

    /// <summary>Where <c>oci://</c> files come from; null where they cannot be read.</summary>
    public IArtifactSource? Artifacts { get; init; }

    /// <summary>Is told of what is odd but no error; one line each.</summary>
    public Action<string> Warn { get; init; } = _ => { };

    public bool Interpolates { get; init; } = true;

    public bool Normalizes { get; init; } = true;

    public bool ResolvesPaths { get; init; } = true;

    public bool ChecksConsistency { get; init; } = true;

    /// <summary>Merges env_file into environment; label_file is always merged into labels.</summary>
    public bool ReadsEnvFiles { get; init; } = true;

    /// <summary>Keeps networks, volumes, secrets and configs that no active service uses.</summary>
    public bool KeepsUnused { get; init; }
}
