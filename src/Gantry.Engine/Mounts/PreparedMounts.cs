using Gantry.Runtime.Containers;
using Gantry.Engine.Containers;
using Gantry.Linux;
using Gantry.Linux.Mounts;
using Gantry.Spec;

namespace Gantry.Engine.Mounts;

/// <summary>
/// The mounts of a container whose source is more than a path: volumes with options, sub-paths, images, id-mapped ones.
/// They are made here, attached nowhere, and moved to their place by who makes the container.
/// </summary>
internal sealed class PreparedMounts : IDisposable
{
    private readonly Dictionary<string, (DetachedMount Mount, int Index)> mounts = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> paths = new(StringComparer.Ordinal);

    private bool isBorrowed;

    private PreparedMounts()
    {
    }

    public static PreparedMounts None { get; } = new();

    /// <summary>In the order of the indexes that <see cref="IndexOf"/> gives.</summary>
    public IReadOnlyList<DetachedMount> All => [.. mounts.Values.OrderBy(item => item.Index).Select(item => item.Mount)];

    /// <summary>Makes them for a container that is about to run, or to be looked into.</summary>
    /// <param name="parts">The engine's.</param>
    /// <param name="container">Which; volumes are mounted in its name.</param>
    /// <param name="user">Its user, for id mappings.</param>
    public static PreparedMounts Make(EngineParts parts, ContainerRecord container, UserIdentity user)
    {
        var prepared = new PreparedMounts();
        try
        {
            foreach (var mount in container.Mounts)
            {
                prepared.Add(parts, container, mount, user);
            }

            return prepared;
        }
        catch
        {
            prepared.Dispose();
            throw;
        }
    }

    /// <summary>Takes mounts that somebody has made; they stay theirs.</summary>
    public static PreparedMounts Of(IEnumerable<(string Destination, DetachedMount Mount)> made)
    {
        var prepared = new PreparedMounts { isBorrowed = true };
        foreach (var (destination, mount) in made)
        {
            prepared.mounts.Add(destination, (mount, prepared.mounts.Count));
        }

        return prepared;
    }

    /// <summary>The prepared mount of a destination; null where a path of the host is bound.</summary>
    public int? IndexOf(MountRecord mount) => mounts.TryGetValue(mount.Destination, out var found) ? found.Index : null;

    public DetachedMount? Find(MountRecord mount) => mounts.TryGetValue(mount.Destination, out var found) ? found.Mount : null;

    /// <summary>The path on the host to bind.</summary>
    public string PathOf(MountRecord mount) => paths.GetValueOrDefault(mount.Destination, mount.Source);

    public void Dispose()
    {
        if (!isBorrowed)
        {
            foreach (var (mount, _) in mounts.Values)
            {
                mount.Dispose();
            }
        }

        mounts.Clear();
    }

    private void Add(EngineParts parts, ContainerRecord container, MountRecord record, UserIdentity user)
    {
        if (record.Type == "tmpfs")
        {
            return;
        }

        var mount = record.Type switch
        {
            "image" => parts.Images.OpenImage(record.ImageId!),
            "volume" => OpenVolume(parts, container, record),
            _ => null,
        };
        try
        {
            if (mount is null && record is { Subpath: null, IdMap: null })
            {
                return;
            }

            mount ??= DetachedMount.Clone(PathOf(record), recursive: record is { IdMap: null, NonRecursive: false });
            mount = record.Subpath is { } subpath ? Below(mount, subpath, record) : mount;
            if (record.IdMap is { } map)
            {
                IdMapping.Apply(mount, map, (user.UserId, user.GroupId), record.Name ?? record.Source);
            }

            SetAttributes(mount, record);
            mounts.Add(record.Destination, (mount, mounts.Count));
        }
        catch
        {
            mount?.Dispose();
            throw;
        }
    }

    /// <summary>The volume's own mount; null where it is a directory of the host.</summary>
    private DetachedMount? OpenVolume(EngineParts parts, ContainerRecord container, MountRecord record)
    {
        if (parts.Volumes.TryShare(record, container.Id) is { } shared)
        {
            return shared;
        }

        // Twice in one container: the second is the first's like, not a file system of its own.
        if (container.Mounts.FirstOrDefault(other => other.Name == record.Name && other.Subpath is null && Find(other) is not null) is { } first)
        {
            return DetachedMount.Clone((FileDescriptor)Find(first)!);
        }

        var source = parts.Volumes.Mount(record, container.Id);
        paths[record.Destination] = source.Path;
        return source.Mount;
    }

    private static DetachedMount Below(DetachedMount whole, string subpath, MountRecord record)
    {
        using (whole)
        {
            try
            {
                return SharedVolumes.CloneBelow(whole, subpath);
            }
            catch (LinuxException e) when (e.Errno is Errno.ENOENT or Errno.ENOTDIR)
            {
                throw new InvalidArgumentException($"cannot access path {subpath} in {record.Type} {record.Name ?? record.Source}: no such file or directory", e);
            }
            catch (LinuxException e) when (e.Errno == Errno.EXDEV)
            {
                throw new InvalidArgumentException($"path concatenation escapes the base directory: a link in {subpath} leads out of {record.Type} {record.Name ?? record.Source}", e);
            }
        }
    }

    private static void SetAttributes(DetachedMount mount, MountRecord record)
    {
        if (record.ReadOnly)
        {
            mount.SetAttributes(MountAttributes.ReadOnly, recursive: record is { NonRecursive: false, ReadOnlyNonRecursive: false });
        }

        var propagation = record.Propagation.TrimStart('r') switch
        {
            "shared" => MountPropagation.Shared,
            "slave" => MountPropagation.Slave,
            _ => MountPropagation.Private,
        };
        mount.SetAttributes(MountAttributes.None, propagation: propagation, recursive: record.Propagation is "" || record.Propagation[0] == 'r');
    }
}
