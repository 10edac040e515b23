using Gantry.Linux.Files;

namespace Gantry.Linux.Cgroups;

/// <summary>One cgroup file system of this machine.</summary>
/// <param name="Name">The controllers joined by commas; <c>systemd</c> for a named v1 hierarchy; empty for the unified one.</param>
/// <param name="Controllers">Empty for a named hierarchy and for the unified one, whose controllers depend on the cgroup.</param>
/// <param name="MountPoint">Where it is mounted.</param>
/// <param name="OwnPath">The cgroup of this process in it, from its root.</param>
/// <param name="IsUnified">cgroup v2.</param>
public sealed record CgroupHierarchy(string Name, IReadOnlyList<string> Controllers, string MountPoint, string OwnPath, bool IsUnified)
{
    /// <summary>The host path of a cgroup of this hierarchy.</summary>
    public string PathOf(string cgroup) => MountPoint + "/" + cgroup.Trim('/');
}

/// <summary>The cgroup file systems of this machine: v2 alone, v1 alone, or v1 with an empty v2 beside it (hybrid).</summary>
public sealed class CgroupLayout
{
    private static CgroupLayout? current;

    private CgroupLayout(IReadOnlyList<CgroupHierarchy> hierarchies) => Hierarchies = hierarchies;

    /// <summary>Read once from /proc/self/mountinfo and /proc/self/cgroup.</summary>
    public static CgroupLayout Current => current ??= Parse(HostFile.ReadAllText("/proc/self/mountinfo"), HostFile.ReadAllText("/proc/self/cgroup"));

    /// <summary>No hierarchy at all: for one who may make no cgroups.</summary>
    public static CgroupLayout None { get; } = new([]);

    public IReadOnlyList<CgroupHierarchy> Hierarchies { get; }

    /// <summary>Whether limits are those of cgroup v2.</summary>
    public bool IsUnified => Hierarchies.All(h => h.IsUnified) && Hierarchies.Count > 0;

    public CgroupHierarchy? Unified => Hierarchies.FirstOrDefault(h => h.IsUnified);

    /// <summary>The hierarchy of a v1 controller.</summary>
    public CgroupHierarchy? Find(string controller) => Hierarchies.FirstOrDefault(h => h.Controllers.Contains(controller));

    internal static CgroupLayout Parse(string mountInfo, string ownCgroups)
    {
        Dictionary<string, string> own = [];
        foreach (var line in ownCgroups.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            // 4:memory:/path, 1:name=systemd:/path, 0::/path (cgroups(7))
            if (line.Split(':', 3) is [_, var names, var path])
            {
                own[names.StartsWith("name=", StringComparison.Ordinal) ? names[5..] : names] = path;
            }
        }

        List<CgroupHierarchy> found = [];
        foreach (var line in mountInfo.Split('\n'))
        {
            var separator = line.IndexOf(" - cgroup", StringComparison.Ordinal);
            if (separator < 0 || line.Split(' ') is not [_, _, _, var root, var mountPoint, ..] || line[(separator + 3)..].Split(' ') is not [var type, _, var options, ..])
            {
                continue;
            }

            var unified = type == "cgroup2";
            var name = unified ? string.Empty : NameOf(options, own);
            if (name is null || !own.TryGetValue(name, out var ownPath) || found.Exists(h => h.Name == name))
            {
                continue;
            }

            var controllers = unified || options.Contains("name=", StringComparison.Ordinal) ? [] : name.Split(',');
            // In a container the mount may show a part of the hierarchy only.
            var relative = root != "/" && ownPath.StartsWith(root, StringComparison.Ordinal) ? ownPath[root.Length..] : ownPath;
            found.Add(new(name, controllers, mountPoint, relative, unified));
        }

        return new(found);
    }

    private static string? NameOf(string options, Dictionary<string, string> own)
    {
        var parts = options.Split(',');
        foreach (var name in own.Keys)
        {
            if (name.Length > 0 && (name.Split(',').All(c => parts.Contains(c)) || parts.Contains("name=" + name)))
            {
                return name;
            }
        }

        return null;
    }
}
