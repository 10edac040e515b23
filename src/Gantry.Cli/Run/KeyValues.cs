using Gantry.Cli.CommandLine;
using Gantry.Client;

namespace Gantry.Cli.Run;

/// <summary>Lists of name=value from options and files.</summary>
internal static class KeyValues
{
    /// <summary>A name alone takes its value from our environment, and is left out where it has none.</summary>
    public static List<string> Environment(IEnumerable<string> given, IEnumerable<string> files)
    {
        var result = new List<string>();
        foreach (var file in files) result.AddRange(ReadFile(file, fromEnvironment: true));
        foreach (var entry in given)
        {
            if (entry.Length == 0 || entry[0] == '=') throw new CommandLineException($"invalid argument {OptionValues.Quote(entry)} for \"-e, --env\" flag: invalid environment variable: {entry}", 125);
            if (entry.Contains('=', StringComparison.Ordinal)) result.Add(entry);
            else if (System.Environment.GetEnvironmentVariable(entry) is { } value) result.Add($"{entry}={value}");
        }

        return result;
    }

    /// <summary>Adds the variables that are not among those given.</summary>
    public static List<string> WithDefaults(List<string> given, IEnumerable<KeyValuePair<string, string>> variables)
    {
        var names = given.Select(entry => entry.Split('=', 2)[0]).ToHashSet(StringComparer.Ordinal);
        return [.. given, .. variables.Where(variable => !names.Contains(variable.Key)).Select(variable => $"{variable.Key}={variable.Value}")];
    }

    public static List<string> Labels(IEnumerable<string> given, IEnumerable<string> files)
    {
        var result = new List<string>();
        foreach (var file in files) result.AddRange(ReadFile(file, fromEnvironment: false));
        result.AddRange(given);
        return result;
    }

    public static JsonBody ToObject(IEnumerable<string> pairs)
    {
        var body = new JsonBody();
        foreach (var pair in pairs)
        {
            var equals = pair.IndexOf('=', StringComparison.Ordinal);
            body[equals < 0 ? pair : pair[..equals]] = equals < 0 ? "" : pair[(equals + 1)..];
        }

        return body;
    }

    private static IEnumerable<string> ReadFile(string path, bool fromEnvironment)
    {
        string[] lines;
        try
        {
            lines = File.ReadAllLines(path);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new CommandLineException($"open {path}: no such file or directory", 125);
        }

        foreach (var raw in lines)
        {
            var line = raw.TrimStart();
            if (line.Length == 0 || line[0] == '#') continue;
            var equals = line.IndexOf('=', StringComparison.Ordinal);
            var name = equals < 0 ? line : line[..equals];
            if (name.AsSpan().ContainsAny(" \t")) throw new CommandLineException($"invalid env file ({path}): variable '{name}' contains whitespaces", 125);
            if (name.Length == 0) throw new CommandLineException($"invalid env file ({path}): no variable name on line '{line}'", 125);
            if (equals >= 0) yield return line;
            else if (!fromEnvironment) yield return name;
            else if (System.Environment.GetEnvironmentVariable(name) is { } value) yield return $"{name}={value}";
        }
    }
}
