using Gantry.Engine.Containers;
using Gantry.Linux;
using Gantry.Linux.Files;
using Gantry.Linux.Mounts;

namespace Gantry.Engine.Mounts;

/// <summary>
/// Copies of mounts that are attached nowhere. Before kernel 6.15 open_tree(2) copies only what is attached in the
/// caller's namespace, so a private one is made for the moment.
/// </summary>
internal static class SharedVolumes
{
    /// <summary>
    /// The file system of a volume as a running container has it, so that all its users share one tmpfs or overlay. Asked of
    /// the container itself: a daemon that was killed knows nothing else, and leaks no mount.
    /// </summary>
    public static DetachedMount? TryClone(ContainerStore containers, string container, MountRecord volume, bool isReadOnly)
    {
        foreach (var other in containers.All())
        {
            var record = other.Record;
            if (record.Id == container || !record.State.IsAlive || record.State.Pid == 0
                || Array.Find(record.Mounts, mount => mount is { Type: "volume", Subpath: null, IdMap: null } && mount.Name == volume.Name) is not { } mounted)
            {
                continue;
            }

            try
            {
                using var space = MountNamespace.OfProcess(record.State.Pid);
                var mount = space.Clone(mounted.Destination);
                if (!isReadOnly)
                {
                    // How the other container sees it is no matter of this one.
                    mount.SetAttributes(MountAttributes.None, clear: MountAttributes.ReadOnly);
                }

                return mount;
            }
            catch (LinuxException e) when (e.Errno is Errno.ENOENT or Errno.ESRCH or Errno.EINVAL)
            {
                // It ended meanwhile, and its mount with it.
            }
        }

        return null;
    }

    /// <summary>A mount of a directory or file in another mount. Links are followed inside it only.</summary>
    public static DetachedMount CloneBelow(DetachedMount whole, string path)
    {
        using var space = MountNamespace.CreatePrivate();
        return space.Run(() =>
        {
            // The place does not matter: nobody else sees what is mounted there.
            whole.AttachTo("/proc");
            using var root = RootedDirectory.Open("/proc");
            using var below = root.OpenPathBeneath(path);
            return DetachedMount.Clone(below);
        });
    }
}
