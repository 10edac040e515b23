using Gantry.Engine.Containers;
using Gantry.Engine.Mounts;
using Gantry.Linux;
using Gantry.Linux.Files;
using Gantry.Linux.Mounts;
using Gantry.Spec;
using Microsoft.Extensions.Logging;

namespace Gantry.Engine.Volumes;

internal sealed partial class VolumeService
{
    /// <summary>Makes the volumes of a new container that are not there, and keeps all of them until its record does.</summary>
    public VolumeReservation Reserve(IReadOnlyList<MountRecord> mounts)
    {
        var made = new List<VolumeRecord>();
        var wanted = mounts.Where(mount => mount.Type == "volume").Select(mount => mount.Name!).ToList();
        lock (reserved)
        {
            reserved.AddRange(wanted);
        }

        try
        {
            MountRecord[] resolved = [.. mounts.Select(mount => mount.Type == "volume" ? Resolve(mount, made) : mount)];
            return new(this, resolved, wanted, made);
        }
        catch
        {
            Release(wanted, made);
            throw;
        }
    }

    /// <summary>Mounts a volume for a container: to be released when the container has ended.</summary>
    public VolumeSource Mount(MountRecord mount, string container)
    {
        VolumeRecord volume;
        using (names.Acquire(mount.Name!))
        {
            // A record may be gone where volumes/ was emptied by hand: the container gets a new, empty volume, as it would in Docker.
            volume = store.Find(mount.Name!) ?? Create(RecordOf(mount), driverIsGiven: false, out _);
        }

        return drivers.Get(volume.Driver).Mount(volume, container);
    }

    public void Unmount(MountRecord mount, string container)
    {
        if (store.Find(mount.Name!) is { } volume && drivers.Find(volume.Driver) is { } driver)
        {
            try
            {
                driver.Unmount(volume, container);
            }
            catch (GantryException e)
            {
                LogUnmountFailed(logger, volume.Name, container, e.Message);
            }
        }
    }

    /// <summary>The file system of a volume as another running container has it, where all users must have the same one.</summary>
    public DetachedMount? TryShare(MountRecord mount, string container) =>
        store.Find(mount.Name!) is { Driver: VolumeRecord.LocalDriver } volume && LocalOptions.IsShared(volume)
            ? SharedVolumes.TryClone(containers, container, mount, LocalOptions.IsReadOnly(volume))
            : null;

    /// <summary>Removes the anonymous volumes of a container that is gone; what another one uses stays.</summary>
    public void RemoveAnonymous(IEnumerable<MountRecord> mounts, string container)
    {
        foreach (var name in mounts.Where(mount => mount is { Type: "volume", Anonymous: true }).Select(mount => mount.Name!))
        {
            using (names.Acquire(name))
            {
                if (store.Find(name) is { } volume && UsersOf(name).All(user => user == container))
                {
                    Remove(volume, force: true);
                }
            }
        }
    }

    /// <summary>What the image has at the destination goes into a volume, or the directory of one, that is empty, with owners, modes, links and attributes.</summary>
    public void CopyUp(MountRecord mount, RootedDirectory root, string container)
    {
        using var source = root.TryOpenDirectory(mount.Destination);
        if (source is null)
        {
            return;
        }

        var from = Mount(mount, container);
        try
        {
            using var detached = from.Mount;
            using var whole = detached?.OpenRoot() ?? RootedDirectory.Open(from.Path);
            // One that is not there is told when the container starts.
            using var below = mount.Subpath is { } subpath ? whole.TryOpenBeneath(subpath) : null;
            if ((mount.Subpath is null ? whole : below) is not { } target)
            {
                return;
            }

            var isPlain = detached is null && mount.Subpath is null && store.Find(mount.Name!)?.Driver == VolumeRecord.LocalDriver;
            if (isPlain && drivers.Local.WasCopying(mount.Name!))
            {
                target.RemoveContents();
            }

            if (target.List().Count > 0)
            {
                return;
            }

            if (isPlain)
            {
                drivers.Local.BeginCopy(mount.Name!);
            }

            TreeCopy.Copy(source, target);
            if (isPlain)
            {
                drivers.Local.EndCopy(mount.Name!);
            }
        }
        catch (LinuxException e)
        {
            throw new InternalException($"copying the image's {mount.Destination} into volume {mount.Name} failed: {e.Message}", e);
        }
        finally
        {
            Unmount(mount, container);
        }
    }

