using System.Globalization;
using System.Text;
using Gantry.Linux.Native;

namespace Gantry.Linux.Files;

public sealed partial class RootedDirectory
{
    /// <summary>Changes the owner of the entry itself, also of a symbolic link. An id of uint.MaxValue stays as it is.</summary>
    public unsafe void Chown(UnixPath path, uint uid, uint gid)
    {
        using var entry = new Entry(this, path);
        fixed (byte* name = entry.Name)
        {
            Entry.Check(Libc.FchownAt(entry.Parent, name, uid, gid, Libc.AtSymlinkNoFollow), "fchownat", path);
        }
    }

    /// <summary>Sets the lower twelve mode bits of an entry that is not a symbolic link.</summary>
    public unsafe void Chmod(UnixPath path, uint permissions)
    {
        using var entry = new Entry(this, path);
        fixed (byte* name = entry.Name)
        {
            var result = (int)Libc.Syscall(SyscallNumber.FchmodAt2, entry.Parent, (nint)name, (nint)permissions, Libc.AtSymlinkNoFollow);
            if (result < 0 && Libc.LastError is Errno.ENOSYS)
            {
                // fchmodat2(2) came with kernel 6.6; before it only the magic link of an O_PATH descriptor is free of races.
                using var target = OpenPath(path, OpenFlags.Path | OpenFlags.NoFollow);
                if (target.Stat().Kind == FileKind.SymbolicLink)
                {
                    throw new LinuxException("fchmodat", Errno.EOPNOTSUPP, path.ToString());
                }

                fixed (byte* link = new UnixPath(MagicLink(target)))
                {
                    result = Libc.Chmod(link, permissions);
                }
            }

            Entry.Check(result, "fchmodat", path);
        }
    }

    /// <summary>Sets access and modification time of the entry itself, in nanoseconds since 1970.</summary>
    public unsafe void SetTimes(UnixPath path, long accessedNanoseconds, long modifiedNanoseconds)
    {
        using var entry = new Entry(this, path);
        var times = stackalloc Libc.TimeSpec[2];
        FileAttributesExtensions.Fill(times, accessedNanoseconds, modifiedNanoseconds);
        fixed (byte* name = entry.Name)
        {
            Entry.Check(Libc.UtimensAt(entry.Parent, name, times, Libc.AtSymlinkNoFollow), "utimensat", path);
        }
    }

    /// <summary>Sets an extended attribute of the entry itself (lsetxattr(2)).</summary>
    public unsafe void SetXattr(UnixPath path, string attribute, ReadOnlySpan<byte> value)
    {
        using var entry = new Entry(this, path);
        fixed (byte* full = ThroughProc(entry))
        fixed (byte* name = new UnixPath(attribute))
        fixed (byte* data = value)
        {
            var result = Libc.SetXattr(full, name, data, (nuint)value.Length, 0);
            if (result < 0)
            {
                throw new LinuxException("lsetxattr", Libc.LastError, $"{path.ToString()} {attribute}");
            }
        }
    }

    /// <summary>The value of an extended attribute of the entry itself; null when it has none of that name.</summary>
    public byte[]? GetXattr(UnixPath path, string attribute)
    {
        using var entry = new Entry(this, path);
        return GetXattr(ThroughProc(entry), attribute, path);
    }

    /// <summary>The value of an extended attribute of this directory; null when it has none of that name.</summary>
    public byte[]? GetXattr(string attribute) => GetXattr(MagicLink(Descriptor) + "/.", attribute, ".");

    /// <summary>The names of the extended attributes of the entry itself.</summary>
    public IReadOnlyList<string> ListXattrs(UnixPath path)
    {
        using var entry = new Entry(this, path);
        return ListXattrs(ThroughProc(entry), path);
    }

    /// <summary>The names of the extended attributes of this directory.</summary>
    public IReadOnlyList<string> ListXattrs() => ListXattrs(MagicLink(Descriptor) + "/.", ".");

    private static unsafe byte[]? GetXattr(UnixPath through, string attribute, UnixPath subject)
    {
        fixed (byte* full = through)
        fixed (byte* name = new UnixPath(attribute))
        {
            while (true)
            {
                var size = Libc.GetXattr(full, name, null, 0);
                if (size >= 0)
                {
                    var value = new byte[size];
                    fixed (byte* data = value)
                    {
                        size = Libc.GetXattr(full, name, data, (nuint)value.Length);
                        if (size >= 0)
                        {
                            return size == value.Length ? value : value[..(int)size];
                        }
                    }
                }

                switch (Libc.LastError)
                {
                    case Errno.ENODATA or Errno.EOPNOTSUPP:
                        return null;
                    case Errno.ERANGE:
                        continue;
                    default:
                        throw new LinuxException("lgetxattr", Libc.LastError, $"{subject.ToString()} {attribute}");
                }
            }
        }
    }

    private static unsafe string[] ListXattrs(UnixPath through, UnixPath subject)
    {
        fixed (byte* full = through)
        {
            var size = Libc.ListXattr(full, null, 0);
            if (size == 0 || (size < 0 && Libc.LastError == Errno.EOPNOTSUPP))
            {
                return [];
            }

            Entry.Check((int)size, "llistxattr", subject);
            var list = new byte[size];
            fixed (byte* data = list)
            {
                size = Libc.ListXattr(full, data, (nuint)list.Length);
                Entry.Check((int)size, "llistxattr", subject);
            }

            return Encoding.UTF8.GetString(list, 0, (int)size).Split('\0', StringSplitOptions.RemoveEmptyEntries);
        }
    }

    public unsafe void RemoveXattr(UnixPath path, string attribute)
    {
        using var entry = new Entry(this, path);
        fixed (byte* full = ThroughProc(entry))
        fixed (byte* name = new UnixPath(attribute))
        {
            if (Libc.RemoveXattr(full, name) < 0 && Libc.LastError != Errno.ENODATA)
            {
                throw new LinuxException("lremovexattr", Libc.LastError, $"{path.ToString()} {attribute}");
            }
        }
    }

    private static string MagicLink(FileDescriptor descriptor) =>
        string.Create(CultureInfo.InvariantCulture, $"/proc/self/fd/{descriptor.Number}");

    /// <summary>There are no xattr calls relative to a directory before kernel 6.13: the parent's magic link stands for it.</summary>
    private static UnixPath ThroughProc(Entry entry)
    {
        var prefix = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"/proc/self/fd/{entry.Parent}/"));
        byte[] path = [.. prefix, .. entry.Name.Bytes];
        return new UnixPath(path.AsSpan());
    }
}
