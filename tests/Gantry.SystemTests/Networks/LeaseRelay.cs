using System.Net.Sockets;
using Gantry.Network;
using Microsoft.Win32.SafeHandles;

namespace Gantry.SystemTests.Networks;

/// <summary>What the monitor does with a lease's sockets for tcp, as far as these tests need it.</summary>
internal static class LeaseRelay
{
    public static IDisposable Serve(SafeFileHandle host, PortLease lease)
    {
        var stop = new CancellationTokenSource();
        foreach (var relay in lease.Relays.Where(r => r.Protocol == "tcp"))
        {
            var listener = new Socket(new SafeSocketHandle(relay.Socket.DangerousGetHandle(), ownsHandle: false));
            _ = Task.Run(async () =>
            {
                while (!stop.IsCancellationRequested)
                {
                    using var client = await listener.AcceptAsync(stop.Token);
                    using var server = StackWorld.Run(host, () => new Socket(relay.Target.AddressFamily, SocketType.Stream, ProtocolType.Tcp));
                    await server.ConnectAsync(relay.Target, stop.Token);
                    var buffer = new byte[256];
                    for (int read; (read = await server.ReceiveAsync(buffer, stop.Token)) > 0;) await client.SendAsync(buffer.AsMemory(0, read), stop.Token);
                    client.Shutdown(SocketShutdown.Send);
                }
            });
        }

        return stop;
    }
}
