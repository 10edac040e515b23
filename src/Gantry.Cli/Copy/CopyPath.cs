namespace Gantry.Cli.Copy;

/// <summary>Paths of cp: a slash or <c>/.</c> at the end says that a directory, or its content, is meant.</summary>
internal static class CopyPath
{
    public static bool AssertsDirectory(string path) => path is "." or ".." || path.EndsWith('/') || path.EndsWith("/.", StringComparison.Ordinal) || path.EndsWith("/..", StringComparison.Ordinal);

    /// <summary>Without doubled slashes and dots, but with the ending that says something.</summary>
    public static string Clean(string path)
    {
        var full = Path.GetFullPath(path.StartsWith('/') ? path : "/" + path).TrimEnd('/');
        if (path == "." || path.EndsWith("/.", StringComparison.Ordinal)) return full + "/.";
        if (path.EndsWith('/')) return full + "/";
        return full.Length == 0 ? "/" : full;
    }

    /// <summary>A path of this machine, absolute, with its ending.</summary>
    public static string Local(string path)
    {
        var full = Path.GetFullPath(path);
        return path == "." || path.EndsWith("/.", StringComparison.Ordinal) ? full.TrimEnd('/') + "/."
            : path.EndsWith('/') ? full.TrimEnd('/') + "/"
            : full;
    }

    /// <summary>The directory and the last name; <c>.</c> where only the content is meant.</summary>
    public static (string Directory, string Name) Split(string path)
    {
        if (path.EndsWith("/.", StringComparison.Ordinal)) return (path[..^1], ".");
        var trimmed = path.TrimEnd('/');
        var slash = trimmed.LastIndexOf('/');
        return trimmed.Length == 0 ? ("/", "/") : (trimmed[..(slash + 1)], trimmed[(slash + 1)..]);
    }
}