    /// <summary>Tells that a container began or ended to use its volumes.</summary>
    public void Publish(ContainerRecord container, bool mounted)
    {
        foreach (var mount in container.Mounts.Where(mount => mount.Type == "volume"))
        {
            Dictionary<string, string> attributes = new(StringComparer.Ordinal) { ["container"] = container.Id, ["driver"] = mount.Driver ?? VolumeRecord.LocalDriver };
            if (mounted)
            {
                attributes["destination"] = mount.Destination;
                attributes["propagation"] = mount.Propagation;
                attributes["read/write"] = mount.ReadOnly ? "false" : "true";
            }

            bus.Publish("volume", mounted ? "mount" : "unmount", mount.Name!, attributes);
        }
    }

    /// <summary>Brings records and directories together, after whatever ended the daemon.</summary>
    public void Reconcile()
    {
        foreach (var volume in store.All().Where(volume => volume.Driver == VolumeRecord.LocalDriver))
        {
            if (drivers.Local.IsDoomed(volume.Name))
            {
                store.Delete(volume.Name);
            }
            else if (!Directory.Exists(drivers.Local.Mountpoint(volume)))
            {
                LogEmptied(logger, volume.Name);
                drivers.Local.MakeDirectory(volume);
            }
        }

        drivers.Local.Sweep();
        foreach (var (name, created) in drivers.Local.Directories())
        {
            if (VolumeSpec.IsVolumeName(name) && store.Find(name) is null)
            {
                // One whose name was made up is anonymous, and its container never came to be.
                store.Add(new() { Name = name, Driver = VolumeRecord.LocalDriver, Created = created, Labels = IsGenerated(name) ? new() { [VolumeRecord.AnonymousLabel] = "" } : null });
            }
        }
    }

    private static bool IsGenerated(string name) => name.Length == 64 && name.All(char.IsAsciiHexDigitLower);

    internal void Release(List<string> wanted, List<VolumeRecord> unwanted)
    {
        lock (reserved)
        {
            wanted.ForEach(name => reserved.Remove(name));
        }

        foreach (var volume in unwanted)
        {
            using (names.Acquire(volume.Name))
            {
                if (UsersOf(volume.Name).Count == 0)
                {
                    Remove(volume, force: true);
                }
            }
        }
    }

    private MountRecord Resolve(MountRecord mount, List<VolumeRecord> made)
    {
        VolumeRecord volume;
        using (names.Acquire(mount.Name!))
        {
            volume = Create(RecordOf(mount), driverIsGiven: mount.Driver is not null, out var isNew);
            if (isNew)
            {
                made.Add(volume);
            }
        }

        return mount with
        {
            Source = drivers.Get(volume.Driver).Mountpoint(volume),
            Driver = volume.Driver == VolumeRecord.LocalDriver ? null : volume.Driver,
        };
    }

    private VolumeRecord RecordOf(MountRecord mount) => new()
    {
        Name = mount.Name!,
        Driver = mount.Driver ?? VolumeRecord.LocalDriver,
        Created = time.GetUtcNow(),
        Labels = mount.Anonymous
            ? new(mount.VolumeLabels ?? [], StringComparer.Ordinal) { [VolumeRecord.AnonymousLabel] = "" }
            : mount.VolumeLabels,
        Options = mount.DriverOptions is { Count: > 0 } options ? options : null,
    };

    [LoggerMessage(Level = LogLevel.Warning, Message = "volume {Name} had lost its directory: it is empty now")]
    private static partial void LogEmptied(ILogger logger, string name);

    [LoggerMessage(Level = LogLevel.Warning, Message = "volume {Name} could not be unmounted for container {Container}: {Reason}")]
    private static partial void LogUnmountFailed(ILogger logger, string name, string container, string reason);
}

/// <summary>Volumes of a container in the making. Disposed without <see cref="Keep"/>, those that were made for it go again.</summary>
internal sealed class VolumeReservation(VolumeService volumes, MountRecord[] mounts, List<string> names, List<VolumeRecord> made) : IDisposable
{
    private bool kept;

    /// <summary>The mounts with their volumes' names and places.</summary>
    public MountRecord[] Mounts => mounts;

    public void Keep() => kept = true;

    public void Dispose() => volumes.Release(names, kept ? [] : made);
}
