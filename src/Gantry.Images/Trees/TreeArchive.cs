using System.Buffers;
using Gantry.Images.Layers.Tar;
using Gantry.Linux.Files;

namespace Gantry.Images.Trees;

/// <summary>
/// Writes a tree into a tar stream, with owners, modes, times, extended attributes, links and devices. Times are whole seconds,
/// as in Docker's archives: more of them would be a further record for each file, which not every reader knows.
/// </summary>
public sealed class TreeArchive(Stream target, CancellationToken cancellationToken)
{
    private const int BufferSize = 256 * 1024;
    private readonly TarArchiveWriter writer = new(target);
    private readonly Dictionary<(DeviceNumber Device, ulong Inode), byte[]> linked = [];

    /// <summary>Given the path in the archive, its status and its name in its directory: false leaves an entry out, with what is below it.</summary>
    public Func<ReadOnlyMemory<byte>, FileStatus, bool>? Wanted { get; init; }

    /// <summary>The tree is an upper layer of an overlay: its whiteouts are written as those of image layers (OCI layer.md, "Whiteouts").</summary>
    public bool IsLayer { get; init; }

    /// <summary>Nanoseconds since 1970: what was modified later is written as of then. Null writes times as they are.</summary>
    public long? Latest { get; init; }

    /// <summary>Nanoseconds since 1970: when everything was modified, whatever the disk says; null for what that says.</summary>
    public long? Modified { get; init; }

    /// <summary>What was written before; null for nothing.</summary>
    public ArchiveParts? Parts { get; init; }

    /// <summary>What the entries occupy on the disk, those that were written until now (<see cref="DiskSpace.Measure"/>).</summary>
    public TreeUsage Usage { get; private set; }

    /// <summary>One entry of a directory and all below it.</summary>
    /// <param name="directory">Where it is.</param>
    /// <param name="name">Its name there.</param>
    /// <param name="path">Its path in the archive, without a slash at the end.</param>
    public void Add(RootedDirectory directory, ReadOnlyMemory<byte> name, byte[] path)
    {
        if (directory.TryStat(name.Span) is not { } status || status.Kind == FileKind.Socket || Wanted?.Invoke(path, status) == false)
        {
            return;
        }

        if (IsLayer && status is { Kind: FileKind.CharacterDevice, RawDevice: { Major: 0, Minor: 0 } })
        {
            AddEmpty([.. path[..^name.Length], .. ".wh."u8, .. name.Span]);
            return;
        }

        if (status.Kind == FileKind.Directory)
        {
            using var child = directory.TryOpenDirectory(name.Span, followLast: false);
            if (child is not null)
            {
                AddDirectory(child, path);
            }

            return;
        }

        AddFile(directory, name, path, status);
    }

    /// <summary>A directory and all in it; an empty path leaves out the entry for itself, and "/" is the path of a root.</summary>
    public void AddDirectory(RootedDirectory directory, byte[] path)
    {
        var own = directory.Descriptor.Stat();
        Usage = Usage.With(own);
        if (path.Length > 0)
        {
            var prefix = Prefix(path);
            writer.Begin(Entry(TarEntryType.Directory, prefix, own, XattrsOf(directory)));
            if (IsLayer && OverlayMarks.IsOpaque(directory))
            {
                AddEmpty([.. prefix, .. ".wh..wh..opq"u8]);
            }

            if (Parts?.TryCopy(path, writer) is { } copied)
            {
                Usage = Usage.With(copied);
                return;
            }
        }

        AddContents(directory, path);
    }

