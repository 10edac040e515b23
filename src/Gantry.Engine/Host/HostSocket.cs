using System.Net.Sockets;
using Gantry.Linux;
using Gantry.Linux.Poll;

namespace Gantry.Engine.Host;

/// <summary>Sockets of this machine, for those who know no system calls.</summary>
public static class HostSocket
{
    /// <summary>Whether the other side of a Unix socket has read all that was sent.</summary>
    public static bool IsRead(Socket socket)
    {
        using var borrowed = new FileDescriptor((int)socket.Handle, ownsHandle: false);
        return RawIo.Unread(borrowed) == 0;
    }
}
