using Gantry.Linux.Native;

namespace Gantry.Linux.Files;

/// <summary>
/// Directories of which each has a tree of its own, as layers are. A new one lies away from where such trees were removed a short
/// time ago: without a journal ext4 does not use an inode again within minutes, and looks past all of those for each file that it
/// makes near them, so that thousands of files take ten times as long.
/// </summary>
public static unsafe class TreePlace
{
    private const long Ext4 = 0xEF53;

    // What mke2fs makes neighbours: 16 groups of 8192 inodes (flex_bg).
    private const ulong Neighbourhood = 16 * 8192;
    private const int FewEntries = 64;
    private const int MostTries = 16;
    private const int MostKnown = 256;
    private static readonly TimeSpan Unused = TimeSpan.FromMinutes(5); // RECENTCY_DIRTY
    private static readonly Lock Gate = new();
    private static readonly Queue<(ulong Inode, long At)> Removed = new();

    /// <summary>Makes a directory.</summary>
    /// <param name="parent">Where, see <see cref="InodeFlags.SpreadDirectories"/>.</param>
    /// <param name="newName">Gives names, of which none is there.</param>
    /// <returns>The name it has.</returns>
    public static string Make(string parent, Func<string> newName)
    {
        using var directory = RootedDirectory.Open(parent);
        var known = Known(directory);
        for (var attempt = 1; ; attempt++)
        {
            var name = newName();
            directory.Mkdir(name);
            if (attempt == MostTries || known.Length == 0 || !IsNear(directory.TryStat(name)?.Inode ?? 0, known))
            {
                return name;
            }

            directory.RemoveTree(name);
        }
    }

    /// <summary>Removes a directory with all in it, if it is there.</summary>
    public static void Remove(string path)
    {
        var name = Path.GetFileName(path);
        using var parent = RootedDirectory.Open(Path.GetDirectoryName(path)!);
        var inode = parent.TryStat(name)?.Inode;
        if (parent.RemoveTree(name) < FewEntries || inode is null)
        {
            return;
        }

        lock (Gate)
        {
            while (Removed.Count >= MostKnown)
            {
                Removed.Dequeue();
            }

            Removed.Enqueue((inode.Value, Environment.TickCount64));
        }
    }

    private static ulong[] Known(RootedDirectory directory)
    {
        lock (Gate)
        {
            while (Removed.TryPeek(out var oldest) && Environment.TickCount64 - oldest.At > Unused.TotalMilliseconds)
            {
                Removed.Dequeue();
            }

            return Removed.Count > 0 && IsExt4(directory) ? [.. Removed.Select(removed => removed.Inode)] : [];
        }
    }

    private static bool IsNear(ulong inode, ulong[] known) => known.Any(other => (inode > other ? inode - other : other - inode) < Neighbourhood);

    private static bool IsExt4(RootedDirectory directory)
    {
        var buffer = stackalloc long[32]; // struct statfs, f_type first
        using var held = new HeldDescriptor(directory.Descriptor);
        return Raw.Call(SyscallNumber.FStatFs, held.Number, (nint)buffer) == 0 && buffer[0] == Ext4;
    }
}
