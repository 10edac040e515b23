using Gantry.Linux.Files;

namespace Gantry.Engine.Mounts;

/// <summary>Copies a directory's content with owners, modes, times, extended attributes, hard links and device nodes.</summary>
internal static class TreeCopy
{
    public static void Copy(RootedDirectory source, RootedDirectory target) =>
        CopyDirectory(source, target, target, "", new Dictionary<ulong, string>());

    private static void CopyDirectory(
        RootedDirectory source, RootedDirectory target, RootedDirectory top, string prefix, Dictionary<ulong, string> linked)
    {
        foreach (var entry in source.List())
        {
            UnixPath name = entry.Name.Span;
            var status = source.Stat(name);
            var path = prefix + name.ToString();
            if (status.Kind != FileKind.Directory && status.LinkCount > 1 && linked.TryGetValue(status.Inode, out var first))
            {
                top.Link(first, path);
                continue;
            }

            switch (status.Kind)
            {
                case FileKind.Directory:
                    target.TryMkdir(name, 0x1C0 /* 0700 until it is filled */);
                    using (var from = source.OpenDirectory(name, followLast: false))
                    using (var into = target.OpenDirectory(name, followLast: false))
                    {
                        CopyDirectory(from, into, top, path + "/", linked);
                    }

                    break;
                case FileKind.SymbolicLink:
                    target.Symlink((ReadOnlySpan<byte>)source.ReadLink(name), name);
                    break;
                case FileKind.Regular:
                    CopyFile(source, target, name);
                    break;
                case FileKind.Socket:
                    continue;
                default:
                    target.Mknod(name, status.Kind, (uint)status.Permissions, status.RawDevice);
                    break;
            }

            CopyAttributes(source, target, name, status);
            if (status.LinkCount > 1)
            {
                linked[status.Inode] = path;
            }
        }

        CopyOwn(source, target);
    }

    /// <summary>The directory itself takes owner, mode and times of the source.</summary>
    private static void CopyOwn(RootedDirectory source, RootedDirectory target)
    {
        var status = source.Descriptor.Stat();
        target.Descriptor.Chown(status.Uid, status.Gid);
        target.Descriptor.Chmod((uint)status.Permissions);
        target.Descriptor.SetTimes(status.ModifiedNanoseconds, status.ModifiedNanoseconds);
    }

    private static void CopyFile(RootedDirectory source, RootedDirectory target, UnixPath name)
    {
        using var from = new FileStream(source.OpenFile(name, OpenFlags.ReadOnly | OpenFlags.NoFollow), FileAccess.Read, 0);
        using var into = new FileStream(
            target.OpenFile(name, OpenFlags.WriteOnly | OpenFlags.Create | OpenFlags.Exclusive, 0x180), FileAccess.Write, 0);
        from.CopyTo(into, 1 << 18);
    }

    private static void CopyAttributes(RootedDirectory source, RootedDirectory target, UnixPath name, FileStatus status)
    {
        target.Chown(name, status.Uid, status.Gid);
        foreach (var attribute in source.ListXattrs(name))
        {
            // trusted.overlay.* describes the overlay itself (https://docs.kernel.org/filesystems/overlayfs.html).
            if (!attribute.StartsWith("trusted.overlay.", StringComparison.Ordinal) && source.GetXattr(name, attribute) is { } value)
            {
                target.SetXattr(name, attribute, value);
            }
        }

        if (status.Kind != FileKind.SymbolicLink)
        {
            target.Chmod(name, (uint)status.Permissions);
        }

        target.SetTimes(name, status.ModifiedNanoseconds, status.ModifiedNanoseconds);
    }
}
