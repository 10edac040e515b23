using Gantry.Compose.Normalizing;

namespace Gantry.Compose.Loading;

/// <summary>Which files make the project, and from where their relative paths start.</summary>
internal static class ProjectFiles
{
    public const string StandardInput = "-";
    public static readonly string[] Names = ["compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml"];
    private static readonly string[] OverrideNames = ["compose.override.yml", "compose.override.yaml", "docker-compose.override.yml", "docker-compose.override.yaml"];

    /// <exception cref="ComposeException">There is none, or one that is named does not exist.</exception>
    public static IReadOnlyList<string> Find(LoadOptions options, IReadOnlyDictionary<string, string> environment)
    {
        var named = options.Files.Count > 0 ? options.Files
            : environment.GetValueOrDefault("COMPOSE_FILE") is { Length: > 0 } list ? list.Split(Separator(environment))
            : [];
        if (named.Count == 0)
        {
            return Search(options);
        }

        var files = named.Select(file => file == StandardInput ? file : RemoteFiles.IsRemote(file) ? RemoteFiles.Fetch(options, file) : Path.GetFullPath(file, options.CurrentDirectory)).ToArray();
        return files.FirstOrDefault(file => file != StandardInput && !FileText.Exists(file)) is { } missing
            ? throw new ComposeException($"stat {missing}: no such file or directory")
            : files;
    }

    public static string WorkingDirectory(LoadOptions options, IReadOnlyList<string> files) =>
        options.ProjectDirectory is { Length: > 0 } directory ? GoPath.Clean(Path.GetFullPath(directory, options.CurrentDirectory))
        : files.FirstOrDefault(file => file != StandardInput) is { } first ? Path.GetDirectoryName(first)!
        : options.CurrentDirectory;

    private static string Separator(IReadOnlyDictionary<string, string> environment) =>
        environment.GetValueOrDefault("COMPOSE_PATH_SEPARATOR") is { Length: > 0 } separator ? separator : ":";

    private static IReadOnlyList<string> Search(LoadOptions options)
    {
        for (var directory = WorkingDirectory(options, []); directory is not null; directory = Path.GetDirectoryName(directory))
        {
            if (First(directory, Names, "config", options.Warn) is { } file)
            {
                return First(directory, OverrideNames, "override", options.Warn) is { } over ? [file, over] : [file];
            }
        }

        throw new ComposeException("no configuration file provided: not found");
    }

    private static string? First(string directory, string[] names, string kind, Action<string> warn)
    {
        var found = names.Select(name => Path.Combine(directory, name)).Where(FileText.Exists).ToArray();
        if (found.Length > 1)
        {
            warn($"Found multiple {kind} files with supported names: {string.Join(", ", found)}");
            warn($"Using {found[0]}");
        }

        return found.FirstOrDefault();
    }
}
