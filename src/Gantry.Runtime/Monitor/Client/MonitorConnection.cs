using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;
using Gantry.Linux.Poll;
using Gantry.Runtime.Monitor.Protocol;
using Gantry.Spec;

namespace Gantry.Runtime.Monitor.Client;

/// <summary>Connections to a monitor's socket.</summary>
internal static class MonitorConnection
{
    // sun_path with its final zero (unix(7)).
    private const int LongestPath = 107;

    /// <summary>A new connection; null when no monitor listens.</summary>
    public static Socket? TryOpen(string bundle)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            Connect(socket, bundle);
            return socket;
        }
        catch (Exception e) when (e is SocketException or IOException)
        {
            socket.Dispose();
            return null;
        }
    }

    public static Socket Open(string bundle) =>
        TryOpen(bundle) ?? throw new UnavailableException($"no monitor answers at {Path.Combine(bundle, MonitorSettings.SocketName)}");

    public static Socket Adopt(SafeHandle descriptor)
    {
        var number = (nint)descriptor.DangerousGetHandle();
        var socket = new Socket(new SafeSocketHandle(number, ownsHandle: true));
        descriptor.SetHandleAsInvalid();
        return socket;
    }

    public static async Task SendAsync(Socket socket, ReadOnlyMemory<byte> frame, CancellationToken cancellationToken)
    {
        while (!frame.IsEmpty)
        {
            frame = frame[await socket.SendAsync(frame, cancellationToken).ConfigureAwait(false)..];
        }
    }

    /// <summary>One frame and not a byte more: what follows is the stream's.</summary>
    public static async Task<(FrameHeader Header, byte[] Payload)> ReceiveAsync(Socket socket, CancellationToken cancellationToken)
    {
        var start = new byte[FrameHeader.Size];
        await ReceiveExactlyAsync(socket, start, cancellationToken).ConfigureAwait(false);
        FrameHeader.TryRead(start, out var header);
        var payload = new byte[header.Length];
        await ReceiveExactlyAsync(socket, payload, cancellationToken).ConfigureAwait(false);
        return (header, payload);
    }

    private static async Task ReceiveExactlyAsync(Socket socket, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        while (!buffer.IsEmpty)
        {
            var count = await socket.ReceiveAsync(buffer, cancellationToken).ConfigureAwait(false);
            if (count == 0)
            {
                throw new UnavailableException("the container's monitor closed the connection");
            }

            buffer = buffer[count..];
        }
    }

    private static void Connect(Socket socket, string bundle)
    {
        var path = Path.Combine(bundle, MonitorSettings.SocketName);
        if (Encoding.UTF8.GetByteCount(path) <= LongestPath)
        {
            socket.Connect(new UnixDomainSocketEndPoint(path));
            return;
        }

        using var directory = UnixSocket.OpenDirectory(bundle);
        socket.Connect(new UnixDomainSocketEndPoint(UnixSocket.ShortPath(directory, MonitorSettings.SocketName)));
    }
}
