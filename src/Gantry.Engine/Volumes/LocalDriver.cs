using Gantry.Linux;
using Gantry.Linux.Files;
using Gantry.Spec;

namespace Gantry.Engine.Volumes;

/// <summary>
/// Local volumes: a directory each, <c>volumes/&lt;name&gt;/_data</c>. One with a device is a file system of its own, which is
/// mounted, attached nowhere, for each container that uses it; its <c>_data</c> stays empty.
/// </summary>
internal sealed class LocalDriver(string directory, ProjectQuotas quotas) : IVolumeDriver
{
    private const string DataName = "_data";
    private const string CopyingMark = ".copying";
    private const string DoomedPrefix = ".removed-";

    public string Name => VolumeRecord.LocalDriver;

    public string Scope => "local";

    public string Mountpoint(VolumeRecord volume) => DataDirectory(volume.Name);

    public void Create(VolumeRecord volume)
    {
        LocalOptions.Check(volume, directory);
        MakeDirectory(volume);
    }

    /// <summary>The directory of a volume, limited where the volume says so; one that is there is as it was.</summary>
    public void MakeDirectory(VolumeRecord volume)
    {
        Directory.CreateDirectory(DataDirectory(volume.Name));
        if (LocalOptions.Size(volume) is > 0 and var bytes)
        {
            quotas.Limit(Path.Combine(directory, volume.Name), bytes, DataName);
        }
    }

    /// <summary>The directory is out of the way before the record goes: whatever ends this, no removed volume comes back.</summary>
    public void Remove(VolumeRecord volume)
    {
        using var parent = RootedDirectory.Open(directory);
        if (parent.TryStat(volume.Name) is not null)
        {
            RemoveTree(parent, DoomedPrefix + volume.Name);
            parent.Rename(volume.Name, DoomedPrefix + volume.Name);
        }
    }

    public VolumeSource Mount(VolumeRecord volume, string user)
    {
        if (LocalOptions.IsDirectory(volume))
        {
            MakeDirectory(volume);
            return new(DataDirectory(volume.Name));
        }

        try
        {
            return new("", LocalOptions.Mount(volume));
        }
        catch (LinuxException e)
        {
            throw new InternalException($"error while mounting volume '{DataDirectory(volume.Name)}': failed to mount local volume: {e.Message}", e);
        }
    }

    public void Unmount(VolumeRecord volume, string user)
    {
        // The mount goes with the last descriptor or namespace that has it.
    }

    public Dictionary<string, string>? Status(VolumeRecord volume) => null;

    /// <summary>Bytes that the volume occupies on the disk.</summary>
    public long DiskSpaceOf(VolumeRecord volume) => DiskSpace.Of(Path.Combine(directory, volume.Name));

    /// <summary>Frees what <see cref="Remove"/> took out of the way, once the record is gone.</summary>
    public void FinishRemoval(VolumeRecord volume)
    {
        using var parent = RootedDirectory.Open(directory);
        RemoveTree(parent, DoomedPrefix + volume.Name);
    }

    /// <summary>Finishes removals that were interrupted. Nothing else may be under way.</summary>
    public void Sweep()
    {
        using var parent = RootedDirectory.Open(directory);
        foreach (var entry in parent.List())
        {
            if (entry.Name.Span.StartsWith(".removed-"u8))
            {
                RemoveTree(parent, entry.Name.Span);
            }
        }
    }

    /// <summary>Whether a removal of the volume got as far as to take its directory away.</summary>
    public bool IsDoomed(string name) => Directory.Exists(Path.Combine(directory, DoomedPrefix + name)) && !Directory.Exists(Path.Combine(directory, name));

    /// <summary>The volumes that have a directory, and when they were made as far as the directory tells.</summary>
    public IEnumerable<(string Name, DateTimeOffset Created)> Directories() =>
        Directory.EnumerateDirectories(directory)
            .Where(path => Directory.Exists(Path.Combine(path, DataName)))
            .Select(path => (Path.GetFileName(path), (DateTimeOffset)Directory.GetCreationTimeUtc(path)));

    /// <summary>What was begun and not finished of a copy into the volume goes; true while one is under way or was interrupted.</summary>
    public bool WasCopying(string name) => File.Exists(Path.Combine(directory, name, CopyingMark));

    public void BeginCopy(string name) => File.WriteAllBytes(Path.Combine(directory, name, CopyingMark), []);

    public void EndCopy(string name) => File.Delete(Path.Combine(directory, name, CopyingMark));

    private static void RemoveTree(RootedDirectory parent, UnixPath name)
    {
        using (var volume = parent.TryOpenDirectory(name, followLast: false))
        {
            if (volume is not null)
            {
                ProjectQuotas.Lift(volume, DataName);
            }
        }

        parent.RemoveTree(name);
    }

    private string DataDirectory(string name) => Path.Combine(directory, name, DataName);
}
