using Gantry.Network.Records;
using Microsoft.Win32.SafeHandles;

namespace Gantry.Network;

/// <summary>Ports reserved on the host. Disposing it closes this process's copies of the sockets.</summary>
/// <param name="Ports">What was published, for the records and for clients.</param>
/// <param name="Relays">Sockets for the container's monitor to serve.</param>
public sealed record PortLease(IReadOnlyList<PublishedPort> Ports, IReadOnlyList<PortRelay> Relays) : IDisposable
{
    public void Dispose()
    {
        foreach (var relay in Relays) relay.Socket.Dispose();
    }
}

/// <summary>A bound (and, for tcp and sctp, listening) socket of the host whose traffic goes to an address of the container.</summary>
/// <param name="Socket">For the monitor.</param>
/// <param name="Protocol"><c>tcp</c>, <c>udp</c> or <c>sctp</c>.</param>
/// <param name="Target">The container's address and port, reachable from the host.</param>
public sealed record PortRelay(SafeFileHandle Socket, string Protocol, System.Net.IPEndPoint Target);
