using System.Net;
using System.Net.Sockets;
using Gantry.Linux.Native;

namespace Gantry.Linux.Sockets;

/// <summary>What a socket carries.</summary>
public enum SocketTransport
{
    Tcp,
    Udp,
    Sctp,
}

/// <summary>
/// Sockets of the Internet families, none of which blocks, without .NET's socket engine and its threads. Where an error is
/// part of the business the result is minus errno, as in <see cref="Poll.RawIo"/>.
/// </summary>
public static unsafe class NonBlockingSocket
{
    private const int StreamType = 1;
    private const int DatagramType = 2;
    private const int SctpProtocol = 132;
    private const int CloseOnExec = 0x80000;
    private const int NonBlocking = 0x800;
    private const int SocketLevel = 1;
    private const int TcpLevel = 6;
    private const int ReuseAddress = 2;
    private const int ReceiveBufferOption = 8;
    private const int ReceiveBufferForceOption = 33;
    private const int PendingErrorOption = 4;
    private const int LingerOption = 13;
    private const int NoDelayOption = 1;
    private const int ShutdownWrite = 1;
    private const int DoNotWait = 0x40;
    private const int NoSignal = 0x4000;

    /// <summary>A new socket in the calling thread's network namespace, not blocking.</summary>
    public static FileDescriptor Open(SocketTransport transport, AddressFamily family)
    {
        var domain = family == AddressFamily.InterNetworkV6 ? InternetEndPoint.Internet6Family : InternetEndPoint.InternetFamily;
        var type = transport == SocketTransport.Udp ? DatagramType : StreamType;
        var protocol = transport == SocketTransport.Sctp ? SctpProtocol : 0;
        return new FileDescriptor(Libc.Check(Libc.OpenSocket(domain, type | CloseOnExec | NonBlocking, protocol), "socket"));
    }

    public static void Bind(FileDescriptor socket, IPEndPoint endPoint)
    {
        ArgumentNullException.ThrowIfNull(endPoint);
        using var held = new HeldDescriptor(socket);
        var address = new InternetEndPoint(endPoint);
        Libc.Check(Libc.Bind(held.Number, &address, address.Length), "bind", endPoint.ToString());
    }

    public static void Listen(FileDescriptor socket, int backlog)
    {
        using var held = new HeldDescriptor(socket);
        Libc.Check(Libc.Listen(held.Number, backlog), "listen");
    }

    /// <summary>A port whose earlier connections still linger may be bound again (socket(7), SO_REUSEADDR).</summary>
    public static void SetReuseAddress(FileDescriptor socket) => SetOption(socket, SocketLevel, ReuseAddress, 1);

    /// <summary>What is written goes out at once (tcp(7), TCP_NODELAY); does nothing to a socket of another kind.</summary>
    public static void SetNoDelay(FileDescriptor socket) => SetOption(socket, TcpLevel, NoDelayOption, 1);

    /// <summary>How much may wait to be read: above the system's limit where this process may (socket(7), SO_RCVBUFFORCE).</summary>
    public static void SetReceiveBuffer(FileDescriptor socket, int bytes)
    {
        SetOption(socket, SocketLevel, ReceiveBufferOption, bytes);
        SetOption(socket, SocketLevel, ReceiveBufferForceOption, bytes);
    }

    public static IPEndPoint LocalEndPoint(FileDescriptor socket)
    {
        using var held = new HeldDescriptor(socket);
        InternetEndPoint address;
        uint length = InternetEndPoint.Size;
        Libc.Check(Libc.GetSocketName(held.Number, &address, &length), "getsockname");
        return address.ToEndPoint();
    }

    /// <summary>0, or minus errno: -EINPROGRESS where the socket becomes writable, or has an error, later.</summary>
    public static int Connect(FileDescriptor socket, InternetEndPoint address)
    {
        using var held = new HeldDescriptor(socket);
        return Libc.Connect(held.Number, &address, address.Length) == 0 ? 0 : -(int)Libc.LastError;
    }

    /// <summary>Takes the socket's error: how an earlier connect ended (socket(7), SO_ERROR).</summary>
    public static Errno TakeError(FileDescriptor socket)
    {
        using var held = new HeldDescriptor(socket);
        int value;
        uint length = sizeof(int);
        return Libc.GetSocketOption(held.Number, SocketLevel, PendingErrorOption, &value, &length) == 0 ? (Errno)value : Libc.LastError;
    }

    /// <summary>The next waiting connection, not blocking; null and the reason when there is none.</summary>
    public static FileDescriptor? TryAccept(FileDescriptor listener, out Errno error)
    {
        using var held = new HeldDescriptor(listener);
        while (true)
        {
            var socket = Libc.Accept(held.Number, 0, 0, CloseOnExec | NonBlocking);
            error = socket >= 0 ? Errno.None : Libc.LastError;
            if (socket >= 0)
            {
                return new FileDescriptor(socket);
            }

            // accept(2): errors of the connection itself are to be tried again.
            if (error is not (Errno.EINTR or Errno.ECONNABORTED or Errno.EPROTO))
            {
                return null;
            }
        }
    }

    /// <summary>Ends what this side sends; a connection that is gone already has nothing to end.</summary>
    public static void EndSending(FileDescriptor socket)
    {
        using var held = new HeldDescriptor(socket);
        _ = Libc.Shutdown(held.Number, ShutdownWrite);
    }

    /// <summary>Closing the socket from now on breaks the connection off, so that the peer sees an error and no end (socket(7), SO_LINGER).</summary>
    public static void ResetOnClose(FileDescriptor socket)
    {
        using var held = new HeldDescriptor(socket);
        var linger = stackalloc int[2];
        (linger[0], linger[1]) = (1, 0);
        _ = Libc.SetSocketOption(held.Number, SocketLevel, LingerOption, (void*)linger, 2 * sizeof(int));
    }

    /// <summary>A datagram and who sent it.</summary>
    public static int ReceiveFrom(FileDescriptor socket, Span<byte> buffer, out InternetEndPoint sender)
    {
        using var held = new HeldDescriptor(socket);
        InternetEndPoint address = default;
        fixed (byte* start = buffer)
        {
            var part = stackalloc nint[2];
            (part[0], part[1]) = ((nint)start, buffer.Length);
            var header = new MessageHeader { Name = &address, NameLength = InternetEndPoint.Size, Parts = part, PartCount = 1 };
            var count = Libc.ReceiveMessage(held.Number, &header, DoNotWait);
            sender = address;
            return count >= 0 ? (int)count : -(int)Libc.LastError;
        }
    }

    public static int SendTo(FileDescriptor socket, ReadOnlySpan<byte> data, InternetEndPoint receiver)
    {
        using var held = new HeldDescriptor(socket);
        fixed (byte* start = data)
        {
            var part = stackalloc nint[2];
            (part[0], part[1]) = ((nint)start, data.Length);
            var header = new MessageHeader { Name = &receiver, NameLength = receiver.Length, Parts = part, PartCount = 1 };
            var count = Libc.SendMessage(held.Number, &header, DoNotWait | NoSignal);
            return count >= 0 ? (int)count : -(int)Libc.LastError;
        }
    }

    private static void SetOption(FileDescriptor socket, int level, int name, int value)
    {
        using var held = new HeldDescriptor(socket);
        _ = Libc.SetSocketOption(held.Number, level, name, &value, sizeof(int));
    }
}
