using Gantry.Spec;
using Gantry.Spec.Engine;

namespace Gantry.Engine.Mounts;

/// <summary>All mounts of a new container: <c>-v</c>, <c>--mount</c> and the volumes that its image declares.</summary>
internal static class MountPlan
{
    /// <summary>Docker's defaults for <c>--tmpfs</c>.</summary>
    public const string TmpfsDefaults = "noexec,nosuid,nodev";

    public static MountRecord[] Make(ContainerConfig config, HostConfig host, LocalVolumes volumes)
    {
        var mounts = new Dictionary<string, MountRecord>(StringComparer.Ordinal);
        foreach (var bind in host.Binds ?? [])
        {
            Add(mounts, VolumeSpec.Parse(bind));
        }

        foreach (var mount in host.Mounts ?? [])
        {
            Add(mounts, MountOption.Parse(mount));
        }

        foreach (var path in (host.Tmpfs ?? []).Keys)
        {
            if (mounts.ContainsKey(VolumeSpec.RequireDestination(path, path)))
            {
                throw new InvalidArgumentException($"Duplicate mount point: {path}");
            }
        }

        foreach (var path in (config.Volumes ?? []).Keys)
        {
            // What is mounted there already takes the place of the image's declaration.
            var destination = VolumeSpec.RequireDestination(path, path);
            if (host.Tmpfs?.Keys.Any(tmpfs => ContainerPath.Clean(tmpfs) == destination) != true)
            {
                mounts.TryAdd(destination, new() { Type = "volume", Destination = destination, Anonymous = true });
            }
        }

        return [.. mounts.Values.Select(mount => mount.Type == "volume" ? WithVolume(mount, volumes) : mount)];
    }

    private static void Add(Dictionary<string, MountRecord> mounts, MountRecord mount)
    {
        if (!mounts.TryAdd(mount.Destination, mount))
        {
            throw new InvalidArgumentException($"Duplicate mount point: {mount.Destination}");
        }
    }

    private static MountRecord WithVolume(MountRecord mount, LocalVolumes volumes)
    {
        var name = mount.Name ?? Containers.ContainerIdentity.New();
        return mount with { Name = name, Source = volumes.DataDirectory(name) };
    }
}
