namespace Gantry.Cli.Bake;

/// <summary>A file that was read.</summary>
/// <param name="Name">As it was given; <c>-</c> is the standard input.</param>
internal sealed record BakeFile(string Name, string Text)
{
    public const string StandardInput = "-";
    private static readonly string[] ComposeNames = ["compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml"];
    private static readonly string[] BakeNames = ["docker-bake.json", "docker-bake.hcl", "docker-bake.override.json", "docker-bake.override.hcl"];

    public bool IsStandardInput => Name == StandardInput;

    public bool IsJson => Name.EndsWith(".json", StringComparison.Ordinal) || (!IsHcl && Text.AsSpan().TrimStart().StartsWith("{"));

    public bool IsHcl => Name.EndsWith(".hcl", StringComparison.Ordinal);

    public bool IsCompose => Name.EndsWith(".yml", StringComparison.Ordinal) || Name.EndsWith(".yaml", StringComparison.Ordinal);

    /// <summary>The files that are named, or those of the directory by their usual names, in the order of merging.</summary>
    /// <exception cref="BakeException">One does not exist, or there is none.</exception>
    public static IReadOnlyList<BakeFile> Read(IReadOnlyList<string> named, string directory, IReadOnlyDictionary<string, string> environment, TextReader input)
    {
        var names = named.Count > 0 ? named : Listed(environment);
        if (names.Count == 0) names = [.. ComposeNames.Concat(BakeNames).Where(name => File.Exists(Path.Combine(directory, name)))];
        if (names.Count == 0) throw new BakeException("couldn't find a bake definition");
        return [.. names.Select(name => new BakeFile(name, name == StandardInput ? input.ReadToEnd() : ReadText(name, directory)))];
    }

    private static string[] Listed(IReadOnlyDictionary<string, string> environment) => environment.GetValueOrDefault("BUILDX_BAKE_FILE") is { Length: > 0 } list
        ? list.Split(environment.GetValueOrDefault("BUILDX_BAKE_PATH_SEPARATOR") is { Length: > 0 } separator ? separator : ":", StringSplitOptions.RemoveEmptyEntries)
        : [];

    private static string ReadText(string name, string directory)
    {
        try
        {
            return File.ReadAllText(Path.GetFullPath(name, directory));
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new BakeException($"open {name}: no such file or directory");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new BakeException($"open {name}: {e.Message}");
        }
    }
}
