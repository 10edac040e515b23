using System.Buffers;
using Gantry.Build.Sources;
using Gantry.Linux;
using Gantry.Linux.Files;
using Microsoft.Win32.SafeHandles;

namespace Gantry.Build.Copying;

/// <summary>Writes single entries as COPY and ADD ask for them: content, owner, mode, extended attributes, times.</summary>
internal sealed class EntryWriter(CopyRequest request)
{
    /// <summary>Of directories that are made because something goes into them.</summary>
    public const uint ImpliedMode = 0x1ED; // 0755

    private const uint AccessBits = 0x1FF; // 0777
    private const int BufferSize = 128 * 1024;

    /// <summary>The time of what has none of its own, in nanoseconds since 1970.</summary>
    public long Now { get; } = (request.Now - DateTimeOffset.UnixEpoch).Ticks * 100;

    /// <summary>Writes a file whose name is free.</summary>
    public void WriteFile(SourceTree tree, SourceEntry entry, RootedDirectory parent, string name)
    {
        var ((uid, gid), mode) = (OwnerOf(entry), ModeOf(entry));
        using var from = tree.OpenFile(entry);
        using var into = parent.OpenFile(name, OpenFlags.WriteOnly | OpenFlags.Create | OpenFlags.Exclusive | OpenFlags.NoFollow, mode & AccessBits);
        CopyBytes(from, into, entry.Size);
        into.SetOwnerAndMode(uid, gid, mode);
        foreach (var (attribute, value) in tree.XattrsOf(entry))
        {
            SetXattr(parent, name, attribute, value);
        }

        into.SetTimes(entry.ModifiedNanoseconds, entry.ModifiedNanoseconds);
    }

    /// <summary>Sets all but the times; chown(2) clears set-user-id: owner, mode, attributes, in this order.</summary>
    public void SetAttributes(SourceTree tree, SourceEntry entry, RootedDirectory parent, string name)
    {
        var (uid, gid) = OwnerOf(entry);
        parent.Chown(name, uid, gid);
        if (entry.IsContainer)
        {
            parent.Chmod(name, ImpliedMode);
        }
        else if (entry.Kind != FileKind.SymbolicLink)
        {
            parent.Chmod(name, ModeOf(entry));
            foreach (var (attribute, value) in tree.XattrsOf(entry))
            {
                SetXattr(parent, name, attribute, value);
            }
        }
    }

    /// <summary>The root of a context has no time of its own.</summary>
    public long TimeOf(SourceEntry entry) => entry is { Path: "", ModifiedNanoseconds: 0 } ? Now : entry.ModifiedNanoseconds;

    private (uint Uid, uint Gid) OwnerOf(SourceEntry entry) => request.Owner ?? (entry.IsContainer ? (0, 0) : (entry.Uid, entry.Gid));

    private uint ModeOf(SourceEntry entry) => request.Mode?.Apply(entry.Permissions, entry.Kind) ?? entry.Permissions;

    private static void CopyBytes(SourceFile from, SafeFileHandle into, long size)
    {
        var buffer = ArrayPool<byte>.Shared.Rent((int)Math.Clamp(size, 1, BufferSize));
        try
        {
            long done = 0;
            while (done < size && from.Read(buffer, done) is > 0 and var count)
            {
                count = (int)Math.Min(count, size - done);
                into.WriteAt(buffer.AsSpan(0, count), done);
                done += count;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static void SetXattr(RootedDirectory parent, string name, string attribute, byte[] value)
    {
        try
        {
            parent.SetXattr(name, attribute, value);
        }
        catch (LinuxException e) when (e.Errno == Errno.EOPNOTSUPP)
        {
            // A file system without this namespace: the file is right in all else.
        }
    }
}
