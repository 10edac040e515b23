using Gantry.Spec;

namespace Gantry.Engine.Mounts;

/// <summary>Reads what <c>--volumes-from</c> takes: <c>container[:ro|rw]</c>.</summary>
internal static class VolumesFrom
{
    /// <returns>The other container's volumes and binds; a tmpfs is nobody else's.</returns>
    public static IEnumerable<MountRecord> Read(string text, Func<string, IReadOnlyList<MountRecord>> mountsOf)
    {
        var (name, mode) = text.Split(':', 2) is [var left, var right] ? (left, right) : (text, "rw");
        if (name.Length == 0)
        {
            throw new InvalidArgumentException($"invalid volumes-from specification: \"{text}\" names no container");
        }

        var words = mode.Split(',');
        if (words.Any(word => word is not ("ro" or "rw" or "z" or "Z")))
        {
            throw new InvalidArgumentException($"invalid mode for volumes-from: {mode}");
        }

        return mountsOf(name).Where(mount => mount.Type is "volume" or "bind").Select(mount => mount with
        {
            ReadOnly = mount.ReadOnly || words.Contains("ro"),
            NoCopy = true,
        });
    }
}
