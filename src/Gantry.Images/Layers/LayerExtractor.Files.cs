using Gantry.Images.Layers.Tar;
using Gantry.Linux;
using Gantry.Linux.Files;
using Microsoft.Win32.SafeHandles;

namespace Gantry.Images.Layers;

internal sealed partial class LayerExtractor
{
    private void WriteFile(RootedDirectory parent, byte[] name, TarEntry entry, TarReader reader)
    {
        using var file = OpenNew(parent, name, entry);
        if (entry.Sparse is { } extents)
        {
            foreach (var extent in extents)
            {
                Copy(reader, file, extent.Offset, extent.Length);
            }

            RandomAccess.SetLength(file, entry.Size);
        }
        else
        {
            Copy(reader, file, 0, entry.Size);
        }

        // chown(2) clears set-user-id, and a write clears capabilities: owner, mode, attributes, times, in this order.
        file.SetOwnerAndMode(entry.Uid, entry.Gid, entry.Permissions);
        SetXattrs(parent, name, entry);
        file.SetTimes(entry.ModifiedNanoseconds, entry.ModifiedNanoseconds);
    }

    private SafeFileHandle OpenNew(RootedDirectory parent, byte[] name, TarEntry entry)
    {
        const OpenFlags flags = OpenFlags.WriteOnly | OpenFlags.Create | OpenFlags.Exclusive | OpenFlags.NoFollow;
        try
        {
            return parent.OpenFile(name.AsSpan(), flags, entry.Permissions);
        }
        catch (LinuxException e) when (e.Errno == Errno.EEXIST)
        {
            MakeRoom(parent, name, forDirectory: false, out _);
            return parent.OpenFile(name.AsSpan(), flags, entry.Permissions);
        }
    }

    private static void Copy(TarReader reader, SafeFileHandle file, long offset, long length)
    {
        while (length > 0)
        {
            var piece = reader.ReadContent((int)Math.Min(length, int.MaxValue));
            if (piece.IsEmpty)
            {
                throw new EndOfStreamException("archive is truncated");
            }

            RandomAccess.Write(file, piece, offset);
            offset += piece.Length;
            length -= piece.Length;
        }
    }

    private static void SetAttributes(RootedDirectory parent, byte[] name, TarEntry entry)
    {
        parent.Chown(name.AsSpan(), entry.Uid, entry.Gid);
        if (entry.Type != TarEntryType.SymbolicLink)
        {
            parent.Chmod(name.AsSpan(), entry.Permissions);
            SetXattrs(parent, name, entry);
        }

        parent.SetTimes(name.AsSpan(), entry.ModifiedNanoseconds, entry.ModifiedNanoseconds);
    }

    private static void SetXattrs(RootedDirectory parent, byte[] name, TarEntry entry)
    {
        foreach (var (attribute, value) in entry.Xattrs)
        {
            if (!ForeignXattrs.IsAllowed(attribute))
            {
                continue;
            }

            try
            {
                parent.SetXattr(name.AsSpan(), attribute, value);
            }
            catch (LinuxException e) when (e.Errno == Errno.EOPNOTSUPP)
            {
                // A file system without this namespace: the file is still right in all else, as with Docker.
            }
        }
    }
}
