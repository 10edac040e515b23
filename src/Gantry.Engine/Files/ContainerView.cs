using Gantry.Runtime.Containers;
using Gantry.Engine.Bundles;
using Gantry.Engine.Containers;
using Gantry.Engine.Mounts;
using Gantry.Linux;
using Gantry.Linux.Files;
using Gantry.Linux.Mounts;

namespace Gantry.Engine.Files;

/// <summary>
/// A container's files as its own processes see them, volumes and binds included, but without /proc, /sys and /dev, running
/// or not. It is put together in a private mount namespace; paths are opened beneath <see cref="Root"/> and cannot
/// leave it, whatever links the container makes meanwhile (CVE-2018-15664), and no program of the container is run (CVE-2019-14271).
/// </summary>
internal sealed class ContainerView : IDisposable
{
    // Somewhere that is a directory on every machine; nobody else sees what is mounted there.
    private const string Place = "/proc";
    private readonly MountNamespace space;
    private readonly Action released;

    private ContainerView(MountNamespace space, RootedDirectory root, Action released) => (this.space, Root, this.released) = (space, root, released);

    public RootedDirectory Root { get; }

    /// <summary>Opens the view. The caller holds the container's gate where it does not run, and keeps it while the view is open.</summary>
    /// <param name="parts">The engine's.</param>
    /// <param name="record">Of the container.</param>
    /// <param name="withMounts">Volumes, binds and the like too.</param>
    public static ContainerView Open(EngineParts parts, ContainerRecord record, bool withMounts = true)
    {
        var isAlive = record.State is { IsAlive: true, Pid: > 0 };
        var mounts = withMounts ? record.Mounts.OrderBy(mount => mount.Destination.Count(c => c == '/')).ToArray() : [];
        var opened = new List<DetachedMount>();
        Action release = () => { };
        MountNamespace? space = null;
        try
        {
            if (isAlive)
            {
                AddRunning(record, mounts, opened);
            }
            else
            {
                opened.Add(parts.Images.OpenMount(record.Id));
                release = () => Release(parts, mounts, record.Id);
                AddStopped(parts, record, mounts, opened);
            }

            var destinations = mounts.Where(mount => isAlive || mount.Type != "tmpfs").Select(mount => mount.Destination).ToList();
            var files = HostFiles.Of(parts.Paths, HostFiles.OwnerOf(record))
                .Where(file => withMounts && !mounts.Any(mount => mount.Destination == file.Destination)).ToList();
            foreach (var (destination, source) in files.Where(file => File.Exists(file.Source)))
            {
                destinations.Add(destination);
                opened.Add(DetachedMount.Clone(source));
            }

            space = MountNamespace.CreatePrivate();
            var root = space.Run(() => Assemble(opened, destinations, [.. files.Select(file => file.Destination)], record.HostConfig.ReadonlyRootfs));
            return new(space, root, release);
        }
        catch
        {
            space?.Dispose();
            release();
            throw;
        }
        finally
        {
            opened.ForEach(mount => mount.Dispose());
        }
    }

    public void Dispose()
    {
        Root.Dispose();
        space.Dispose();
        released();
    }

    /// <summary>The root, and behind it the mounts.</summary>
    private static void AddRunning(ContainerRecord record, MountRecord[] mounts, List<DetachedMount> opened)
    {
        using var container = MountNamespace.OfProcess(record.State.Pid);
        opened.AddRange(container.Run(() =>
            (DetachedMount[])[DetachedMount.Clone("/"), .. mounts.Select(mount => DetachedMount.Clone(mount.Destination, recursive: true))]));
    }

    private static void AddStopped(EngineParts parts, ContainerRecord record, MountRecord[] mounts, List<DetachedMount> opened)
    {
        UserIdentity user;
        using (var root = opened[0].OpenRoot())
        {
            user = mounts.Any(mount => mount.IdMap is not null)
                ? UserLookup.Resolve(root, record.Config.User, null)
                : new(0, 0, [], "/");
        }

        using var prepared = PreparedMounts.Make(parts, record, user);
        foreach (var mount in mounts.Where(mount => mount.Type != "tmpfs"))
        {
            if (prepared.Find(mount) is { } made)
            {
                opened.Add(new DetachedMount(made.Duplicate().Release()));
                continue;
            }

            var bound = DetachedMount.Clone(prepared.PathOf(mount), recursive: !mount.NonRecursive);
            opened.Add(bound);
            if (mount.ReadOnly)
            {
                bound.SetAttributes(MountAttributes.ReadOnly, recursive: true);
            }
        }
    }

    /// <param name="opened">The root, and what is mounted in it.</param>
    /// <param name="destinations">Where.</param>
    /// <param name="files">What is there before the container has been started too, and empty then.</param>
    /// <param name="readOnly">Of the root.</param>
    private static RootedDirectory Assemble(List<DetachedMount> opened, List<string> destinations, string[] files, bool readOnly)
    {
        opened[0].AttachTo(Place);
        var root = RootedDirectory.Open(Place);
        try
        {
            foreach (var file in files)
            {
                Target(root, file, isDirectory: false).Dispose();
            }

            for (var i = 0; i < destinations.Count; i++)
            {
                var mount = opened[i + 1];
                using var target = Target(root, destinations[i], mount.Stat().Kind == FileKind.Directory);
                mount.AttachTo(target);
            }

            if (readOnly)
            {
                opened[0].SetAttributes(MountAttributes.ReadOnly);
            }

            return root;
        }
        catch
        {
            root.Dispose();
            throw;
        }
    }

    private static FileDescriptor Target(RootedDirectory root, string path, bool isDirectory)
    {
        if (root.TryStat(path, followLast: true) is null)
        {
            if (isDirectory)
            {
                root.Mkdirs(path).Dispose();
            }
            else
            {
                root.Mkdirs(Path.GetDirectoryName(path)!).Dispose();
                root.Mknod(path, FileKind.Regular, 0x1A4 /* 0644 */);
            }
        }

        return root.OpenPath(path);
    }

    private static void Release(EngineParts parts, MountRecord[] mounts, string container)
    {
        foreach (var mount in mounts.Where(mount => mount.Type == "volume"))
        {
            parts.Volumes.Unmount(mount, container);
        }
    }
}
