namespace Gantry.Runtime.Containers;

/// <summary>Where file systems are mounted on the host.</summary>
internal static class MountPoints
{
    /// <summary>The mount point that a path lies on, from /proc/self/mountinfo.</summary>
    public static string Of(string path)
    {
        var best = "/";
        foreach (var line in File.ReadLines("/proc/self/mountinfo"))
        {
            if (line.Split(' ') is [_, _, _, _, var point, ..]
                && point.Length > best.Length
                && (path == point || path.StartsWith(point + "/", StringComparison.Ordinal)))
            {
                best = point;
            }
        }

        // Spaces and the like are octal there (proc(5)).
        return best.Replace("\\040", " ", StringComparison.Ordinal);
    }
}
