using Gantry.Images.Layers;
using Gantry.Images.Layers.Tar;
using Gantry.Linux;
using Gantry.Linux.Files;
using Gantry.Spec;
using Microsoft.Win32.SafeHandles;

namespace Gantry.Images.Trees;

/// <summary>
/// Puts the entries of a tar archive into a directory of a container. The kernel walks every path with the container's root
/// as the root: links, of the container or of the archive, lead to where they lead in the container.
/// </summary>
/// <param name="target">The container's root.</param>
/// <param name="prefix">The directory's path in it, without a slash at the end; empty for the root.</param>
/// <param name="owner">Who owns what comes; null for whom the archive says.</param>
/// <param name="keepKinds">A directory is not replaced by something else, nor the other way round.</param>
public sealed class TreeExtractor(RootedDirectory target, byte[] prefix, (uint Uid, uint Gid)? owner, bool keepKinds)
{
    private const uint ImpliedMode = 0x1ED; // 0755
    private readonly List<(byte[] Path, long Modified)> directoryTimes = [];

    public void Extract(Stream archive, CancellationToken cancellationToken)
    {
        using var content = LayerCompression.Open(archive);
        var reader = new TarReader(content);
        while (reader.Next() is { } entry)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var path = Clean(entry.Name, entry);
            try
            {
                Apply(path, entry, reader);
            }
            catch (LinuxException e)
            {
                throw Told(entry, e);
            }
        }

