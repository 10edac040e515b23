using System.Text;
using Gantry.Linux.Files;
using Gantry.Linux.Mounts;

namespace Gantry.Build.Sources;

/// <summary>A filesystem as it is on the disk.</summary>
public sealed class DirectoryTree : SourceTree
{
    private readonly IDisposable beneath;

    /// <summary>Owns the mount.</summary>
    public DirectoryTree(DetachedMount mount)
        : this((mount ?? throw new ArgumentNullException(nameof(mount))).OpenRoot(), mount)
    {
    }

    /// <param name="root">Owned.</param>
    /// <param name="beneath">What it is in; owned, and disposed after it.</param>
    public DirectoryTree(RootedDirectory root, IDisposable beneath) => (Root, this.beneath) = (root, beneath);

    public RootedDirectory Root { get; }

    /// <summary>Nanoseconds since 1970: what all of it was modified at, whatever the disk says; null for what that says.</summary>
    public long? Modified { get; init; }

    public override SourceEntry? Find(string path) => Root.TryStat(path.Length == 0 ? "." : path) is { } status ? Entry(Root, path, path, status) : null;

    public override IEnumerable<SourceEntry> List(string directory)
    {
        using var opened = Root.OpenDirectory(directory.Length == 0 ? "." : directory, followLast: false);
        var entries = new List<SourceEntry>();
        foreach (var item in opened.List())
        {
            var name = Encoding.UTF8.GetString(item.Name.Span);
            if (opened.TryStat(item.Name.Span) is { } status)
            {
                entries.Add(Entry(opened, name, directory.Length == 0 ? name : $"{directory}/{name}", status));
            }
        }

        entries.Sort((one, other) => string.CompareOrdinal(one.Path, other.Path));
        return entries;
    }

    public override SourceFile OpenFile(SourceEntry file) => SourceFile.Of(Root.OpenFile(file.Path, OpenFlags.ReadOnly | OpenFlags.NoFollow | OpenFlags.NonBlocking));

    public override IReadOnlyList<KeyValuePair<string, byte[]>> XattrsOf(SourceEntry entry)
    {
        if (entry.Kind == FileKind.SymbolicLink)
        {
            return [];
        }

        var found = new List<KeyValuePair<string, byte[]>>();
        // The root has no name that it could be asked by.
        var isRoot = entry.Path.Length == 0;
        foreach (var name in isRoot ? Root.ListXattrs() : Root.ListXattrs(entry.Path))
        {
            // trusted.overlay.* describes the overlay, security labels the host.
            if ((name.StartsWith("user.", StringComparison.Ordinal) || name is "security.capability" or "system.posix_acl_access" or "system.posix_acl_default")
                && (isRoot ? Root.GetXattr(name) : Root.GetXattr(entry.Path, name)) is { } value)
            {
                found.Add(new(name, value));
            }
        }

        return found;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            Root.Dispose();
            beneath.Dispose();
        }
    }

    private SourceEntry Entry(RootedDirectory at, string name, string path, FileStatus status) => new()
    {
        Path = path,
        Kind = status.Kind,
        Permissions = (uint)status.Permissions,
        Uid = status.Uid,
        Gid = status.Gid,
        Size = status.Kind == FileKind.Regular ? status.Size : 0,
        ModifiedNanoseconds = Modified ?? status.ModifiedNanoseconds,
        Link = status.Kind == FileKind.SymbolicLink ? Encoding.UTF8.GetString(at.ReadLink(name)) : null,
        Device = status.RawDevice,
        Inode = status.Kind == FileKind.Regular && status.LinkCount > 1 ? status.Inode : 0,
    };
}
