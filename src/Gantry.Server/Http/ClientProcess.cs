using System.Buffers.Binary;
using System.ComponentModel;
using System.Diagnostics;
using System.Net.Sockets;

namespace Gantry.Server.Http;

/// <summary>The process at the other end of a Unix socket, as <c>SO_PEERCRED</c> of unix(7) tells it.</summary>
internal static class ClientProcess
{
    private const int SocketLevel = 1; // SOL_SOCKET
    private const int PeerCredentials = 17; // SO_PEERCRED

    // Both what /proc/PID/stat says of the start and when the machine started, by a coarse clock, are up to a tick of 10 ms early.
    private static readonly TimeSpan Early = TimeSpan.FromMilliseconds(20);

    /// <summary>When it was started, at most 20 ms late; null where it is on another machine, in a namespace that is not seen from here, or ended.</summary>
    public static DateTimeOffset? StartOf(Socket? socket)
    {
        if (socket is not { AddressFamily: AddressFamily.Unix })
        {
            return null;
        }

        try
        {
            Span<byte> credentials = stackalloc byte[12]; // pid, uid and gid
            socket.GetRawSocketOption(SocketLevel, PeerCredentials, credentials);
            var pid = BinaryPrimitives.ReadInt32LittleEndian(credentials);
            using var process = pid > 0 ? Process.GetProcessById(pid) : null;
            return process?.StartTime.ToUniversalTime() + Early;
        }
        catch (Exception e) when (e is SocketException or ArgumentException or InvalidOperationException or Win32Exception or NotSupportedException)
        {
            return null;
        }
    }
}
