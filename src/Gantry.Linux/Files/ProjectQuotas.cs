using Gantry.Linux.Native;

namespace Gantry.Linux.Files;

/// <summary>
/// Limits what directories may hold, by a project id of their own (quotactl(2)): on xfs mounted with <c>pquota</c>, and on
/// ext4 with the features <c>project</c> and <c>quota</c> mounted with <c>prjquota</c>. The file system keeps ids and limits, so
/// that they outlive this process; an id is free while nothing belongs to it and nothing limits it.
/// </summary>
public sealed unsafe class ProjectQuotas
{
    private const int BlockSize = 512;

    private readonly Lock choosing = new();
    private uint last;

    /// <summary>Whether the file system of a directory holds to limits of projects.</summary>
    public static bool AreEnforced(UnixPath directory)
    {
        using var opened = RootedDirectory.Open(directory);
        var state = new Libc.QuotaState { Version = 1 };
        return Libc.QuotaControl(opened.Descriptor.Number, Libc.GetQuotaState, 0, &state) >= 0
            && (state.Flags & Libc.QuotaState.ProjectLimitsEnforced) != 0;
    }

    /// <summary>Holds empty directories, and all that comes to be in them, to a sum. May be repeated, also with another sum.</summary>
    /// <param name="parent">What they are in.</param>
    /// <param name="bytes">Counted in blocks of 512 bytes.</param>
    /// <param name="names">Of the directories.</param>
    /// <exception cref="LinuxException">The file system has no quotas of projects, or this process may not set them.</exception>
    public void Limit(UnixPath parent, long bytes, params ReadOnlySpan<string> names)
    {
        using var above = RootedDirectory.Open(parent);
        using var first = above.OpenDirectory(names[0], followLast: false);
        uint project;
        lock (choosing)
        {
            project = OwnProject(above, first) ?? Choose(first.Descriptor, ProjectOf(above.Descriptor));
            // From here on the id is in use, for other processes too.
            Assign(first.Descriptor, project);
        }

        foreach (var name in names[1..])
        {
            using var other = above.OpenDirectory(name, followLast: false);
            Assign(other.Descriptor, project);
        }

        SetLimit(first.Descriptor, project, (ulong)bytes / BlockSize);
    }

    /// <summary>Ends the limit of a directory, before it and those limited with it are removed: the id is free when they are gone. One that has none is left alone.</summary>
    public static void Lift(RootedDirectory parent, UnixPath name)
    {
        using var directory = parent.TryOpenDirectory(name, followLast: false);
        if (directory is not null && OwnProject(parent, directory) is { } project)
        {
            SetLimit(directory.Descriptor, project, 0);
        }
    }

    /// <summary>The project of a directory that it does not have from its parent; null for none, and where there are no projects.</summary>
    private static uint? OwnProject(RootedDirectory parent, RootedDirectory directory)
    {
        var project = TryProjectOf(directory.Descriptor);
        return project == TryProjectOf(parent.Descriptor) ? null : project;
    }

    private uint Choose(FileDescriptor directory, uint outer)
    {
        // Ids up to the one of the directory around are left to whoever gave it that, as Docker does.
        last = Math.Max(last, outer);
        do
        {
            last++;
        }
        while (!IsFree(directory, last));
        return last;
    }

    private static bool IsFree(FileDescriptor directory, uint project)
    {
        var quota = default(Libc.DiskQuota);
        if (Libc.QuotaControl(directory.Number, Libc.GetQuota, project, &quota) < 0)
        {
            return Libc.LastError == Errno.ENOENT ? true : throw new LinuxException("quotactl_fd", Libc.LastError, $"project {project}");
        }

        return (quota.BlockHardLimit | quota.BlockSoftLimit | quota.InodeHardLimit | quota.InodeSoftLimit | quota.Blocks | quota.Inodes) == 0;
    }

    private static void SetLimit(FileDescriptor directory, uint project, ulong blocks)
    {
        var quota = new Libc.DiskQuota
        {
            Version = Libc.DiskQuota.CurrentVersion,
            Flags = Libc.DiskQuota.OfProject,
            Fields = Libc.DiskQuota.BlockLimits,
            Id = project,
            BlockHardLimit = blocks,
            BlockSoftLimit = blocks,
        };
        Libc.Check(Libc.QuotaControl(directory.Number, Libc.SetQuotaLimit, project, &quota), "quotactl_fd", $"project {project}");
    }

    private static void Assign(FileDescriptor directory, uint project)
    {
        var attributes = default(Libc.FsXattr);
        Libc.Check(Libc.Ioctl(directory.Number, Libc.GetFsXattr, &attributes), "ioctl", "FS_IOC_FSGETXATTR");
        attributes.Project = project;
        attributes.Flags |= Libc.InheritProject;
        Libc.Check(Libc.Ioctl(directory.Number, Libc.SetFsXattr, &attributes), "ioctl", $"FS_IOC_FSSETXATTR project {project}");
    }

    private static uint ProjectOf(FileDescriptor directory) =>
        TryProjectOf(directory) ?? throw new LinuxException("ioctl", Libc.LastError, "FS_IOC_FSGETXATTR");

    private static uint? TryProjectOf(FileDescriptor directory)
    {
        var attributes = default(Libc.FsXattr);
        return Libc.Ioctl(directory.Number, Libc.GetFsXattr, &attributes) >= 0 ? attributes.Project : null;
    }
}
