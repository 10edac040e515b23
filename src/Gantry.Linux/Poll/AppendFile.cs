using System.Runtime.InteropServices.Marshalling;
using Gantry.Linux.Files;
using Gantry.Linux.Native;

namespace Gantry.Linux.Poll;

/// <summary>A file that grows at its end, and the names around it; no stream, no buffer.</summary>
public sealed unsafe class AppendFile : IDisposable
{
    private const int WriteOnly = 1;
    private const int ReadWrite = 2;
    private const int Create = 0x40;
    private const int Append = 0x400;
    private const int CloseOnExec = 0x80000;
    private const int FromEnd = 2;
    private const uint OwnerOnly = 0x180;
    private const uint OwnerAndGroup = 0x1A0;

    private long forgotten;

    private AppendFile(FileDescriptor descriptor, long length)
    {
        Descriptor = descriptor;
        Length = length;
    }

    public FileDescriptor Descriptor { get; }

    /// <summary>How long the file is after the last whole write.</summary>
    public long Length { get; private set; }

    /// <summary>Opens or creates it (mode 0640, as Docker's logs).</summary>
    public static AppendFile Open(string path) => From(Open(path, ReadWrite | Create | Append | CloseOnExec, OwnerAndGroup));

    /// <summary>One that <see cref="Open(string)"/> opened in an earlier image of this process.</summary>
    public static AppendFile From(FileDescriptor descriptor)
    {
        using var held = new HeldDescriptor(descriptor);
        return new AppendFile(descriptor, Libc.Seek(held.Number, 0, FromEnd));
    }

    /// <summary>A file without a name in a directory, for data that is gone when it is closed (open(2), O_TMPFILE).</summary>
    public static FileDescriptor OpenUnnamed(string directory)
    {
        var temporary = (SyscallNumber.IsArm ? 0x4000 : 0x10000) | 0x400000;
        return Open(directory, ReadWrite | temporary | CloseOnExec, OwnerOnly);
    }

    /// <summary>Writes all or nothing: what was written of it is taken back when the disk is full. 0, or errno.</summary>
    public Errno Write(ReadOnlySpan<byte> data)
    {
        using var held = new HeldDescriptor(Descriptor);
        fixed (byte* start = data)
        {
            for (var done = 0; done < data.Length;)
            {
                var count = Libc.Write(held.Number, start + done, (nuint)(data.Length - done));
                if (count >= 0)
                {
                    done += (int)count;
                }
                else if (Libc.LastError is not Errno.EINTR)
                {
                    var error = Libc.LastError;
                    _ = Libc.Truncate(held.Number, Length);
                    return error;
                }
            }
        }

        Length += data.Length;
        return Errno.None;
    }

    /// <summary>Whether the last byte is <paramref name="value"/>; also when there is none.</summary>
    public bool EndsWith(byte value)
    {
        using var held = new HeldDescriptor(Descriptor);
        byte last;
        return Length == 0
            || (Libc.ReadAt(held.Number, &last, 1, Length - 1) == 1 && last == value);
    }

    /// <summary>Takes away what lies behind an offset.</summary>
    public void CutTo(long length)
    {
        using var held = new HeldDescriptor(Descriptor);
        if (Libc.Truncate(held.Number, length) == 0)
        {
            Length = length;
        }
    }

    /// <summary>Gives back the room of what lies before an offset and will not be read again.</summary>
    public void ForgetBefore(long offset)
    {
        // In steps, and where the file system can (fallocate(2), PUNCH_HOLE | KEEP_SIZE).
        const long step = 16 * 1024 * 1024;
        if (offset - forgotten >= step)
        {
            using var held = new HeldDescriptor(Descriptor);
            _ = Libc.Allocate(held.Number, 3, forgotten, offset - forgotten);
            forgotten = offset;
        }
    }

    /// <summary>Empties a file that <see cref="OpenUnnamed"/> opened.</summary>
    public void Clear()
    {
        using var held = new HeldDescriptor(Descriptor);
        _ = Libc.Truncate(held.Number, 0);
        _ = Libc.Seek(held.Number, 0, 0);
        Length = 0;
        forgotten = 0;
    }

    /// <summary>Puts a new file in the place of another at once: there is no moment without one.</summary>
    /// <param name="path">The other's.</param>
    /// <param name="data">All of the new file.</param>
    /// <param name="sync">Its bytes are on the disk before it has the name: no power failure leaves an empty file there.</param>
    public static void Replace(string path, ReadOnlySpan<byte> data, bool sync = false)
    {
        var temporary = $"{path}.new";
        using (var file = new AppendFile(Open(temporary, WriteOnly | Create | CloseOnExec | 0x200, OwnerOnly), 0))
        {
            var error = file.Write(data);
            if (error != Errno.None)
            {
                throw new LinuxException("write", error, temporary);
            }

            if (sync)
            {
                file.Descriptor.Sync();
            }
        }

        Libc.Check((int)Rename(temporary, path) == 0 ? 0 : -1, "rename", path);
    }

    /// <summary>rename(2); 0, or errno.</summary>
    public static Errno Rename(string from, string to)
    {
        var a = Utf8StringMarshaller.ConvertToUnmanaged(from);
        var b = Utf8StringMarshaller.ConvertToUnmanaged(to);
        var error = Libc.RenameAt2(Libc.AtFdCwd, a, Libc.AtFdCwd, b, 0) == 0 ? Errno.None : Libc.LastError;
        Utf8StringMarshaller.Free(a);
        Utf8StringMarshaller.Free(b);
        return error;
    }

    /// <summary>A second name for a file (link(2)); 0, or errno.</summary>
    public static Errno Link(string from, string to)
    {
        var a = Utf8StringMarshaller.ConvertToUnmanaged(from);
        var b = Utf8StringMarshaller.ConvertToUnmanaged(to);
        var error = Libc.LinkAt(Libc.AtFdCwd, a, Libc.AtFdCwd, b, 0) == 0 ? Errno.None : Libc.LastError;
        Utf8StringMarshaller.Free(a);
        Utf8StringMarshaller.Free(b);
        return error;
    }

    /// <summary>Gives a file of <see cref="OpenUnnamed"/> a name (open(2), O_TMPFILE); 0, or errno.</summary>
    public static Errno LinkUnnamed(FileDescriptor file, string path)
    {
        const int followLink = 0x400;
        using var held = new HeldDescriptor(file);
        var from = Utf8StringMarshaller.ConvertToUnmanaged($"/proc/self/fd/{held.Number}");
        var to = Utf8StringMarshaller.ConvertToUnmanaged(path);
        var error = Libc.LinkAt(Libc.AtFdCwd, from, Libc.AtFdCwd, to, followLink) == 0 ? Errno.None : Libc.LastError;
        Utf8StringMarshaller.Free(from);
        Utf8StringMarshaller.Free(to);
        return error;
    }

    /// <summary>unlink(2); 0, or errno.</summary>
    public static Errno Unlink(string path)
    {
        var native = Utf8StringMarshaller.ConvertToUnmanaged(path);
        var error = Libc.UnlinkAt(Libc.AtFdCwd, native, 0) == 0 ? Errno.None : Libc.LastError;
        Utf8StringMarshaller.Free(native);
        return error;
    }

    public void Dispose() => Descriptor.Dispose();

    private static FileDescriptor Open(string path, int flags, uint mode)
    {
        var native = Utf8StringMarshaller.ConvertToUnmanaged(path);
        try
        {
            return new FileDescriptor(Libc.Check(Libc.OpenPath(native, flags, mode), "open", path));
        }
        finally
        {
            Utf8StringMarshaller.Free(native);
        }
    }
}
