using Gantry.Linux.Files;

namespace Gantry.Images.Trees;

/// <summary>The sum of the sizes of the files in a tree, in bytes, as Docker counts them: a file with several names once.</summary>
public static class TreeSize
{
    public static long Of(RootedDirectory directory) => Measure(directory, []);

    private static long Measure(RootedDirectory directory, HashSet<ulong> seen)
    {
        long size = 0;
        foreach (var entry in directory.List())
        {
            if (entry.Kind == FileKind.Directory)
            {
                using var child = directory.TryOpenDirectory(entry.Name.Span, followLast: false);
                size += child is null ? 0 : Measure(child, seen);
            }
            else if (entry.Kind is FileKind.Regular or FileKind.SymbolicLink && directory.TryStat(entry.Name.Span) is { } status
                && (status.LinkCount == 1 || seen.Add(status.Inode)))
            {
                size += status.Size;
            }
        }

        return size;
    }
}
