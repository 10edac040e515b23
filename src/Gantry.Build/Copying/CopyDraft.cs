using Gantry.Build.Sources;
using Gantry.Images.Trees;
using Gantry.Linux;
using Gantry.Linux.Files;

namespace Gantry.Build.Copying;

/// <summary>The directories of a copied directory, as they will be at its destination, written before that is there.</summary>
public sealed class CopyDraft : IDisposable
{
    private const long MostArchived = 64 * 1024 * 1024;
    private readonly string place;
    private readonly SourceTree tree;
    private readonly string top;
    private ArchiveParts? archived;

    private CopyDraft(string place, SourceTree tree, string top)
    {
        (this.place, this.tree, this.top) = (place, tree, top);
        Root = RootedDirectory.Open(place);
    }

    internal RootedDirectory Root { get; }

    /// <summary>Writes one.</summary>
    /// <param name="place">An empty directory on the file system of the destination; removed with the draft.</param>
    /// <param name="top">The directory whose content is copied.</param>
    /// <param name="request">Its destination does not matter.</param>
    public static CopyDraft Write(string place, SourceTree tree, SourceEntry top, CopyRequest request, CancellationToken cancellationToken)
    {
        var draft = new CopyDraft(place, tree, top.Path);
        try
        {
            using var directories = new NewDirectories(place, request) { Threads = 1 };
            foreach (var child in tree.List(top.Path).Where(child => child.Kind == FileKind.Directory && !request.LeavesOut(child, child.Name)))
            {
                draft.Root.Mkdir(child.Name);
                directories.TryAdd(tree, child, child.Name, child.Name);
            }

            directories.Write(cancellationToken);
            return draft;
        }
        catch
        {
            draft.Dispose();
            throw;
        }
    }

    /// <summary>Writes, of directories that are not large, what the layer's archive will have of them. Where that fails, it is left to that.</summary>
    /// <param name="destination">Where they will be.</param>
    /// <param name="wanted">Cancelled when the draft is needed: what is not written by then is not.</param>
    public void Archive(string destination, CancellationToken wanted)
    {
        try
        {
            archived = new(place);
            WriteArchive(archived, destination.TrimEnd('/'), wanted);
        }
        catch (Exception e) when (e is IOException or LinuxException or OperationCanceledException)
        {
            // What is not written whole is not known of.
        }
    }

    /// <summary>Where what is in a directory lies beneath <see cref="Root"/>; null where that was not written.</summary>
    internal string? Find(SourceTree of, SourceEntry directory)
    {
        // The top itself has files, which are not here.
        var isBelow = directory.Path != top && directory.Path == (top.Length == 0 ? directory.Name : $"{top}/{directory.Name}");
        return of == tree && isBelow && Root.TryStat(directory.Name) is not null ? directory.Name : null;
    }

    /// <summary>What was in a directory is now at its destination.</summary>
    internal void NoteMoved(string path) => archived?.Place(path.TrimStart('/'));

    /// <summary>What <see cref="Archive"/> wrote, now the caller's.</summary>
    internal ArchiveParts? TakeArchived()
    {
        (var taken, archived) = (archived, null);
        return taken;
    }

    public void Dispose()
    {
        archived?.Dispose();
        Root.Dispose();
        using var parent = RootedDirectory.Open(Path.GetDirectoryName(place)!);
        parent.RemoveTree(Path.GetFileName(place));
    }

    private void WriteArchive(ArchiveParts parts, string destination, CancellationToken wanted)
    {
        var left = MostArchived;
        foreach (var child in tree.List(top).Where(child => child.Kind == FileKind.Directory && Root.TryStat(child.Name) is not null))
        {
            if ((left -= tree.FilesBelow(child.Path).Sum(file => file.Size)) < 0)
            {
                return;
            }

            using var directory = Root.OpenDirectory(child.Name, followLast: false);
            parts.Write(directory, $"{destination}/{child.Name}".TrimStart('/'), wanted);
        }
    }
}
