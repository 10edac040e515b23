using System.Buffers.Binary;
using System.Net;
using Gantry.Linux.Native;
using Microsoft.Win32.SafeHandles;

namespace Gantry.Linux.Sockets;

/// <summary>Protocols with ports, by their numbers (https://man7.org/linux/man-pages/man5/protocols.5.html).</summary>
public enum PortProtocol
{
    Tcp = 6,
    Udp = 17,
    Sctp = 132,
}

/// <summary>
/// Sockets that hold a port of the calling thread's network namespace
/// (https://man7.org/linux/man-pages/man7/ip.7.html, https://man7.org/linux/man-pages/man7/ipv6.7.html).
/// </summary>
public static unsafe class InternetSocket
{
    private const int Stream = 1;
    private const int Datagram = 2;
    private const int CloseOnExec = 0x80000;
    private const int NonBlocking = 0x800;
    private const int Backlog = 4096;
    private const int SocketLevel = 1;
    private const int ReuseAddress = 2;
    private const int IPv6Level = 41;
    private const int IPv6Only = 26;

    /// <summary>
    /// A bound socket that does not block, listening where the protocol has connections; IPv6 ones take IPv6 alone. Null with
    /// the error where the kernel refuses.
    /// </summary>
    public static SafeFileHandle? TryBind(PortProtocol protocol, IPAddress address, ushort port, out Errno error)
    {
        var isIPv6 = address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6;
        var type = protocol == PortProtocol.Udp ? Datagram : Stream;
        var descriptor = Libc.OpenSocket(isIPv6 ? 10 : 2, type | CloseOnExec | NonBlocking, (int)protocol);
        if (descriptor < 0)
        {
            error = Libc.LastError;
            return null;
        }

        var one = 1;
        var size = WriteAddress(address, port, out var native);
        // Connections that linger from an earlier server do not hold a listener up; for udp the option would share the port.
        var isBound = (type == Datagram || Libc.SetSocketOption(descriptor, SocketLevel, ReuseAddress, &one, sizeof(int)) == 0)
            && (!isIPv6 || Libc.SetSocketOption(descriptor, IPv6Level, IPv6Only, &one, sizeof(int)) == 0)
            && Libc.Bind(descriptor, &native, size) == 0
            && (type == Datagram || Libc.Listen(descriptor, Backlog) == 0);
        error = isBound ? Errno.None : Libc.LastError;
        if (isBound) return new SafeFileHandle(descriptor, ownsHandle: true);
        _ = Libc.Close(descriptor);
        return null;
    }

    /// <summary>struct sockaddr_in or sockaddr_in6, in the room of the largest address.</summary>
    private static uint WriteAddress(IPAddress address, ushort port, out Libc.UnixAddress native)
    {
        const int bytesV4 = 16;
        const int bytesV6 = 28;
        native = default;
        var isIPv6 = address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6;
        native.Family = isIPv6 ? (ushort)10 : (ushort)2;
        fixed (byte* path = native.Path)
        {
            var rest = new Span<byte>(path, bytesV6);
            BinaryPrimitives.WriteUInt16BigEndian(rest, port);
            address.TryWriteBytes(rest[(isIPv6 ? 6 : 2)..], out _);
            if (isIPv6) BinaryPrimitives.WriteUInt32LittleEndian(rest[22..], (uint)address.ScopeId);
        }

        return isIPv6 ? (uint)bytesV6 : bytesV4;
    }
}
