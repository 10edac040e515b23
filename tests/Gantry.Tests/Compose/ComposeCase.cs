using Gantry.Compose;
using Gantry.Compose.Loading;

namespace Gantry.Tests.Compose;

/// <summary>
/// A folder below Cases: the files of a project, and what config prints for it. A file <c>arguments</c> has options and services,
/// a file <c>environment</c> has variables of the process.
/// </summary>
public sealed record ComposeCase(string Name)
{
    /// <summary>Where the expected texts were made; in the files it is <c>{dir}</c>.</summary>
    public const string Placeholder = "{dir}";

    private static readonly string Root = Path.GetFullPath(Path.Combine(RepositoryRoot.Path, "tests", "Gantry.Tests", "Compose", "Cases"));

    public string Directory => Path.Combine(Root, Name);

    public static IEnumerable<string> Names(string expected) =>
        System.IO.Directory.EnumerateDirectories(Root).Where(directory => File.Exists(Path.Combine(directory, expected))).Select(directory => Path.GetFileName(directory)!).Order();

    public string Expected(string file) => File.ReadAllText(Path.Combine(Directory, file));

    public LoadOptions Options()
    {
        var environment = new Dictionary<string, string> { ["HOME"] = "/home/dev" };
        foreach (var line in Lines("environment"))
        {
            var equals = line.IndexOf('=', StringComparison.Ordinal);
            environment[line[..equals]] = line[(equals + 1)..];
        }

        var options = new LoadOptions { CurrentDirectory = Directory, Environment = environment };
        var words = new Queue<string>(Lines("arguments").SelectMany(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)));
        while (words.TryDequeue(out var word))
        {
            options = word switch
            {
                "-f" => options with { Files = [.. options.Files, words.Dequeue()] },
                "--env-file" => options with { EnvFiles = [.. options.EnvFiles, words.Dequeue()] },
                "--profile" => options with { Profiles = [.. options.Profiles, words.Dequeue()] },
                "--project-name" => options with { ProjectName = words.Dequeue() },
                "--project-directory" => options with { ProjectDirectory = words.Dequeue() },
                _ => options with { Services = [.. options.Services, word] },
            };
        }

        return options;
    }

    public LoadedProject Load() => ComposeLoader.Load(Options());

    public string WithPlaceholder(string text) => Elsewhere(text, Placeholder);

    /// <summary>As if the case were below /srv/cases.</summary>
    public string Elsewhere(string text, string directory) => text
        .Replace(Directory, directory, StringComparison.Ordinal)
        .Replace(Root, "/srv/cases", StringComparison.Ordinal)
        .Replace(Path.GetDirectoryName(Root)!, "/srv", StringComparison.Ordinal);

    private string[] Lines(string file)
    {
        var path = Path.Combine(Directory, file);
        return File.Exists(path) ? [.. File.ReadAllLines(path).Where(line => line.Length > 0)] : [];
    }
}
