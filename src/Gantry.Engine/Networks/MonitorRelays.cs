using Gantry.Linux.Sockets;
using Gantry.Network;
using Gantry.Runtime.Monitor.Client;

namespace Gantry.Engine.Networks;

/// <summary>Published ports in the hands of a container's monitor, whose life is theirs.</summary>
internal static class MonitorRelays
{
    private const string Group = "published";

    public static async Task ServeAsync(MonitorClient monitor, PortLease? ports, CancellationToken cancellationToken)
    {
        if (ports is { Relays.Count: > 0 })
        {
            await monitor.AddPortsAsync(Group, [.. ports.Relays.Select(Port)], cancellationToken).ConfigureAwait(false);
        }
    }

    public static Task StopAsync(MonitorClient monitor, CancellationToken cancellationToken) => monitor.RemovePortsAsync(Group, cancellationToken);

    private static MonitorPort Port(PortRelay relay) => new(
        relay.Socket,
        relay.Protocol switch
        {
            "udp" => SocketTransport.Udp,
            "sctp" => SocketTransport.Sctp,
            _ => SocketTransport.Tcp,
        },
        relay.Target);
}
