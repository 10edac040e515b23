using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Gantry.Linux.Sockets;

/// <summary>
/// struct sockaddr_in or sockaddr_in6 as the kernel has it (ip(7), ipv6(7)): a value that costs nothing to compare or to keep,
/// where an <see cref="IPEndPoint"/> for each datagram would be garbage.
/// </summary>
[StructLayout(LayoutKind.Sequential, Pack = 4)]
public readonly record struct InternetEndPoint
{
    internal const ushort InternetFamily = 2;
    internal const ushort Internet6Family = 10;
    internal const int Size = 28;

    private readonly ushort family;
    private readonly ushort port;
    private readonly uint first;
    private readonly ulong high;
    private readonly ulong low;
    private readonly uint scope;

    public InternetEndPoint(IPEndPoint endPoint)
    {
        ArgumentNullException.ThrowIfNull(endPoint);
        Span<byte> bytes = stackalloc byte[16];
        endPoint.Address.TryWriteBytes(bytes, out _);
        port = ToNetworkOrder((ushort)endPoint.Port);
        if (endPoint.AddressFamily == AddressFamily.InterNetworkV6)
        {
            family = Internet6Family;
            high = MemoryMarshal.Read<ulong>(bytes);
            low = MemoryMarshal.Read<ulong>(bytes[8..]);
            scope = (uint)endPoint.Address.ScopeId;
        }
        else
        {
            family = InternetFamily;
            first = MemoryMarshal.Read<uint>(bytes);
        }
    }

    public AddressFamily Family => IsInternet6 ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork;

    public int Port => ToNetworkOrder(port);

    internal bool IsInternet6 => family == Internet6Family;

    internal uint Length => IsInternet6 ? Size : 16u;

    /// <summary>The same for programs and people; an IPv4 address that came over IPv6 stays as it came.</summary>
    public IPEndPoint ToEndPoint()
    {
        Span<byte> bytes = stackalloc byte[16];
        if (!IsInternet6)
        {
            MemoryMarshal.Write(bytes, first);
            return new IPEndPoint(new IPAddress(bytes[..4]), Port);
        }

        MemoryMarshal.Write(bytes, high);
        MemoryMarshal.Write(bytes[8..], low);
        return new IPEndPoint(new IPAddress(bytes, scope), Port);
    }

    public override string ToString() => ToEndPoint().ToString();

    private static ushort ToNetworkOrder(ushort value) => BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(value) : value;
}
