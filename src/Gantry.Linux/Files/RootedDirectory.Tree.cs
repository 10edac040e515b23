using System.Runtime.InteropServices;
using System.Text;
using Gantry.Linux.Native;

namespace Gantry.Linux.Files;

public sealed partial class RootedDirectory
{
    /// <summary>
    /// Removes an entry and everything in it, never following a link and never entering a directory other than by its
    /// own name, so that a tree that changes meanwhile cannot lead elsewhere. Nothing there is no failure.
    /// </summary>
    /// <returns>How many entries went.</returns>
    public unsafe int RemoveTree(UnixPath path)
    {
        Entry entry;
        try
        {
            entry = new Entry(this, path);
        }
        catch (LinuxException e) when (e.Errno is Errno.ENOENT or Errno.ENOTDIR)
        {
            return 0;
        }

        using (entry)
        {
            fixed (byte* name = entry.Name)
            {
                return RemoveTree(entry.Parent, name);
            }
        }
    }

    /// <summary>Removes all entries of this directory, not itself.</summary>
    public void RemoveContents()
    {
        using var held = new HeldDescriptor(Descriptor);
        RemoveContents(held.Number);
    }

    /// <summary>The names in this directory with their kinds, without <c>.</c> and <c>..</c>.</summary>
    public IReadOnlyList<DirectoryEntry> List()
    {
        using var again = new FileDescriptor(ReopenDirectory(Descriptor));
        List<DirectoryEntry> entries = [];
        foreach (var (name, kind) in ReadAll(again.Number))
        {
            entries.Add(new(name.AsMemory(0, name.Length - 1), kind));
        }

        return entries;
    }

    private static unsafe int RemoveTree(int parent, byte* name)
    {
        // Most entries are not directories: unlink first and look only when it says so (EISDIR; EPERM by POSIX).
        if (Libc.UnlinkAt(parent, name, 0) == 0 || Libc.LastError == Errno.ENOENT)
        {
            return 1;
        }

        if (Libc.LastError is not (Errno.EISDIR or Errno.EPERM))
        {
            throw Failed("unlinkat", name);
        }

        if (Libc.UnlinkAt(parent, name, Libc.AtRemoveDir) == 0 || Libc.LastError == Errno.ENOENT)
        {
            return 1;
        }

        if (Libc.LastError is not (Errno.ENOTEMPTY or Errno.EEXIST))
        {
            throw Failed("unlinkat", name);
        }

        var number = Libc.OpenAt2(parent, name, OpenFlags.Directory | OpenFlags.NoFollow, 0, ResolveFlags.NoSymbolicLinks);
        if (number < 0)
        {
            throw Failed("openat2", name);
        }

        var count = 1;
        using (new FileDescriptor(number))
        {
            count += RemoveContents(number);
        }

        return Libc.UnlinkAt(parent, name, Libc.AtRemoveDir) == 0 || Libc.LastError == Errno.ENOENT ? count : throw Failed("unlinkat", name);
    }

    private static unsafe int RemoveContents(int directory)
    {
        var count = 0;
        foreach (var (entry, _) in ReadAll(directory))
        {
            fixed (byte* child = entry)
            {
                count += RemoveTree(directory, child);
            }
        }

        return count;
    }

    /// <summary>All names, each with its terminator: read before anything is removed, because removal moves the cursor.</summary>
    internal static unsafe List<(byte[] Name, FileKind Kind)> ReadAll(int directory)
    {
        List<(byte[] Name, FileKind Kind)> names = [];
        using var read = new DirectoryNames(directory);
        while (read.Next())
        {
            names.Add(([.. MemoryMarshal.CreateReadOnlySpanFromNullTerminated(read.Name), 0], read.Kind));
        }

        return names;
    }

    private static unsafe LinuxException Failed(string call, byte* name) => new(
        call,
        Libc.LastError,
        Encoding.UTF8.GetString(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(name)));
}

/// <summary>A name in a directory.</summary>
/// <param name="Name">Its bytes, which need not be UTF-8.</param>
/// <param name="Kind">What the directory says it is; Unknown on file systems that do not say.</param>
public readonly record struct DirectoryEntry(ReadOnlyMemory<byte> Name, FileKind Kind);
