using Gantry.Compose.Nodes;

namespace Gantry.Compose.Loading;

/// <summary>Compose files that are elsewhere, and the user's cache of them.</summary>
internal static class RemoteFiles
{
    public static bool IsRemote(string path) => path.StartsWith(RegistryResources.Scheme, StringComparison.Ordinal) || GitResources.IsRepository(path);

    /// <summary>The local copy of a file.</summary>
    /// <exception cref="ComposeException">It is not there, or cannot be got.</exception>
    public static string Fetch(LoadOptions options, string resource, Origin? at = null) => resource.StartsWith(RegistryResources.Scheme, StringComparison.Ordinal)
        ? RegistryResources.Fetch(options, resource, at)
        : new GitResources(options).Fetch(resource, at);

    /// <summary>A directory of the cache that is made once.</summary>
    /// <param name="key">What is the same under one key is the same.</param>
    /// <param name="name">Of the directory itself.</param>
    /// <param name="make">Fills the directory that is given.</param>
    public static string Once(LoadOptions options, string key, string name, Action<string> make)
    {
        var target = Path.Combine(CacheDirectory(options), key, name);
        if (Directory.Exists(target))
        {
            return target;
        }

        // Whoever comes at the same time makes a copy of its own, and one of them becomes the one that is used.
        var temporary = $"{Path.GetDirectoryName(target)}.{Environment.ProcessId}";
        try
        {
            Directory.CreateDirectory(Path.Combine(temporary, name));
            make(Path.Combine(temporary, name));
            Directory.Move(temporary, Path.GetDirectoryName(target)!);
        }
        catch (IOException) when (Directory.Exists(target))
        {
            // Another was first, with the same content.
        }
        finally
        {
            if (Directory.Exists(temporary))
            {
                Directory.Delete(temporary, recursive: true);
            }
        }

        return target;
    }

    private static string CacheDirectory(LoadOptions options)
    {
        var cache = options.Environment.GetValueOrDefault("XDG_CACHE_HOME") is { Length: > 0 } named && Path.IsPathRooted(named)
            ? named
            : Normalizing.GoPath.Join(options.Environment.GetValueOrDefault("HOME") ?? Path.GetTempPath(), ".cache");
        return Directory.CreateDirectory(Path.Combine(cache, "gantry", "compose")).FullName;
    }
}
