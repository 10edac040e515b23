using System.Text;
using Gantry.Linux.Native;

namespace Gantry.Linux.Files;

/// <summary>
/// Whole files of the host without .NET's streams, which lock and measure a file before they read it: for the small files
/// of /proc, /sys and bundles that stand between a command and a container.
/// </summary>
public static unsafe class HostFile
{
    private const int FirstRead = 4096;

    /// <exception cref="LinuxException">It cannot be read; ENOENT: it is not there.</exception>
    public static byte[] ReadAllBytes(string path)
    {
        int number;
        fixed (byte* p = new UnixPath(path))
        {
            number = Raw.OpenAt(Libc.AtFdCwd, p, OpenFlags.ReadOnly);
        }

        if (number < 0)
        {
            throw new LinuxException("open", (Errno)(-number), path);
        }

        using var file = new FileDescriptor(number);
        var buffer = new byte[FirstRead];
        for (var length = 0; ;)
        {
            nint count;
            fixed (byte* start = buffer)
            {
                count = Libc.Read(number, start + length, (nuint)(buffer.Length - length));
            }

            if (count < 0 && Libc.LastError == Errno.EINTR)
            {
                continue;
            }

            length += Libc.Check(count, "read", path);
            if (count == 0)
            {
                return buffer[..length];
            }

            if (length == buffer.Length)
            {
                Array.Resize(ref buffer, length * 2);
            }
        }
    }

    /// <summary>Writes into a file of the kernel that is there, at once.</summary>
    /// <exception cref="LinuxException">It is not there, or does not take the text.</exception>
    public static void Write(string path, string text)
    {
        int number;
        fixed (byte* p = new UnixPath(path))
        {
            number = Raw.OpenAt(Libc.AtFdCwd, p, OpenFlags.WriteOnly);
        }

        if (number < 0)
        {
            throw new LinuxException("open", (Errno)(-number), path);
        }

        using var file = new FileDescriptor(number);
        fixed (byte* data = Encoding.UTF8.GetBytes(text))
        {
            Libc.Check(Libc.Write(number, data, (nuint)Encoding.UTF8.GetByteCount(text)), "write", path);
        }
    }

    /// <summary>Opens a file for its descriptor alone, as those of namespaces.</summary>
    /// <exception cref="LinuxException">It cannot be opened.</exception>
    public static FileDescriptor Open(string path)
    {
        fixed (byte* p = new UnixPath(path))
        {
            var number = Raw.OpenAt(Libc.AtFdCwd, p, OpenFlags.ReadOnly);
            return number >= 0 ? new(number) : throw new LinuxException("open", (Errno)(-number), path);
        }
    }

    /// <exception cref="LinuxException">It cannot be read; ENOENT: it is not there.</exception>
    public static string ReadAllText(string path) => Encoding.UTF8.GetString(ReadAllBytes(path));
}
