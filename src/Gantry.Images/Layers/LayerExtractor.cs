using System.Text;
using Gantry.Images.Layers.Tar;
using Gantry.Linux;
using Gantry.Linux.Files;
using Gantry.Spec;

namespace Gantry.Images.Layers;

/// <summary>
/// Puts the entries of a layer beneath a directory, as overlayfs wants a lower layer to be. Every path is walked by the
/// kernel with that directory as the root, so nothing outside can be reached, whatever the archive says.
/// </summary>
internal sealed partial class LayerExtractor(RootedDirectory root, TarLimits limits) : IDisposable
{
    private const uint ImpliedMode = 0x1ED; // 0755
    private readonly DirectoryCache directories = new(root);
    private readonly List<(byte[] Path, long Modified)> directoryTimes = [];

    /// <summary>The sum of the files' sizes, as Docker counts a layer.</summary>
    public long Size { get; private set; }

    /// <summary>True where the layer hides everything beneath it.</summary>
    public bool HidesAll { get; private set; }

    /// <summary>Directories that entries lie in without being entries: they look as they do in the layers beneath. The empty path is the root.</summary>
    public HashSet<string> Implied { get; } = new(StringComparer.Ordinal) { "" };

    public void Extract(TarReader reader, CancellationToken cancellationToken)
    {
        while (reader.Next() is { } entry)
        {
            cancellationToken.ThrowIfCancellationRequested();
            try
            {
                Apply(entry, reader);
            }
            catch (LinuxException e)
            {
                throw Refused(entry, LinuxException.Describe(e.Errno), e);
            }
            catch (IOException e)
            {
                throw Refused(entry, e.Message, e);
            }
        }

        for (var i = directoryTimes.Count - 1; i >= 0; i--)
        {
            var (path, modified) = directoryTimes[i];
            if (directories.TryOpen(path) is { } directory)
            {
                directory.Descriptor.SetTimes(modified, modified);
            }
        }

        reader.Drain();
    }

    public void Dispose() => directories.Dispose();

    private static GantryException Refused(TarEntry entry, string reason, Exception cause) =>
        cause is LinuxException { Errno: Errno.ENOSPC or Errno.EDQUOT } || cause.HResult == (int)Errno.ENOSPC
            ? new InternalException($"cannot extract {entry.DisplayName}: no space left on device", cause)
            : new InvalidArgumentException($"cannot extract {entry.DisplayName}: {reason}", cause);

    private static InvalidArgumentException Invalid(TarEntry entry, string reason) => new($"invalid entry {entry.DisplayName}: {reason}");

    private void Apply(TarEntry entry, TarReader reader)
    {
        var path = Clean(entry.Name, entry);
        Count(entry);
        if (path.Length == 0)
        {
            ApplyRoot(entry);
            return;
        }

        var slash = path.AsSpan().LastIndexOf((byte)'/');
        var (parentPath, name) = slash < 0 ? ([], path) : (path[..slash], path[(slash + 1)..]);
        if (name.AsSpan().StartsWith(".wh."u8))
        {
            Whiteout(entry, parentPath, name);
            return;
        }

        var parent = OpenOrMake(parentPath, entry);
        switch (entry.Type)
        {
            case TarEntryType.Regular:
                WriteFile(parent, name, entry, reader);
                break;
            case TarEntryType.Directory:
                MakeDirectory(parent, path, name, entry);
                break;
            case TarEntryType.SymbolicLink:
                Create(parent, name, () => parent.Symlink(entry.LinkName.AsSpan(), name.AsSpan()), entry);
                SetAttributes(parent, name, entry);
                break;
            case TarEntryType.HardLink:
                Link(parent, path, name, entry);
                break;
            default:
                var kind = entry.Type switch
                {
                    TarEntryType.CharacterDevice => FileKind.CharacterDevice,
                    TarEntryType.BlockDevice => FileKind.BlockDevice,
                    _ => FileKind.Fifo,
                };
                var device = kind == FileKind.Fifo ? default : new DeviceNumber(entry.DeviceMajor, entry.DeviceMinor);
                Create(parent, name, () => parent.Mknod(name.AsSpan(), kind, entry.Permissions, device), entry);
                SetAttributes(parent, name, entry);
                break;
        }
    }

    /// <summary>Holes cost an archive nothing: the sum of what the files seem to be has the limit of the stream.</summary>
    private void Count(TarEntry entry)
    {
        if (entry.Type != TarEntryType.Regular)
        {
            return;
        }

        if (entry.Size > limits.Stream - Size)
        {
            throw Invalid(entry, $"the files of the layer are larger than {limits.Stream} bytes");
        }

        Size += entry.Size;
    }

