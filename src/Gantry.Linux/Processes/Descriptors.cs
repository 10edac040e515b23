using System.Runtime.InteropServices;
using System.Text;
using Gantry.Linux.Files;
using Gantry.Linux.Native;

namespace Gantry.Linux.Processes;

/// <summary>The descriptors that a process was started with, without the weight of System.Console.</summary>
public static unsafe partial class Descriptors
{
    private const int UnixFamily = 1;
    private const int Stream = 1;
    private const int CloseOnExec = 0x80000;

    /// <summary>Writes all of a text to an open descriptor: 1 or 2.</summary>
    public static void Write(int descriptor, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        fixed (byte* start = bytes)
        {
            _ = WriteAll(descriptor, start, bytes.Length);
        }
    }

    /// <summary>Copies until the end; a terminal whose other side is closed says EIO, which is one.</summary>
    public static void Copy(FileDescriptor from, FileDescriptor to)
    {
        const int size = 16 * 1024;
        var buffer = stackalloc byte[size];
        while (true)
        {
            var length = Libc.Read(from.Number, buffer, size);
            if (length < 0 && Libc.LastError == Errno.EINTR)
            {
                continue;
            }

            if (length <= 0 || !WriteAll(to.Number, buffer, (int)length))
            {
                return;
            }
        }
    }

    /// <summary>Sends a descriptor, with a name beside it, to whoever listens on a Unix socket (--console-socket).</summary>
    public static void SendTo(string socketPath, FileDescriptor descriptor, string name)
    {
        using var socket = new FileDescriptor(Libc.Check(Socket(UnixFamily, Stream | CloseOnExec, 0), "socket"));
        var path = Encoding.UTF8.GetBytes(socketPath);
        const int longest = 107;
        if (path.Length > longest)
        {
            throw new LinuxException("connect", Errno.ENAMETOOLONG, socketPath);
        }

        var address = stackalloc byte[2 + longest + 1];
        new Span<byte>(address, 2 + longest + 1).Clear();
        *(ushort*)address = UnixFamily;
        path.CopyTo(new Span<byte>(address + 2, longest));
        Libc.Check(Connect(socket.Number, address, (uint)(2 + path.Length + 1)), "connect", socketPath);
        var control = stackalloc int[ControlMessage.Size / sizeof(int)];
        ControlMessage.Write(control, descriptor.Number);
        fixed (byte* text = new UnixPath(name))
        {
            var part = stackalloc nint[2];
            part[0] = (nint)text;
            part[1] = Encoding.UTF8.GetByteCount(name);
            var header = new MessageHeader { Parts = part, PartCount = 1, Control = control, ControlLength = ControlMessage.Size };
            var result = Raw.Call(SyscallNumber.SendMsg, socket.Number, (nint)(&header), 0);
            if (result < 0)
            {
                throw new LinuxException("sendmsg", (Errno)(-result), socketPath);
            }
        }
    }

    private static bool WriteAll(int descriptor, byte* start, int length)
    {
        for (var done = 0; done < length;)
        {
            var result = Libc.Write(descriptor, start + done, (nuint)(length - done));
            if (result < 0 && Libc.LastError != Errno.EINTR)
            {
                return false;
            }

            done += (int)Math.Max(0, result);
        }

        return true;
    }

    [LibraryImport("libc", EntryPoint = "socket", SetLastError = true)]
    private static partial int Socket(int family, int type, int protocol);

    [LibraryImport("libc", EntryPoint = "connect", SetLastError = true)]
    private static partial int Connect(int socket, byte* address, uint length);
}
