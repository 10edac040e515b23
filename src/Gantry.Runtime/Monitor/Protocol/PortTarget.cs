using System.Net;
using Gantry.Linux.Sockets;
using Gantry.Spec;

namespace Gantry.Runtime.Monitor.Protocol;

/// <summary>Where a relayed port leads.</summary>
/// <param name="Transport">How.</param>
/// <param name="EndPoint">The container's address and port, reachable from the monitor's network namespace.</param>
internal sealed record PortTarget(SocketTransport Transport, IPEndPoint EndPoint)
{
    public void Write(FlatWriter frame) =>
        frame.Byte((byte)Transport).Bytes(EndPoint.Address.GetAddressBytes()).UInt16((ushort)EndPoint.Port);

    public static PortTarget Read(ref FlatReader reader)
    {
        var transport = (SocketTransport)reader.Byte();
        var address = reader.Bytes();
        if (!Enum.IsDefined(transport) || address.Length is not (4 or 16))
        {
            throw new InvalidArgumentException($"monitor frame has a port of transport {(byte)transport} to an address of {address.Length} bytes");
        }

        return new PortTarget(transport, new IPEndPoint(new IPAddress(address), reader.UInt16()));
    }
}
