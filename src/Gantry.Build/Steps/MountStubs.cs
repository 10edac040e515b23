using Gantry.Images.Trees;
using Gantry.Linux;
using Gantry.Linux.Files;
using Gantry.Linux.Mounts;

namespace Gantry.Build.Steps;

/// <summary>Places that are made in a filesystem only to mount on them, and go again once nothing is mounted: they are no part of the layer.</summary>
internal sealed class MountStubs
{
    private static readonly string[] Always = ["/dev", "/proc", "/sys", "/etc/hosts", "/etc/hostname", "/etc/resolv.conf"];
    private readonly List<string> missing;

    private MountStubs(List<string> missing) => this.missing = missing;

    /// <summary>Notes what of the targets, and of what leads to them, is not there.</summary>
    public static MountStubs Note(RootedDirectory root, IReadOnlyList<string> targets)
    {
        var missing = new HashSet<string>(StringComparer.Ordinal);
        foreach (var target in Always.Concat(targets))
        {
            for (var path = target.TrimEnd('/'); path.Length > 0 && !missing.Contains(path) && root.TryStat(path, followLast: true) is null; path = path[..path.LastIndexOf('/')])
            {
                missing.Add(path);
            }
        }

        return new([.. missing.OrderByDescending(path => path.Length)]);
    }

    /// <summary>Removes those that are still empty.</summary>
    public void Remove(RootedDirectory root)
    {
        foreach (var path in missing)
        {
            try
            {
                switch (root.TryStat(path))
                {
                    case { Kind: FileKind.Directory }:
                        root.RemoveDirectory(path);
                        break;
                    case { Kind: FileKind.Regular, Size: 0 }:
                        root.Unlink(path);
                        break;
                }
            }
            catch (LinuxException e) when (e.Errno is Errno.ENOTEMPTY or Errno.ENOENT)
            {
                // The step put something there: it belongs to the layer.
            }
        }
    }

    /// <summary>Takes directories out of a layer that are as beneath it and empty: something was only made and removed in them.</summary>
    /// <param name="beneath">Opens the filesystem beneath.</param>
    public static void RemovePassed(RootedDirectory upper, Func<DetachedMount> beneath)
    {
        List<string> empty = [.. Always.Select(target => target[..target.LastIndexOf('/')]).Where(parent => parent.Length > 0).Distinct().Where(parent => IsEmpty(upper, parent))];
        if (empty.Count == 0)
        {
            return;
        }

        using var mount = beneath();
        using var lower = mount.OpenRoot();
        foreach (var path in empty)
        {
            if (lower.TryStat(path) is { Kind: FileKind.Directory } before && upper.TryStat(path) is { } status
                && (status.Permissions, status.Uid, status.Gid) == (before.Permissions, before.Uid, before.Gid))
            {
                upper.RemoveDirectory(path);
            }
        }
    }

    private static bool IsEmpty(RootedDirectory upper, string path)
    {
        using var directory = upper.TryOpenDirectory(path, followLast: false);
        return directory is not null && directory.List().Count == 0 && !OverlayMarks.IsOpaque(directory);
    }
}