    /// <summary>As above, without the entry for the directory itself.</summary>
    public void AddContents(RootedDirectory directory, byte[] path)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var prefix = Prefix(path);
        foreach (var entry in directory.List().OrderBy(entry => entry.Name, ByteOrder.Comparer))
        {
            byte[] below = [.. prefix, .. entry.Name.Span];
            if (entry.Kind == FileKind.Regular && Wanted is null)
            {
                // Most entries: what opens them says all that has to be known.
                AddContent(directory, entry.Name, below);
            }
            else
            {
                Add(directory, entry.Name, below);
            }
        }
    }

    private static byte[] Prefix(byte[] path) => path is [] or [(byte)'/'] ? path : [.. path, (byte)'/'];

    private void AddEmpty(byte[] path) => writer.Begin(new() { Type = TarEntryType.Regular, Name = path, Permissions = 0 });

    public void Finish() => writer.Finish();

    private void AddFile(RootedDirectory directory, ReadOnlyMemory<byte> name, byte[] path, FileStatus status)
    {
        if (status.Kind == FileKind.Regular)
        {
            AddContent(directory, name, path);
            return;
        }

        if (IsLinked(path, status))
        {
            return;
        }

        Usage = Usage.With(status);
        switch (status.Kind)
        {
            case FileKind.SymbolicLink:
                writer.Begin(Entry(TarEntryType.SymbolicLink, path, status, [], directory.ReadLink(name.Span)));
                break;
            default:
                var type = status.Kind switch
                {
                    FileKind.CharacterDevice => TarEntryType.CharacterDevice,
                    FileKind.BlockDevice => TarEntryType.BlockDevice,
                    _ => TarEntryType.Fifo,
                };
                writer.Begin(Entry(type, path, status, []));
                break;
        }
    }

    /// <summary>Writes another name of a file that was written.</summary>
    private bool IsLinked(byte[] path, FileStatus status)
    {
        if (status.LinkCount <= 1 || linked.TryAdd((status.Device, status.Inode), path))
        {
            return false;
        }

        writer.Begin(Entry(TarEntryType.HardLink, path, status, [], linked[(status.Device, status.Inode)]));
        return true;
    }

    private void AddContent(RootedDirectory directory, ReadOnlyMemory<byte> name, byte[] path)
    {
        // NonBlocking: somebody may have put a fifo there since it was looked at.
        using var file = directory.TryOpenFile(name.Span, OpenFlags.ReadOnly | OpenFlags.NoFollow | OpenFlags.NonBlocking);
        if (file is null || file.Stat() is not { Kind: FileKind.Regular } status || IsLinked(path, status))
        {
            return;
        }

        Usage = Usage.With(status);
        writer.Begin(Entry(TarEntryType.Regular, path, status, file.HasXattrs() ? Xattrs(directory, name) : []));
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            var left = status.Size;
            while (left > 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var count = file.ReadAt(buffer.AsSpan(0, (int)Math.Min(left, BufferSize)), status.Size - left);
                if (count == 0)
                {
                    // It was cut meanwhile: the archive has to have the bytes that its header announced.
                    count = (int)Math.Min(left, BufferSize);
                    buffer.AsSpan(0, count).Clear();
                }

                writer.Write(buffer.AsSpan(0, count));
                left -= count;
            }

            writer.Pad(status.Size);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private TarEntry Entry(
        TarEntryType type, byte[] path, FileStatus status, IReadOnlyList<KeyValuePair<string, byte[]>> attributes, byte[]? link = null) => new()
        {
            Type = type,
            Name = path,
            LinkName = link ?? [],
            Permissions = (uint)status.Permissions,
            Uid = status.Uid,
            Gid = status.Gid,
            Size = type == TarEntryType.Regular ? status.Size : 0,
            ModifiedNanoseconds = WholeSeconds(Modified ?? (Latest is { } latest ? Math.Min(status.ModifiedNanoseconds, latest) : status.ModifiedNanoseconds)),
            DeviceMajor = status.RawDevice.Major,
            DeviceMinor = status.RawDevice.Minor,
            Xattrs = attributes,
        };

    private static long WholeSeconds(long nanoseconds) => nanoseconds - TarArchiveWriter.Split(nanoseconds).Nanoseconds;

    private static List<KeyValuePair<string, byte[]>> Xattrs(RootedDirectory directory, ReadOnlyMemory<byte> name) =>
    [
        .. directory.ListXattrs(name.Span).Where(IsCarried)
            .Select(attribute => KeyValuePair.Create(attribute, directory.GetXattr(name.Span, attribute)))
            .Where(pair => pair.Value is not null)
            .Select(pair => KeyValuePair.Create(pair.Key, pair.Value!)),
    ];

    /// <summary>Of the directory itself: only an entry has them, and the root has no directory above it.</summary>
    private static List<KeyValuePair<string, byte[]>> XattrsOf(RootedDirectory directory) =>
    [
        .. directory.ListXattrs().Where(IsCarried)
            .Select(attribute => KeyValuePair.Create(attribute, directory.GetXattr(attribute)))
            .Where(pair => pair.Value is not null)
            .Select(pair => KeyValuePair.Create(pair.Key, pair.Value!)),
    ];

    /// <summary>What belongs to the file. Labels of security modules belong to the host, trusted.overlay.* to overlayfs.</summary>
    private static bool IsCarried(string attribute) =>
        attribute.StartsWith("user.", StringComparison.Ordinal) || attribute is "security.capability" or "system.posix_acl_access" or "system.posix_acl_default";
}

/// <summary>Names in the order of their bytes, so that the same tree gives the same archive.</summary>
public static class ByteOrder
{
    public static Comparer<ReadOnlyMemory<byte>> Comparer { get; } =
        Comparer<ReadOnlyMemory<byte>>.Create((one, other) => one.Span.SequenceCompareTo(other.Span));
}
