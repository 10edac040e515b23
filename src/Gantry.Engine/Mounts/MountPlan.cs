using Gantry.Spec;
using Gantry.Spec.Engine;

namespace Gantry.Engine.Mounts;

/// <summary>All mounts of a new container: <c>--volumes-from</c>, <c>-v</c>, <c>--mount</c> and the volumes that its image declares.</summary>
internal static class MountPlan
{
    /// <summary>Docker's defaults for <c>--tmpfs</c>.</summary>
    public const string TmpfsDefaults = "noexec,nosuid,nodev";

    /// <param name="config">The container's, merged with the image's.</param>
    /// <param name="host">What the user asked for.</param>
    /// <param name="mountsOf">The mounts of another container by its name.</param>
    /// <param name="dataRoot">The daemon's: a container must not hold on to a mount in it that the daemon takes away.</param>
    /// <returns>Each volume has a name; where it is, is not known yet.</returns>
    public static MountRecord[] Make(ContainerConfig config, HostConfig host, Func<string, IReadOnlyList<MountRecord>> mountsOf, string dataRoot)
    {
        var inherited = new Dictionary<string, MountRecord>(StringComparer.Ordinal);
        foreach (var from in host.VolumesFrom ?? [])
        {
            foreach (var mount in VolumesFrom.Read(from, mountsOf))
            {
                inherited[mount.Destination] = mount;
            }
        }

        var mounts = new Dictionary<string, MountRecord>(StringComparer.Ordinal);
        foreach (var bind in host.Binds ?? [])
        {
            Add(mounts, WithPropagation(WithDriver(VolumeSpec.Parse(bind), host), dataRoot));
        }

        foreach (var mount in host.Mounts ?? [])
        {
            Add(mounts, WithPropagation(MountOption.Parse(mount), dataRoot));
        }

        foreach (var path in (host.Tmpfs ?? []).Keys)
        {
            var destination = VolumeSpec.RequireDestination(path, path);
            inherited.Remove(destination);
            if (mounts.ContainsKey(destination))
            {
                throw new InvalidArgumentException($"Duplicate mount point: {path}");
            }
        }

        foreach (var mount in inherited.Values)
        {
            mounts.TryAdd(mount.Destination, mount);
        }

        foreach (var path in (config.Volumes ?? []).Keys)
        {
            // What is mounted there already takes the place of the image's declaration.
            var destination = VolumeSpec.RequireDestination(path, path);
            if (host.Tmpfs?.Keys.Any(tmpfs => ContainerPath.Clean(tmpfs) == destination) != true)
            {
                mounts.TryAdd(destination, WithDriver(new() { Type = "volume", Destination = destination, Anonymous = true }, host));
            }
        }

        return [.. mounts.Values.Select(mount =>
            mount.Type == "volume" ? mount with { Name = mount.Name ?? Containers.ContainerIdentity.New() } : mount)];
    }

    private static void Add(Dictionary<string, MountRecord> mounts, MountRecord mount)
    {
        if (!mounts.TryAdd(mount.Destination, mount))
        {
            throw new InvalidArgumentException($"Duplicate mount point: {mount.Destination}");
        }
    }

    /// <summary><c>--volume-driver</c> is for volumes that do not say it themselves.</summary>
    private static MountRecord WithDriver(MountRecord mount, HostConfig host) =>
        mount.Type == "volume" && host.VolumeDriver is not ("" or "local") ? mount with { Driver = host.VolumeDriver } : mount;

    private static MountRecord WithPropagation(MountRecord mount, string dataRoot)
    {
        if (mount.Type != "bind")
        {
            return mount;
        }

        var hasDataRoot = ContainerPath.IsWithin(mount.Source, dataRoot) || ContainerPath.IsWithin(dataRoot, mount.Source);
        return mount.Propagation switch
        {
            "" => mount with { Propagation = hasDataRoot ? "rslave" : "rprivate" },
            not ("rslave" or "rshared") when hasDataRoot => throw new InvalidArgumentException(
                $"invalid mount config: must use either propagation mode \"rslave\" or \"rshared\" when mount source is within the daemon root, daemon root: \"{dataRoot}\", bind mount source: \"{mount.Source}\", propagation: \"{mount.Propagation}\""),
            _ => mount,
        };
    }
}
