using Gantry.Linux.Native;

namespace Gantry.Linux.Files;

public sealed partial class RootedDirectory
{
    /// <summary>Makes one directory; its parent must be there.</summary>
    public unsafe void Mkdir(UnixPath path, uint mode = 0x1ED /* 0755 */)
    {
        using var entry = new Entry(this, path);
        fixed (byte* name = entry.Name)
        {
            Entry.Check(Libc.MkdirAt(entry.Parent, name, mode), "mkdirat", path);
        }
    }

    /// <summary>As <see cref="Mkdir"/>; false when something of that name is there.</summary>
    public unsafe bool TryMkdir(UnixPath path, uint mode = 0x1ED /* 0755 */)
    {
        using var entry = new Entry(this, path);
        fixed (byte* name = entry.Name)
        {
            var result = Libc.MkdirAt(entry.Parent, name, mode);
            if (result < 0 && Libc.LastError == Errno.EEXIST)
            {
                return false;
            }

            Entry.Check(result, "mkdirat", path);
            return true;
        }
    }

    /// <summary>Makes a fifo, socket, regular file or device node (mknod(2)).</summary>
    /// <param name="permissions">The lower twelve bits, subject to the umask.</param>
    public unsafe void Mknod(UnixPath path, FileKind kind, uint permissions, DeviceNumber device = default)
    {
        using var entry = new Entry(this, path);
        fixed (byte* name = entry.Name)
        {
            Entry.Check(Libc.MknodAt(entry.Parent, name, (uint)kind | permissions, device.Packed), "mknodat", path);
        }
    }

    public unsafe void Symlink(UnixPath target, UnixPath path)
    {
        using var entry = new Entry(this, path);
        fixed (byte* t = target)
        fixed (byte* name = entry.Name)
        {
            Entry.Check(Libc.SymlinkAt(t, entry.Parent, name), "symlinkat", path);
        }
    }

    /// <summary>A hard link to the entry itself: a symbolic link in its last name is linked, not followed.</summary>
    public unsafe void Link(UnixPath existing, UnixPath path)
    {
        using var from = new Entry(this, existing);
        using var to = new Entry(this, path);
        fixed (byte* oldName = from.Name)
        fixed (byte* newName = to.Name)
        {
            Entry.Check(Libc.LinkAt(from.Parent, oldName, to.Parent, newName, 0), "linkat", path);
        }
    }

    public void Rename(UnixPath from, UnixPath to) => Move(from, this, to);

    /// <summary>Renames to a path in another directory of the same file system.</summary>
    public unsafe void Move(UnixPath from, RootedDirectory into, UnixPath to)
    {
        using var source = new Entry(this, from);
        using var destination = new Entry(into, to);
        fixed (byte* oldName = source.Name)
        fixed (byte* newName = destination.Name)
        {
            Entry.Check(Libc.RenameAt2(source.Parent, oldName, destination.Parent, newName, 0), "renameat2", to);
        }
    }

    public unsafe void Unlink(UnixPath path)
    {
        using var entry = new Entry(this, path);
        fixed (byte* name = entry.Name)
        {
            Entry.Check(Libc.UnlinkAt(entry.Parent, name, 0), "unlinkat", path);
        }
    }

    public unsafe void RemoveDirectory(UnixPath path)
    {
        using var entry = new Entry(this, path);
        fixed (byte* name = entry.Name)
        {
            Entry.Check(Libc.UnlinkAt(entry.Parent, name, Libc.AtRemoveDir), "unlinkat", path);
        }
    }

    /// <summary>The target of a symbolic link, as bytes.</summary>
    public unsafe byte[] ReadLink(UnixPath path)
    {
        using var entry = new Entry(this, path);
        var buffer = stackalloc byte[4096];
        fixed (byte* name = entry.Name)
        {
            var length = Libc.ReadLinkAt(entry.Parent, name, buffer, 4096);
            Entry.Check((int)length, "readlinkat", path);
            return new ReadOnlySpan<byte>(buffer, (int)length).ToArray();
        }
    }

    /// <summary>A name and the directory that holds it, resolved inside the root.</summary>
    private readonly ref struct Entry
    {
        private readonly HeldDescriptor root;
        private readonly FileDescriptor? opened;

        public Entry(RootedDirectory owner, UnixPath path)
        {
            root = new(owner.Descriptor);
            Parent = root.Number;
            Name = path;
            if (!path.Bytes.Contains((byte)'/'))
            {
                if (path.Bytes is [(byte)'.'] or [(byte)'.', (byte)'.'] or [])
                {
                    throw new LinuxException("openat2", Errno.EINVAL, path.ToString());
                }

                return;
            }

            path.SplitLast(out var directory, out var name);
            if (name.Bytes is [] or [(byte)'.'] or [(byte)'.', (byte)'.'])
            {
                throw new LinuxException("openat2", Errno.EINVAL, path.ToString());
            }

            opened = owner.OpenPath(directory.IsEmpty ? "." : directory, OpenFlags.Path | OpenFlags.Directory);
            Parent = opened.Number;
            Name = name;
        }

        public int Parent { get; }

        public UnixPath Name { get; }

        public static void Check(int result, string call, UnixPath path)
        {
            if (result < 0)
            {
                throw Failed(call, path);
            }
        }

        public void Dispose()
        {
            opened?.Dispose();
            root.Dispose();
        }
    }
}