        reader.Drain();
        for (var i = directoryTimes.Count - 1; i >= 0; i--)
        {
            var (path, modified) = directoryTimes[i];
            if (target.TryStat(path.AsSpan()) is { Kind: FileKind.Directory })
            {
                target.SetTimes(path.AsSpan(), modified, modified);
            }
        }
    }

    private static GantryException Told(TarEntry entry, LinuxException cause) => cause.Errno switch
    {
        Errno.EROFS => new PermissionDeniedException($"container rootfs or volume is marked read-only: cannot write {entry.DisplayName}", cause),
        Errno.ENOSPC or Errno.EDQUOT => new InternalException($"cannot write {entry.DisplayName}: no space left on device", cause),
        _ => new InvalidArgumentException($"cannot write {entry.DisplayName}: {LinuxException.Describe(cause.Errno)}", cause),
    };

    private void Apply(byte[] path, TarEntry entry, TarReader reader)
    {
        if (path.Length == prefix.Length)
        {
            // The directory itself keeps owner and mode: it was there before.
            return;
        }

        MakeParent(path);
        if (MakeRoom(path, entry))
        {
            // A directory that is there stays, and takes the attributes of the one that comes.
            SetAttributes(path, entry);
            return;
        }

        switch (entry.Type)
        {
            case TarEntryType.Directory:
                target.Mkdir(path.AsSpan(), ImpliedMode);
                break;
            case TarEntryType.Regular:
                WriteFile(path, entry, reader);
                break;
            case TarEntryType.SymbolicLink:
                target.Symlink(entry.LinkName.AsSpan(), path.AsSpan());
                break;
            case TarEntryType.HardLink:
                target.Link(Clean(entry.LinkName, entry).AsSpan(), path.AsSpan());
                return;
            default:
                var kind = entry.Type switch
                {
                    TarEntryType.CharacterDevice => FileKind.CharacterDevice,
                    TarEntryType.BlockDevice => FileKind.BlockDevice,
                    _ => FileKind.Fifo,
                };
                target.Mknod(path.AsSpan(), kind, entry.Permissions, new(entry.DeviceMajor, entry.DeviceMinor));
                break;
        }

        SetAttributes(path, entry);
    }

    /// <summary>True where a directory is there and one comes; what else is in the way goes, if it may.</summary>
    private bool MakeRoom(byte[] path, TarEntry entry)
    {
        if (target.TryStat(path.AsSpan()) is not { } there)
        {
            return false;
        }

        var (wasDirectory, isDirectory) = (there.Kind == FileKind.Directory, entry.Type == TarEntryType.Directory);
        if (wasDirectory && isDirectory)
        {
            return true;
        }

        if (keepKinds && wasDirectory != isDirectory)
        {
            var (name, directory) = (entry.DisplayName.TrimEnd('/'), prefix.Length == 0 ? "/" : TarText.Display(prefix));
            throw new InvalidArgumentException(wasDirectory
                ? $"cannot overwrite directory \"{name}\" with non-directory \"{directory}\""
                : $"cannot overwrite non-directory \"{name}\" with directory \"{directory}\"");
        }

        if (there.IsMountRoot)
        {
            // The kernel would do it, and take the mount away where the container runs: it is not one of this process's namespace.
            throw new InternalException($"unlinkat {TarText.Display(path)}: device or resource busy");
        }

        target.RemoveTree(path.AsSpan());
        return false;
    }

    private void MakeParent(byte[] path)
    {
        var slash = path.AsSpan().LastIndexOf((byte)'/');
        if (slash > 0 && target.TryStat(path.AsSpan(0, slash), followLast: true) is null)
        {
            target.Mkdirs(path.AsSpan(0, slash), ImpliedMode).Dispose();
        }
    }

    private void WriteFile(byte[] path, TarEntry entry, TarReader reader)
    {
        using var file = target.OpenFile(path.AsSpan(), OpenFlags.WriteOnly | OpenFlags.Create | OpenFlags.Exclusive | OpenFlags.NoFollow, 0x180 /* 0600 until it is whole */);
        foreach (var extent in entry.Sparse ?? [new SparseExtent(0, entry.Size)])
        {
            Copy(reader, file, extent);
        }

        if (entry.Sparse is not null)
        {
            RandomAccess.SetLength(file, entry.Size);
        }
    }

    private static void Copy(TarReader reader, SafeFileHandle file, SparseExtent extent)
    {
        var (offset, left) = (extent.Offset, extent.Length);
        while (left > 0)
        {
            var piece = reader.ReadContent((int)Math.Min(left, int.MaxValue));
            if (piece.IsEmpty)
            {
                throw new InvalidArgumentException("the archive is truncated");
            }

            RandomAccess.Write(file, piece, offset);
            offset += piece.Length;
            left -= piece.Length;
        }
    }

    /// <summary>chown(2) clears set-user-id: owner, mode, attributes, times, in this order.</summary>
    private void SetAttributes(byte[] path, TarEntry entry)
    {
        var (uid, gid) = owner ?? (entry.Uid, entry.Gid);
        target.Chown(path.AsSpan(), uid, gid);
        if (entry.Type != TarEntryType.SymbolicLink)
        {
            target.Chmod(path.AsSpan(), entry.Permissions);
            foreach (var (name, value) in entry.Xattrs)
            {
                SetXattr(path, name, value);
            }
        }

        if (entry.Type == TarEntryType.Directory)
        {
            directoryTimes.Add((path, entry.ModifiedNanoseconds));
        }
        else
        {
            target.SetTimes(path.AsSpan(), entry.ModifiedNanoseconds, entry.ModifiedNanoseconds);
        }
    }

    private void SetXattr(byte[] path, string name, byte[] value)
    {
        if (!ForeignXattrs.IsAllowed(name))
        {
            return;
        }

        try
        {
            target.SetXattr(path.AsSpan(), name, value);
        }
        catch (LinuxException e) when (e.Errno == Errno.EOPNOTSUPP)
        {
            // A file system without this namespace: the file is still right in all else, as with Docker.
        }
    }

    /// <summary>The path without empty, <c>.</c> and <c>..</c> parts; one that leads out is refused.</summary>
    private byte[] Clean(ReadOnlySpan<byte> name, TarEntry entry)
    {
        var parts = new List<byte[]>();
        foreach (var range in name.Split((byte)'/'))
        {
            var part = name[range];
            if (part.SequenceEqual(".."u8))
            {
                if (parts.Count == 0)
                {
                    throw new InvalidArgumentException($"invalid entry {entry.DisplayName}: it leads out of the directory that it is extracted to");
                }

                parts.RemoveAt(parts.Count - 1);
            }
            else if (!part.IsEmpty && !part.SequenceEqual("."u8))
            {
                parts.Add(part.ToArray());
            }
        }

        var clean = new MemoryStream();
        clean.Write(prefix);
        foreach (var part in parts)
        {
            clean.WriteByte((byte)'/');
            clean.Write(part);
        }

        return clean.ToArray();
    }
}
