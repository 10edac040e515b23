namespace Gantry.Engine.Mounts;

/// <summary>Paths of containers, as text.</summary>
internal static class ContainerPath
{
    /// <summary>Without doubled slashes, <c>.</c> and <c>..</c>; absolute, and never above the root.</summary>
    public static string Clean(string path)
    {
        var parts = new List<string>();
        foreach (var part in path.Split('/'))
        {
            if (part is "" or ".")
            {
                continue;
            }

            if (part == "..")
            {
                if (parts.Count > 0)
                {
                    parts.RemoveAt(parts.Count - 1);
                }

                continue;
            }

            parts.Add(part);
        }

        return "/" + string.Join('/', parts);
    }

    /// <summary>A clean path is another, or below it.</summary>
    public static bool IsWithin(string path, string directory) => path == directory || path.StartsWith(directory.TrimEnd('/') + "/", StringComparison.Ordinal);
}
