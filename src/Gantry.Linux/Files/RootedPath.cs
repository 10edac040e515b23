using Gantry.Linux.Native;

namespace Gantry.Linux.Files;

/// <summary>
/// Opens a path inside a root and makes what is missing. Allocates nothing, locks nothing, throws nothing: it also runs
/// between clone and execve.
/// </summary>
internal static unsafe class RootedPath
{
    private const int PathMax = 4096;
    private const int MaxLinks = 40;

    public enum Kind
    {
        Directory,
        File,
    }

    /// <summary>The path as it is now, O_PATH, or minus errno.</summary>
    public static int Open(int root, byte* path, ResolveFlags also = ResolveFlags.None, OpenFlags flags = OpenFlags.Path) =>
        Raw.OpenAt2(root, *path == 0 ? Dot : path, flags, 0, ResolveFlags.InRoot | ResolveFlags.NoMagicLinks | also);

    /// <summary>
    /// The path, O_PATH, made when it is missing: directories on the way with <paramref name="mode"/>, the last as a
    /// directory or an empty file. A dangling symbolic link is followed inside the root and its target made.
    /// </summary>
    /// <returns>A descriptor, or minus errno.</returns>
    public static int OpenOrCreate(int root, byte* path, Kind kind, uint mode)
    {
        var found = Open(root, path);
        if (found != -(int)Errno.ENOENT)
        {
            return found;
        }

        var work = stackalloc byte[PathMax];
        var length = Copy(path, work, PathMax);
        if (length < 0)
        {
            return -(int)Errno.ENAMETOOLONG;
        }

        if (TryMakeLast(root, work, length, kind, mode))
        {
            return Open(root, work);
        }

        var links = 0;
        var position = 0;
        while (true)
        {
            while (work[position] == (byte)'/')
            {
                position++;
            }

            if (work[position] == 0)
            {
                return Open(root, work);
            }

            var end = position;
            while (work[end] is not ((byte)'/' or 0))
            {
                end++;
            }

            var rest = work[end];
            var last = IsLast(work + end);
            work[end] = 0;
            var entry = Open(root, work);
            if (entry >= 0)
            {
                Raw.Close(entry);
            }
            else if (entry != -(int)Errno.ENOENT)
            {
                return entry;
            }
            else
            {
                var made = Make(root, work, position, last ? kind : Kind.Directory, mode);
                if (made == -(int)Errno.EEXIST)
                {
                    if (++links > MaxLinks)
                    {
                        return -(int)Errno.ELOOP;
                    }

                    work[end] = rest;
                    var expanded = ExpandLink(root, work, position, end);
                    if (expanded < 0)
                    {
                        return expanded;
                    }

                    position = 0;
                    continue;
                }

                if (made < 0)
                {
                    return made;
                }
            }

            work[end] = rest;
            position = end;
        }
    }

    public static bool IsOnProc(int descriptor)
    {
        const int procSuperMagic = 0x9fa0;
        var buffer = stackalloc long[32];
        return Raw.Call(SyscallNumber.FStatFs, descriptor, (nint)buffer) == 0 && buffer[0] == procSuperMagic;
    }

    private static byte* Dot => (byte*)System.Runtime.CompilerServices.Unsafe.AsPointer(
        ref System.Runtime.InteropServices.MemoryMarshal.GetReference(".\0"u8));

    private static bool IsLast(byte* rest)
    {
        while (*rest == (byte)'/')
        {
            rest++;
        }

        return *rest == 0;
    }

    /// <summary>Mostly only the last name is missing: then nothing needs to be looked at on the way to it.</summary>
    private static bool TryMakeLast(int root, byte* path, int length, Kind kind, uint mode)
    {
        var name = length;
        while (name > 0 && path[name - 1] != (byte)'/')
        {
            name--;
        }

        return name < length && Make(root, path, name, kind, mode) == 0;
    }

    /// <summary>Makes the name that starts at <paramref name="name"/> in the directory before it.</summary>
    private static int Make(int root, byte* path, int name, Kind kind, uint mode)
    {
        var parent = OpenParent(root, path, name);
        if (parent < 0)
        {
            return parent;
        }

        var result = kind == Kind.Directory
            ? Raw.MkdirAt(parent, path + name, mode)
            : Raw.MknodAt(parent, path + name, (uint)FileKind.Regular | (mode & 0x1A4 /* 0644 */), 0);
        Raw.Close(parent);
        return result;
    }

    private static int OpenParent(int root, byte* path, int name)
    {
        var first = path[name];
        path[name] = 0;
        var parent = Open(root, path, ResolveFlags.None, OpenFlags.Path | OpenFlags.Directory);
        path[name] = first;
        return parent;
    }

    /// <summary>Puts the target of the link at [position, end) in its place: from the root when it is absolute.</summary>
    private static int ExpandLink(int root, byte* path, int position, int end)
    {
        var parent = OpenParent(root, path, position);
        if (parent < 0)
        {
            return parent;
        }

        if (IsOnProc(parent))
        {
            // A descriptor's link may name one of this walk itself, opened since the link was found missing.
            Raw.Close(parent);
            return -(int)Errno.ELOOP;
        }

        var target = stackalloc byte[PathMax];
        var saved = path[end];
        path[end] = 0;
        var length = Raw.ReadLinkAt(parent, path + position, target, PathMax);
        path[end] = saved;
        Raw.Close(parent);
        if (length < 0)
        {
            // EINVAL: it exists and is no link, so somebody made it meanwhile; walking again finds it.
            return length == -(int)Errno.EINVAL ? 0 : length;
        }

        var keep = target[0] == (byte)'/' ? 0 : position;
        var rest = Length(path + end);
        if (keep + length + rest >= PathMax)
        {
            return -(int)Errno.ENAMETOOLONG;
        }

        Move(path + end, path + keep + length, rest + 1);
        Move(target, path + keep, length);
        return 0;
    }

    private static int Length(byte* text)
    {
        var length = 0;
        while (text[length] != 0)
        {
            length++;
        }

        return length;
    }

    private static int Copy(byte* from, byte* to, int room)
    {
        var length = Length(from);
        if (length >= room)
        {
            return -1;
        }

        Move(from, to, length + 1);
        return length;
    }

    /// <summary>memmove by hand: the library's may go through a call that waits for the garbage collector.</summary>
    private static void Move(byte* from, byte* to, int count)
    {
        if (to <= from)
        {
            for (var i = 0; i < count; i++)
            {
                to[i] = from[i];
            }
        }
        else
        {
            for (var i = count - 1; i >= 0; i--)
            {
                to[i] = from[i];
            }
        }
    }
}
