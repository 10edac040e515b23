using Gantry.Images.Trees;
using Gantry.Linux;
using Gantry.Linux.Files;

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
    public static void RemovePassed(RootedDirectory upper, RootedDirectory lower)
    {
        foreach (var parent in Always.Select(target => target[..target.LastIndexOf('/')]).Where(parent => parent.Length > 0).Distinct())
        {
            using var directory = upper.TryOpenDirectory(parent, followLast: false);
            if (directory is null || directory.List().Count > 0 || OverlayMarks.IsOpaque(directory) || lower.TryStat(parent) is not { Kind: FileKind.Directory } before)
            {
                continue;
            }

            var status = directory.Descriptor.Stat();
            if (status.Permissions == before.Permissions && status.Uid == before.Uid && status.Gid == before.Gid)
            {
                upper.RemoveDirectory(parent);
            }
        }
    }
}
