using Gantry.Cli.CommandLine;
using Gantry.Cli.Hosts;

namespace Gantry.Cli.Plugins;

/// <summary>Plug-ins in Docker's directories: those of config.json, the user's, the system's. Built-in commands go before all.</summary>
internal static class PluginFinder
{
    private const string Prefix = "docker-";
    private const UnixFileMode Executable = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    private static readonly string[] SystemDirectories = ["/usr/local/lib/docker/cli-plugins", "/usr/local/libexec/docker/cli-plugins", "/usr/lib/docker/cli-plugins", "/usr/libexec/docker/cli-plugins"];

    /// <summary>The path of the program that adds a command; null where there is none.</summary>
    public static string? Find(Session session, string name) =>
        IsName(name) ? Directories(session).Select(directory => Path.Combine(directory, Prefix + name)).FirstOrDefault(IsProgram) : null;

    /// <summary>All that are no built-in commands, by name.</summary>
    public static IEnumerable<Plugin> List(Session session)
    {
        var found = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var path in Directories(session).Where(Directory.Exists).SelectMany(directory => Directory.EnumerateFiles(directory, Prefix + "*")).Where(IsProgram))
        {
            var name = Path.GetFileName(path)[Prefix.Length..];
            if (IsName(name) && !CommandTable.IsOurs(name)) found.TryAdd(name, path);
        }

        return found.Select(entry => TryAsk(entry.Key, entry.Value)).OfType<Plugin>();
    }

    private static Plugin? TryAsk(string name, string path)
    {
        try
        {
            return Plugin.Ask(name, path);
        }
        catch (CommandLineException)
        {
            // Help goes on without it; running it tells why.
            return null;
        }
    }

    private static IEnumerable<string> Directories(Session session) =>
        [.. session.Config.PluginDirectories, Path.Combine(session.ConfigDirectory, "cli-plugins"), .. SystemDirectories];

    private static bool IsName(string name) => name.Length > 0 && char.IsAsciiLetterLower(name[0]) && name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c));

    private static bool IsProgram(string path) => File.Exists(path) && (File.GetUnixFileMode(path) & Executable) != 0;
}
