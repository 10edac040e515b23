using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Gantry.Linux.Files;

namespace Gantry.Linux.Cgroups;

/// <summary>One cgroup file system of this machine.</summary>
/// <param name="Name">The controllers joined by commas; <c>systemd</c> for a named v1 hierarchy; empty for the unified one.</param>
/// <param name="Controllers">Empty for a named hierarchy and for the unified one, whose controllers depend on the cgroup.</param>
/// <param name="MountPoint">Where it is mounted.</param>
/// <param name="OwnPath">The cgroup of this process in it, from its root.</param>
/// <param name="IsUnified">cgroup v2.</param>
public sealed record CgroupHierarchy(string Name, ImmutableArray<string> Controllers, string MountPoint, string OwnPath, bool IsUnified)
{
    /// <summary>The host path of a cgroup of this hierarchy.</summary>
    public string PathOf(string cgroup) => MountPoint + "/" + cgroup.Trim('/');
}

/// <summary>The cgroup file systems of this machine: v2 alone, v1 alone, or v1 with an empty v2 beside it (hybrid).</summary>
/// <remarks>Asked in each start of a container by a process that does so once: loops, where a query would cost more than its answer.</remarks>
public sealed class CgroupLayout
{
    private static CgroupLayout? current;

    private CgroupLayout(ImmutableArray<CgroupHierarchy> hierarchies)
    {
        Hierarchies = hierarchies;
        IsUnified = hierarchies.Length > 0;
        foreach (var hierarchy in hierarchies)
        {
            IsUnified &= hierarchy.IsUnified;
            Unified ??= hierarchy.IsUnified ? hierarchy : null;
        }
    }

    /// <summary>Read once from /proc/self/mountinfo and /proc/self/cgroup.</summary>
    public static CgroupLayout Current => current ??= Parse(HostFile.ReadAllText("/proc/self/mountinfo"), HostFile.ReadAllText("/proc/self/cgroup"));

    /// <summary>No hierarchy at all: for one who may make no cgroups.</summary>
    public static CgroupLayout None { get; } = new([]);

    public ImmutableArray<CgroupHierarchy> Hierarchies { get; }

    /// <summary>Whether limits are those of cgroup v2.</summary>
    public bool IsUnified { get; }

    public CgroupHierarchy? Unified { get; }

    /// <summary>The hierarchy of a v1 controller.</summary>
    public CgroupHierarchy? Find(string controller)
    {
        foreach (var hierarchy in Hierarchies)
        {
            if (hierarchy.Controllers.Contains(controller))
            {
                return hierarchy;
            }
        }

        return null;
    }

    internal static CgroupLayout Parse(ReadOnlySpan<char> mountInfo, string ownCgroups)
    {
        List<(string Name, string Path)> own = [];
        foreach (var range in ownCgroups.AsSpan().Split('\n'))
        {
            // 4:memory:/path, 1:name=systemd:/path, 0::/path (cgroups(7))
            if (ownCgroups[range].Split(':', 3) is [_, var names, var path])
            {
                own.Add((names.StartsWith("name=", StringComparison.Ordinal) ? names[5..] : names, path));
            }
        }

        var found = ImmutableArray.CreateBuilder<CgroupHierarchy>(own.Count);
        foreach (var range in mountInfo.Split('\n'))
        {
            const string type = " - cgroup";
            var line = mountInfo[range];
            var separator = line.IndexOf(type, StringComparison.Ordinal);
            if (separator >= 0 && Read(line.ToString().Split(' '), line[separator + type.Length] == '2', own) is { } hierarchy && !Has(found, hierarchy.Name))
            {
                found.Add(hierarchy);
            }
        }

        return new(found.ToImmutable());
    }

    /// <param name="fields">Of a line of mountinfo, the last of them the file system's options (proc(5)).</param>
    private static CgroupHierarchy? Read(string[] fields, bool unified, List<(string Name, string Path)> own)
    {
        if (fields is not [_, _, _, var root, var mountPoint, .., var options])
        {
            return null;
        }

        foreach (var (name, path) in own)
        {
            if (unified ? name.Length == 0 : name.Length > 0 && Names(options, name))
            {
                string[] controllers = unified || options.Contains("name=", StringComparison.Ordinal) ? [] : name.Split(',');
                // In a container the mount may show a part of the hierarchy only.
                var relative = root != "/" && path.StartsWith(root, StringComparison.Ordinal) ? path[root.Length..] : path;
                return new(name, ImmutableCollectionsMarshal.AsImmutableArray(controllers), mountPoint, relative, unified);
            }
        }

        return null;
    }

    /// <summary>Whether the options of a mount name all of some controllers, or the hierarchy.</summary>
    private static bool Names(string options, string name)
    {
        var parts = options.Split(',');
        if (Array.IndexOf(parts, "name=" + name) >= 0)
        {
            return true;
        }

        foreach (var controller in name.Split(','))
        {
            if (Array.IndexOf(parts, controller) < 0)
            {
                return false;
            }
        }

        return true;
    }

    private static bool Has(ImmutableArray<CgroupHierarchy>.Builder found, string name)
    {
        foreach (var hierarchy in found)
        {
            if (hierarchy.Name == name)
            {
                return true;
            }
        }

        return false;
    }
}