    private void ApplyRoot(TarEntry entry)
    {
        if (entry.Type != TarEntryType.Directory)
        {
            throw Invalid(entry, "the root of a layer is a directory");
        }

        Implied.Remove("");
        root.Descriptor.Chown(entry.Uid, entry.Gid);
        root.Descriptor.Chmod(entry.Permissions);
        directoryTimes.Add(([], entry.ModifiedNanoseconds));
    }

    private void MakeDirectory(RootedDirectory parent, byte[] path, byte[] name, TarEntry entry)
    {
        if (!parent.TryMkdir(name.AsSpan(), entry.Permissions))
        {
            MakeRoom(parent, name, forDirectory: true, out var wasWhiteout);
            if (parent.TryMkdir(name.AsSpan(), entry.Permissions) && wasWhiteout)
            {
                SetOpaque(parent, name);
            }
        }

        Implied.Remove(Key(path));
        using (var made = parent.OpenDirectory(name.AsSpan(), followLast: false))
        {
            made.Descriptor.SetOwnerAndMode(entry.Uid, entry.Gid, entry.Permissions);
        }

        SetXattrs(parent, name, entry);
        directoryTimes.Add((path, entry.ModifiedNanoseconds));
    }

    /// <summary>Opens a directory of the layer; where it is missing it is made, to be given the look it has beneath when the layer is committed.</summary>
    private RootedDirectory OpenOrMake(byte[] path, TarEntry entry)
    {
        if (directories.TryOpen(path) is { } directory)
        {
            return directory;
        }

        var slash = path.AsSpan().LastIndexOf((byte)'/');
        var parent = OpenOrMake(slash < 0 ? [] : path[..slash], entry);
        var name = path.AsSpan(slash + 1).ToArray();
        if (!parent.TryMkdir(name.AsSpan(), ImpliedMode))
        {
            if (!IsWhiteout(parent.TryStat(name.AsSpan())))
            {
                throw Invalid(entry, $"its parent {TarText.Display(path)} is not a directory");
            }

            parent.Unlink(name.AsSpan());
            parent.Mkdir(name.AsSpan(), ImpliedMode);
            SetOpaque(parent, name);
        }

        Implied.Add(Key(path));
        return directories.TryOpen(path) ?? throw Invalid(entry, $"its parent {TarText.Display(path)} is not a directory");
    }

    private void Link(RootedDirectory parent, byte[] path, byte[] name, TarEntry entry)
    {
        var target = Clean(entry.LinkName, entry);
        if (target.AsSpan().SequenceEqual(path))
        {
            return;
        }

        if (target.Length == 0 || root.TryStat(target.AsSpan()) is not { Kind: not FileKind.Directory })
        {
            throw Invalid(entry, $"hard link to {TarText.Display(entry.LinkName)}, which is no file of this layer");
        }

        Create(parent, name, () => root.Link(target.AsSpan(), path.AsSpan()), entry);
    }

    /// <summary>Makes something that must not be there yet; what an earlier entry put there goes.</summary>
    private void Create(RootedDirectory parent, byte[] name, Action make, TarEntry entry)
    {
        try
        {
            make();
        }
        catch (LinuxException e) when (e.Errno == Errno.EEXIST)
        {
            MakeRoom(parent, name, forDirectory: false, out _);
            make();
        }
    }

    private void MakeRoom(RootedDirectory parent, byte[] name, bool forDirectory, out bool wasWhiteout)
    {
        var status = parent.TryStat(name.AsSpan());
        wasWhiteout = IsWhiteout(status);
        if (status is { Kind: FileKind.Directory })
        {
            if (forDirectory)
            {
                return;
            }

            directories.Clear(except: parent);
        }

        parent.RemoveTree(name.AsSpan());
    }

    /// <summary>The path without empty, <c>.</c> and <c>..</c> parts; one that would leave the layer is refused.</summary>
    private byte[] Clean(ReadOnlySpan<byte> name, TarEntry entry)
    {
        if (name.Length > limits.Path)
        {
            throw Invalid(entry, $"its path is longer than {limits.Path} bytes");
        }

        var clean = new byte[name.Length];
        var length = 0;
        foreach (var range in name.Split((byte)'/'))
        {
            var part = name[range];
            if (part.IsEmpty || part.SequenceEqual("."u8))
            {
                continue;
            }

            if (part.SequenceEqual(".."u8))
            {
                if (length == 0)
                {
                    throw Invalid(entry, $"{TarText.Display(name)} leaves the layer");
                }

                length = Math.Max(0, clean.AsSpan(0, length).LastIndexOf((byte)'/'));
                continue;
            }

            if (part.Length > limits.Name)
            {
                throw Invalid(entry, $"a name in it is longer than {limits.Name} bytes");
            }

            if (length > 0)
            {
                clean[length++] = (byte)'/';
            }

            part.CopyTo(clean.AsSpan(length));
            length += part.Length;
        }

        return length == clean.Length ? clean : clean[..length];
    }

    private static string Key(ReadOnlySpan<byte> path) => Encoding.Latin1.GetString(path);
}
