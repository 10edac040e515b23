using System.Runtime.InteropServices.Marshalling;
using System.Text;
using Gantry.Linux.Native;

namespace Gantry.Linux.Poll;

/// <summary>Sockets of the Unix domain, without .NET's socket engine and its threads.</summary>
public static unsafe class UnixSocket
{
    private const int Unix = 1;
    private const int Stream = 1;
    private const int Datagram = 2;
    private const int CloseOnExec = 0x80000;
    private const int NonBlocking = 0x800;
    private const int PathLimit = 108;

    /// <summary>Two connected ends, close-on-exec.</summary>
    public static (FileDescriptor First, FileDescriptor Second) CreatePair()
    {
        var ends = stackalloc int[2];
        Libc.Check(Libc.SocketPair(Unix, Stream | CloseOnExec, 0, ends), "socketpair");
        return (new FileDescriptor(ends[0]), new FileDescriptor(ends[1]));
    }

    /// <summary>A listening socket, not blocking, that only its owner may connect to.</summary>
    /// <param name="directory">Where, opened (<see cref="OpenDirectory"/>): its path may be longer than an address holds.</param>
    /// <param name="name">The socket's file name there.</param>
    /// <param name="backlog">Connections that may wait.</param>
    public static FileDescriptor Listen(FileDescriptor directory, string name, int backlog)
    {
        ArgumentNullException.ThrowIfNull(directory);
        var path = ShortPath(directory, name);
        var socket = new FileDescriptor(Libc.Check(Libc.OpenSocket(Unix, Stream | CloseOnExec | NonBlocking, 0), "socket", name));
        try
        {
            using var held = new HeldDescriptor(socket);
            // The mode of the socket itself is what bind(2) gives the file, less the umask: never open to others, not for a moment.
            Libc.Check(Libc.Fchmod(held.Number, 0x180), "fchmod", name);
            var address = new Libc.UnixAddress { Family = Unix };
            var length = Encoding.UTF8.GetBytes(path, new Span<byte>(address.Path, PathLimit - 1));
            Libc.Check(Libc.Bind(held.Number, &address, (uint)(sizeof(ushort) + length + 1)), "bind", name);
            Libc.Check(Libc.Listen(held.Number, backlog), "listen", name);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>A socket that does not block, connected to another's path; null and the reason when it cannot be.</summary>
    public static FileDescriptor? TryConnect(string path, bool datagrams, out Errno error)
    {
        var address = new Libc.UnixAddress { Family = Unix };
        if (Encoding.UTF8.GetByteCount(path) >= PathLimit)
        {
            error = Errno.ENAMETOOLONG;
            return null;
        }

        var length = Encoding.UTF8.GetBytes(path, new Span<byte>(address.Path, PathLimit - 1));
        var socket = new FileDescriptor(Libc.Check(Libc.OpenSocket(Unix, (datagrams ? Datagram : Stream) | CloseOnExec | NonBlocking, 0), "socket", path));
        using var held = new HeldDescriptor(socket);
        if (Libc.Connect(held.Number, &address, (uint)(sizeof(ushort) + length + 1)) == 0)
        {
            error = Errno.None;
            return socket;
        }

        error = Libc.LastError;
        socket.Dispose();
        return null;
    }

    /// <summary>The next waiting connection, not blocking; null when there is none.</summary>
    public static FileDescriptor? TryAccept(FileDescriptor listener)
    {
        using var held = new HeldDescriptor(listener);
        while (true)
        {
            var socket = Libc.Accept(held.Number, 0, 0, CloseOnExec | NonBlocking);
            if (socket >= 0)
            {
                return new FileDescriptor(socket);
            }

            // accept(2): errors of the connection itself are to be tried again; what else fails leaves it in the queue.
            if (Libc.LastError is not (Errno.EINTR or Errno.ECONNABORTED or Errno.EPROTO))
            {
                return null;
            }
        }
    }

    /// <summary>A name in an open directory that fits an address however deep the directory is.</summary>
    public static string ShortPath(FileDescriptor directory, string name)
    {
        ArgumentNullException.ThrowIfNull(directory);
        return $"/proc/self/fd/{directory.Number}/{name}";
    }

    /// <summary>A directory, opened only to be named by (O_PATH).</summary>
    public static FileDescriptor OpenDirectory(string path) => Open(path, 0x200000 | CloseOnExec | DirectoryFlag);

    /// <summary>A file to inherit: read, or written at its end.</summary>
    public static FileDescriptor OpenFile(string path, bool write, bool create = false) =>
        Open(path, CloseOnExec | (write ? 2 | 0x400 : 0) | (create ? 0x40 : 0));

    // O_DIRECTORY differs (open(2), asm/fcntl.h).
    private static int DirectoryFlag => SyscallNumber.IsArm ? 0x4000 : 0x10000;

    private static FileDescriptor Open(string path, int flags)
    {
        var native = Utf8StringMarshaller.ConvertToUnmanaged(path);
        try
        {
            return new FileDescriptor(Libc.Check(Libc.OpenPath(native, flags, 0x180), "open", path));
        }
        finally
        {
            Utf8StringMarshaller.Free(native);
        }
    }
}
