using Gantry.Linux.Files;

namespace Gantry.Engine.Files;

/// <summary>What a directory's files occupy: the length of each, or less where it has holes; a file with several names counts once.</summary>
internal static class TreeSize
{
    private const int BlockSize = 512;

    public static long Of(string path)
    {
        if (!Directory.Exists(path))
        {
            return 0;
        }

        using var directory = RootedDirectory.Open(path);
        return Of(directory, []);
    }

    private static long Of(RootedDirectory directory, HashSet<ulong> seen)
    {
        long size = 0;
        foreach (var entry in directory.List())
        {
            if (directory.TryStat(entry.Name.Span) is not { } status)
            {
                continue;
            }

            if (status.Kind == FileKind.Directory)
            {
                using var child = directory.TryOpenDirectory(entry.Name.Span, followLast: false);
                size += child is null ? 0 : Of(child, seen);
            }
            else if (status.LinkCount == 1 || seen.Add(status.Inode))
            {
                size += status.Kind == FileKind.Regular ? Math.Min(status.Size, status.Blocks * BlockSize) : status.Size;
            }
        }

        return size;
    }
}
