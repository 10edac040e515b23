using Gantry.Build.Sources;
using Gantry.Linux.Files;
using Gantry.Spec;

namespace Gantry.Build.Copying;

/// <summary>
/// Copies entries of a tree into a filesystem, as BuildKit does: a directory's content goes into the destination, a link
/// that is named is followed, one that is met stays a link. The kernel walks every path of the target inside its root.
/// </summary>
/// <param name="fresh">Takes directories that are new, to be written later; null where all is written at once.</param>
public sealed class TreeCopier(RootedDirectory target, CopyRequest request, NewDirectories? fresh = null)
{
    private readonly EntryWriter writer = new(request);
    private readonly List<(string Path, long Modified)> directoryTimes = [];
    private readonly CopyWalk alone = new(CancellationToken.None);

    /// <summary>Copies one entry that was resolved, under the name it was asked for.</summary>
    /// <param name="name">Its name, or with <c>--parents</c> its path.</param>
    public void Copy(SourceTree tree, SourceEntry entry, string name, CancellationToken cancellationToken)
    {
        var destination = request.Destination;
        if (request.Parents)
        {
            CopyInto(tree, entry, Below(destination, name), isTop: false, cancellationToken);
        }
        else if (entry.Kind == FileKind.Directory)
        {
            CopyInto(tree, entry with { IsContainer = true }, destination.TrimEnd('/'), isTop: true, cancellationToken);
        }
        else if (destination.EndsWith('/') || request.IntoDirectory || target.TryStat(destination, followLast: true) is { Kind: FileKind.Directory })
        {
            CopyInto(tree, entry, Below(destination, name), isTop: true, cancellationToken);
        }
        else
        {
            CopyInto(tree, entry, destination, isTop: true, cancellationToken);
        }
    }

    /// <summary>Copies an entry to the same path without what is in it. Several that are links to one file stay that.</summary>
    /// <param name="path">Its directory is there.</param>
    public void CopyAlone(SourceTree tree, SourceEntry entry, string path)
    {
        var slash = path.LastIndexOf('/');
        using var parent = target.OpenDirectory(slash < 0 ? "." : path[..slash], followLast: false);
        var name = path[(slash + 1)..];
        if (entry.Kind != FileKind.Directory)
        {
            CopyEntry(tree, entry, parent, name, path, alone, "");
            return;
        }

        parent.TryMkdir(name, EntryWriter.ImpliedMode);
        SetAttributes(tree, entry, parent, name, path);
    }

    /// <summary>Gives directories their times, once nothing is put into them any more.</summary>
    public void Finish()
    {
        for (var i = directoryTimes.Count - 1; i >= 0; i--)
        {
            var (path, modified) = directoryTimes[i];
            target.SetTimes(path, modified, modified);
        }
    }

    /// <summary>Makes a directory and those above it, as they are implied by a path.</summary>
    public RootedDirectory MakeDirectories(string path)
    {
        if (path.Length == 0)
        {
            path = "/";
        }

        if (target.TryStat(path, followLast: true) is { } there)
        {
            return there.Kind == FileKind.Directory
                ? target.OpenDirectory(path)
                : throw new InvalidArgumentException($"cannot copy to {path}: it is not a directory");
        }

        var parent = path.LastIndexOf('/');
        MakeDirectories(path[..Math.Max(parent, 0)]).Dispose();
        var made = target.Mkdirs(path, EntryWriter.ImpliedMode);
        made.Descriptor.Chmod(EntryWriter.ImpliedMode);
        if (request.Owner is { } owner)
        {
            made.Descriptor.Chown(owner.Uid, owner.Gid);
        }

        directoryTimes.Add((path, writer.Now));
        return made;
    }

    private static string Below(string directory, string name) => $"{directory.TrimEnd('/')}/{name}";

    private void CopyInto(SourceTree tree, SourceEntry entry, string path, bool isTop, CancellationToken cancellationToken)
    {
        var slash = path.LastIndexOf('/');
        if (path.Length == 0)
        {
            using var root = target.OpenDirectory("/");
            CopyChildren(tree, entry, root, "", new CopyWalk(cancellationToken));
            root.Descriptor.SetTimes(writer.TimeOf(entry), writer.TimeOf(entry));
            return;
        }

        using var parent = request.Parents ? MakeParents(tree, entry, path[..slash]) : MakeDirectories(path[..slash]);
        var name = path[(slash + 1)..];
        if (isTop && entry.Kind == FileKind.Directory && target.TryStat(path, followLast: true) is { Kind: FileKind.Directory })
        {
            // The destination itself stays as it is, but for its time; a link to a directory is gone through.
            using var there = target.OpenDirectory(path);
            CopyChildren(tree, entry, there, path, new CopyWalk(cancellationToken));
            there.Descriptor.SetTimes(writer.TimeOf(entry), writer.TimeOf(entry));
            return;
        }

        CopyEntry(tree, entry, parent, name, path, new CopyWalk(cancellationToken), "");
    }

