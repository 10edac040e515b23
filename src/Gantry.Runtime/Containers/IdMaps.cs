using System.Globalization;
using Gantry.Spec.Runtime;

namespace Gantry.Runtime.Containers;

/// <summary>The id mappings of a new user namespace, which only its parent may write (user_namespaces(7)).</summary>
internal static class IdMaps
{
    public static void Write(int pid, ContainerSpec spec)
    {
        var directory = string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/");
        File.WriteAllText(directory + "uid_map", Lines(spec.Linux?.UidMappings));
        File.WriteAllText(directory + "gid_map", Lines(spec.Linux?.GidMappings));
        if (spec.Process?.OomScoreAdj is { } score)
        {
            File.WriteAllText(directory + "oom_score_adj", score.ToString(CultureInfo.InvariantCulture));
        }
    }

    private static string Lines(IReadOnlyList<IdMapping>? mappings) =>
        string.Concat((mappings ?? []).Select(m => string.Create(CultureInfo.InvariantCulture, $"{m.ContainerId} {m.HostId} {m.Size}\n")));
}
