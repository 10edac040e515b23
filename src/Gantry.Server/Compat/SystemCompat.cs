using Gantry.Server.Http;
using Gantry.Spec.Engine;

namespace Gantry.Server.Compat;

/// <summary>What <c>GET /info</c> and <c>GET /system/df</c> had in older versions of the API.</summary>
internal static class SystemCompat
{
    public static SystemInfo Info(SystemInfo info, ApiVersion version)
    {
        if (version.IsBefore(50))
        {
            info = info with { BridgeNfIptables = false, BridgeNfIp6tables = false, DiscoveredDevices = null };
        }

        if (version.IsBefore(49))
        {
            info = info with
            {
                FirewallBackend = null,
                ContainerdCommit = WithExpected(info.ContainerdCommit),
                RuncCommit = WithExpected(info.RuncCommit),
                InitCommit = WithExpected(info.InitCommit),
            };
        }

        if (version.IsBefore(46))
        {
            info = info with { Containerd = null };
        }

        return version.IsBefore(44) && info.Runtimes is { } runtimes
            ? info with { Runtimes = runtimes.ToDictionary(pair => pair.Key, pair => pair.Value with { Status = null }) }
            : info;
    }

    /// <summary>The cache's size was a number of its own until 1.42.</summary>
    public static DiskUsage DiskUsage(DiskUsage usage, ApiVersion version) => usage with
    {
        BuilderSize = version.IsBefore(42) ? usage.BuildCache?.Where(cache => !cache.Shared).Sum(cache => cache.Size) ?? 0 : usage.BuilderSize,
        Images = usage.Images is { } images ? [.. ImageCompat.List(images, version)] : null,
        Containers = usage.Containers is { } containers ? [.. ContainerCompat.List(containers, version)] : null,
    };

    private static Commit WithExpected(Commit commit) => commit with { Expected = commit.ID };
}
