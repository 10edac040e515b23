using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Gantry.SystemTests.Networks;

/// <summary>A server inside a namespace that tells each client its address, and the client that asks.</summary>
internal static class Echo
{
    public static IDisposable Serve(SafeFileHandle space, IPAddress address, ushort port)
    {
        var listener = StackWorld.Run(space, () =>
        {
            var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            if (address.AddressFamily == AddressFamily.InterNetworkV6) socket.DualMode = true;
            socket.Bind(new IPEndPoint(address, port));
            socket.Listen(64);
            return socket;
        });
        _ = Task.Run(async () =>
        {
            try
            {
                while (true)
                {
                    using var client = await listener.AcceptAsync();
                    var from = ((IPEndPoint)client.RemoteEndPoint!).Address;
                    await client.SendAsync(Encoding.ASCII.GetBytes((from.IsIPv4MappedToIPv6 ? from.MapToIPv4() : from).ToString()));
                    client.Shutdown(SocketShutdown.Send);
                }
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                // The test is over.
            }
        });
        return listener;
    }

    /// <summary>What the server says; null when none answers within a second.</summary>
    public static string? Ask(SafeFileHandle space, IPAddress address, ushort port)
    {
        using var socket = StackWorld.Run(space, () => new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp));
        socket.ReceiveTimeout = 1000;
        try
        {
            if (!socket.ConnectAsync(address, port).Wait(TimeSpan.FromSeconds(1))) return null;
            var buffer = new byte[64];
            var received = socket.Receive(buffer);
            return received == 0 ? null : Encoding.ASCII.GetString(buffer, 0, received);
        }
        catch (Exception e) when (e is SocketException or AggregateException)
        {
            return null;
        }
    }
}
