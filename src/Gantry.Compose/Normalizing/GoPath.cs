namespace Gantry.Compose.Normalizing;

/// <summary>Paths by their words only: no link is followed, nothing needs to exist.</summary>
internal static class GoPath
{
    /// <summary>Without <c>.</c>, <c>..</c>, doubled and last slashes where they can be left out.</summary>
    public static string Clean(string path)
    {
        var isRooted = path.StartsWith('/');
        var parts = new List<string>();
        foreach (var part in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            switch (part)
            {
                case ".":
                    break;
                case ".." when parts.Count > 0 && parts[^1] != "..":
                    parts.RemoveAt(parts.Count - 1);
                    break;
                case ".." when isRooted:
                    break;
                default:
                    parts.Add(part);
                    break;
            }
        }

        var joined = string.Join('/', parts);
        return isRooted ? "/" + joined : joined.Length > 0 ? joined : ".";
    }

    public static string Join(string directory, string path) => Clean(directory.Length == 0 ? path : $"{directory}/{path}");

    public static string ExpandHome(string path, IReadOnlyDictionary<string, string> environment) =>
        path.StartsWith('~') && environment.TryGetValue("HOME", out var home) ? Join(home, path[1..]) : path;

    /// <summary><c>C:\x</c> or <c>\\server\share</c>: another machine's daemon knows it.</summary>
    public static bool IsWindowsRooted(string path) =>
        path is [var drive, ':', '\\' or '/', ..] && char.IsAsciiLetter(drive) || path is ['\\', '\\', not ('.' or '\\'), ..] && path.AsSpan(2).Contains('\\');
}
