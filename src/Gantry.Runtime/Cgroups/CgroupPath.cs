using Gantry.Linux.Cgroups;
using Gantry.Spec;
using Gantry.Spec.Runtime;

namespace Gantry.Runtime.Cgroups;

/// <summary>Where a container's cgroup is, from the root of the hierarchies.</summary>
internal static class CgroupPath
{
    /// <summary>linux.cgroupsPath; <c>/ID</c> when it is missing; below this process's own cgroup when it is relative.</summary>
    public static string Of(ContainerSpec spec, string id)
    {
        var path = spec.Linux?.CgroupsPath;
        if (string.IsNullOrEmpty(path))
        {
            return "/" + id;
        }

        if (path.Split('/').Contains("..") || path.Trim('/').Length == 0)
        {
            throw new InvalidArgumentException($"linux.cgroupsPath: {path} is not a path below the root of the hierarchies");
        }

        if (path[0] == '/')
        {
            return path;
        }

        if (path.Split(':').Length == 3 && !path.Contains('/', StringComparison.Ordinal))
        {
            throw new UnsupportedException($"linux.cgroupsPath: {path} is for systemd, which is not supported: give a path");
        }

        return (CgroupLayout.Current.Unified?.OwnPath.TrimEnd('/') ?? string.Empty) + "/" + path;
    }
}
