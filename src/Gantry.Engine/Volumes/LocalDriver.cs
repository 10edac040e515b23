using Gantry.Linux;
using Gantry.Linux.Files;
using Gantry.Spec;

namespace Gantry.Engine.Volumes;

/// <summary>
/// Local volumes: a directory each, <c>volumes/&lt;name&gt;/_data</c>. One with options is a file system of its own, which is
/// mounted, attached nowhere, for each container that uses it; its <c>_data</c> stays empty.
/// </summary>
internal sealed class LocalDriver(string directory) : IVolumeDriver
{
    private const string CopyingMark = ".copying";
    private const string DoomedPrefix = ".removed-";

    public string Name => VolumeRecord.LocalDriver;

    public string Scope => "local";

    public string Mountpoint(VolumeRecord volume) => DataDirectory(volume.Name);

    public void Create(VolumeRecord volume)
    {
        LocalOptions.Check(volume);
        Directory.CreateDirectory(DataDirectory(volume.Name));
    }

    /// <summary>The directory is out of the way before the record goes: whatever ends this, no removed volume comes back.</summary>
    public void Remove(VolumeRecord volume)
    {
        using var parent = RootedDirectory.Open(directory);
        if (parent.TryStat(volume.Name) is not null)
        {
            parent.RemoveTree(DoomedPrefix + volume.Name);
            parent.Rename(volume.Name, DoomedPrefix + volume.Name);
        }
    }

    public VolumeSource Mount(VolumeRecord volume, string user)
    {
        if (volume.Options is not { Count: > 0 })
        {
            Directory.CreateDirectory(DataDirectory(volume.Name));
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
        parent.RemoveTree(DoomedPrefix + volume.Name);
    }

    /// <summary>Finishes removals that were interrupted. Nothing else may be under way.</summary>
    public void Sweep()
    {
        using var parent = RootedDirectory.Open(directory);
        foreach (var entry in parent.List())
        {
            if (entry.Name.Span.StartsWith(".removed-"u8))
            {
                parent.RemoveTree(entry.Name.Span);
            }
        }
    }

    /// <summary>Whether a removal of the volume got as far as to take its directory away.</summary>
    public bool IsDoomed(string name) => Directory.Exists(Path.Combine(directory, DoomedPrefix + name)) && !Directory.Exists(Path.Combine(directory, name));

    /// <summary>The volumes that have a directory, and when they were made as far as the directory tells.</summary>
    public IEnumerable<(string Name, DateTimeOffset Created)> Directories() =>
        Directory.EnumerateDirectories(directory)
            .Where(path => Directory.Exists(Path.Combine(path, "_data")))
            .Select(path => (Path.GetFileName(path), (DateTimeOffset)Directory.GetCreationTimeUtc(path)));

    /// <summary>What was begun and not finished of a copy into the volume goes; true while one is under way or was interrupted.</summary>
    public bool WasCopying(string name) => File.Exists(Path.Combine(directory, name, CopyingMark));

    public void BeginCopy(string name) => File.WriteAllBytes(Path.Combine(directory, name, CopyingMark), []);

    public void EndCopy(string name) => File.Delete(Path.Combine(directory, name, CopyingMark));

    private string DataDirectory(string name) => Path.Combine(directory, name, "_data");
}
