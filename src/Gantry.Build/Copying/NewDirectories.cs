using System.Runtime.ExceptionServices;
using Gantry.Build.Sources;
using Gantry.Linux.Files;

namespace Gantry.Build.Copying;

/// <summary>
/// Directories that a copy makes anew. Nothing is beneath them, so what is in them is written past the overlay, once that is
/// unmounted, to where the layer's changes lie, and by several threads.
/// </summary>
/// <param name="upper">The upper directory of the overlay.</param>
/// <param name="draft">What was written ahead; null for nothing.</param>
public sealed class NewDirectories(string upper, CopyRequest request, CopyDraft? draft = null) : IDisposable
{
    private const string DefaultAcl = "system.posix_acl_default";
    private readonly RootedDirectory root = RootedDirectory.Open(upper);
    private readonly EntryWriter writer = new(request);
    private readonly List<NewDirectory> directories = [];

    /// <summary>How many write.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>Whether all of a tree can be written without the overlay: it takes device 0:0 for a deletion, and links have two names.</summary>
    public static bool CanTake(SourceTree tree) => tree is ContextTree;

    /// <summary>Takes a directory that was made through the overlay just now; all that goes into it is written later.</summary>
    /// <param name="path">In the target.</param>
    /// <param name="below">From what is copied, for excludes; empty for all of it.</param>
    /// <returns>False where the path goes through a link of a layer beneath: the directory is elsewhere then.</returns>
    public bool TryAdd(SourceTree tree, SourceEntry directory, string path, string below)
    {
        if (root.TryStat(path) is not { Kind: FileKind.Directory })
        {
            return false;
        }

        // What is made in a directory with such a list takes it over.
        Add(tree, directory, path, below, mayMove: draft is not null && root.GetXattr(path, DefaultAcl) is null);
        return true;
    }

    /// <summary>Writes what was taken. The overlay is not mounted any more.</summary>
    public void Write(CancellationToken cancellationToken)
    {
        foreach (var directory in directories)
        {
            using var opened = Open(directory);
            foreach (var child in directory.Children.Where(child => child.Kind == FileKind.Directory))
            {
                opened.Mkdir(child.Name, 0x1C0 /* 0700 until it is whole */);
            }

            if (directory.Drafted is { } drafted)
            {
                MoveContents(draft!.Root, drafted, opened);
                draft.NoteMoved(directory.Path);
            }
        }

        WriteFiles(cancellationToken);
        foreach (var directory in directories)
        {
            var slash = directory.Path.LastIndexOf('/');
            using var parent = root.OpenDirectory(slash <= 0 ? "." : directory.Path[..slash], followLast: false);
            writer.SetAttributes(directory.Tree, directory.Entry, parent, directory.Path[(slash + 1)..]);
        }

        // Deepest first is not needed: a time that is set in a directory does not change the directory.
        foreach (var directory in directories)
        {
            var modified = writer.TimeOf(directory.Entry);
            root.SetTimes(directory.Path, modified, modified);
        }
    }

    public void Dispose() => root.Dispose();

    private void Add(SourceTree tree, SourceEntry directory, string path, string below, bool mayMove)
    {
        var drafted = mayMove ? draft!.Find(tree, directory) : null;
        var known = new NewDirectory(
            tree, directory, path, drafted is null ? tree.List(directory.Path).Where(child => !request.LeavesOut(child, Below(below, child.Name))).ToList() : [], drafted);
        directories.Add(known);
        foreach (var child in known.Children.Where(child => child.Kind == FileKind.Directory))
        {
            Add(tree, child, $"{path}/{child.Name}", Below(below, child.Name), mayMove);
        }
    }

    private static void MoveContents(RootedDirectory from, string directory, RootedDirectory into)
    {
        using var opened = from.OpenDirectory(directory, followLast: false);
        foreach (var (name, _) in opened.List())
        {
            opened.Move(new UnixPath(name.Span), into, new UnixPath(name.Span));
        }
    }

    /// <summary>Directories side by side; of what fails the first is told.</summary>
    private void WriteFiles(CancellationToken cancellationToken)
    {
        var options = new ParallelOptions { CancellationToken = cancellationToken, MaxDegreeOfParallelism = Threads };
        try
        {
            Parallel.ForEach(directories, options, directory => WriteFiles(directory, cancellationToken));
        }
        catch (AggregateException e)
        {
            ExceptionDispatchInfo.Throw(e.InnerExceptions[0]);
        }
    }

    private void WriteFiles(NewDirectory directory, CancellationToken cancellationToken)
    {
        using var opened = Open(directory);
        foreach (var child in directory.Children)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (child.Kind == FileKind.Regular)
            {
                writer.WriteFile(directory.Tree, child, opened, child.Name);
            }
            else if (child.Kind == FileKind.SymbolicLink)
            {
                opened.Symlink(child.Link!, child.Name);
                writer.SetAttributes(directory.Tree, child, opened, child.Name);
                opened.SetTimes(child.Name, child.ModifiedNanoseconds, child.ModifiedNanoseconds);
            }
        }
    }

    private RootedDirectory Open(NewDirectory directory) => root.OpenDirectory(directory.Path, followLast: false);

    private static string Below(string directory, string name) => directory.Length == 0 ? name : $"{directory}/{name}";

    private sealed record NewDirectory(SourceTree Tree, SourceEntry Entry, string Path, IReadOnlyList<SourceEntry> Children, string? Drafted);
}