    private RootedDirectory MakeParents(SourceTree tree, SourceEntry entry, string path)
    {
        var above = entry.Path.LastIndexOf('/') is > 0 and var slash ? entry.Path[..slash] : "";
        if (above.Length > 0 && path.EndsWith("/" + above, StringComparison.Ordinal) && target.TryStat(path, followLast: true) is null
            && tree.Find(above) is { Kind: FileKind.Directory } original)
        {
            using var upper = MakeParents(tree, original, path[..path.LastIndexOf('/')]);
            var name = path[(path.LastIndexOf('/') + 1)..];
            upper.TryMkdir(name, EntryWriter.ImpliedMode);
            SetAttributes(tree, original, upper, name, path);
            return target.OpenDirectory(path);
        }

        return MakeDirectories(path);
    }

    private void CopyEntry(SourceTree tree, SourceEntry entry, RootedDirectory parent, string name, string path, CopyWalk walk, string below)
    {
        walk.CancellationToken.ThrowIfCancellationRequested();
        var there = walk.IsNew ? null : parent.TryStat(name);
        if (entry.Kind == FileKind.Directory)
        {
            if (there is { Kind: not FileKind.Directory })
            {
                throw new InvalidArgumentException($"cannot copy to non-directory: {path}");
            }

            if (there is null)
            {
                parent.Mkdir(name, EntryWriter.ImpliedMode);
                if (fresh?.TryAdd(tree, entry, path, below) == true)
                {
                    return;
                }
            }

            SetAttributes(tree, entry, parent, name, path);
            using var child = parent.OpenDirectory(name, followLast: false);
            CopyChildren(tree, entry, child, path, walk with { Below = below, IsNew = there is null });
            return;
        }

        if (there is { Kind: FileKind.Directory })
        {
            throw new InvalidArgumentException($"cannot replace to directory {path} with file");
        }

        if (there is not null)
        {
            parent.Unlink(name);
        }

        if (entry.Inode != 0 && !walk.Linked.TryAdd(entry.Inode, path))
        {
            target.Link(walk.Linked[entry.Inode], path);
            return;
        }

        switch (entry.Kind)
        {
            case FileKind.Regular:
                writer.WriteFile(tree, entry, parent, name);
                return;
            case FileKind.SymbolicLink:
                parent.Symlink(entry.Link!, name);
                break;
            case FileKind.Socket:
                return;
            default:
                parent.Mknod(name, entry.Kind, entry.Permissions, entry.Device);
                break;
        }

        SetAttributes(tree, entry, parent, name, path);
    }

    private void CopyChildren(SourceTree tree, SourceEntry directory, RootedDirectory into, string path, CopyWalk walk)
    {
        foreach (var child in tree.List(directory.Path))
        {
            var below = walk.Below.Length == 0 ? child.Name : $"{walk.Below}/{child.Name}";
            if (!request.LeavesOut(child, below))
            {
                CopyEntry(tree, child, into, child.Name, $"{path}/{child.Name}", walk, below);
            }
        }
    }

    private void SetAttributes(SourceTree tree, SourceEntry entry, RootedDirectory parent, string name, string path)
    {
        writer.SetAttributes(tree, entry, parent, name);
        var modified = writer.TimeOf(entry);
        if (entry.Kind == FileKind.Directory)
        {
            directoryTimes.Add((path, modified));
        }
        else
        {
            parent.SetTimes(name, modified, modified);
        }
    }

    /// <summary>One copy under way.</summary>
    /// <param name="Below">The path from what is copied, for excludes.</param>
    /// <param name="IsNew">The directory was made just now: nothing is in it.</param>
    private sealed record CopyWalk(CancellationToken CancellationToken, string Below = "", bool IsNew = false)
    {
        public Dictionary<ulong, string> Linked { get; init; } = [];
    }
}
