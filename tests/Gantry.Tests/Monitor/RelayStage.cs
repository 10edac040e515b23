using System.Net;
using System.Net.Sockets;
using Gantry.Linux;
using Gantry.Linux.Poll;
using Gantry.Linux.Sockets;
using Gantry.Runtime.Monitor.Ports;
using Gantry.Runtime.Monitor.Protocol;

namespace Gantry.Tests.Monitor;

/// <summary>Relays on a loop of their own, as a monitor has them, between sockets of loopback.</summary>
internal sealed class RelayStage : IDisposable
{
    private readonly LoopThread loop = new();
    private readonly List<IDisposable> owned = [];

    /// <param name="patience">Milliseconds for which a target need not listen.</param>
    public RelayStage(int patience = 0) => Relays = new PortRelays(Loop) { Patience = patience };

    public PollLoop Loop => loop.Loop;

    /// <summary>How often the loop woke.</summary>
    public int Rounds => loop.Rounds;

    public PortRelays Relays { get; }

    /// <summary>Relays a new port to a target, and says which port.</summary>
    public IPEndPoint Relay(ProtocolType protocol, IPEndPoint target, string group = "g")
    {
        using var socket = Bind(protocol);
        var port = (IPEndPoint)socket.LocalEndPoint!;
        var copy = FileDescriptor.DuplicateOf(socket.SafeHandle);
        Do(() => Relays.Add(group, [new PortTarget(protocol == ProtocolType.Udp ? SocketTransport.Udp : SocketTransport.Tcp, target)], [copy]));
        return port;
    }

    public static Socket Bind(ProtocolType protocol)
    {
        var socket = new Socket(AddressFamily.InterNetwork, protocol == ProtocolType.Udp ? SocketType.Dgram : SocketType.Stream, protocol);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        if (protocol == ProtocolType.Tcp) socket.Listen(1024);
        return socket;
    }

    /// <summary>What a container listens with.</summary>
    public (Socket Socket, IPEndPoint Target) Listen(ProtocolType protocol)
    {
        var socket = Bind(protocol);
        owned.Add(socket);
        return (socket, (IPEndPoint)socket.LocalEndPoint!);
    }

    /// <summary>A client's connection and the container's end of it.</summary>
    public async Task<(Socket Client, Socket Server)> ConnectAsync(int receiveBuffer = 0)
    {
        var (listener, target) = Listen(ProtocolType.Tcp);
        if (receiveBuffer > 0) listener.ReceiveBufferSize = receiveBuffer;
        var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        owned.Add(client);
        await client.ConnectAsync(Relay(ProtocolType.Tcp, target));
        var server = await listener.AcceptAsync();
        owned.Add(server);
        return (client, server);
    }

    /// <summary>Something done on the loop's thread.</summary>
    public void Do(Action action) => loop.Do(action);

    public void Dispose()
    {
        Do(Relays.Dispose);
        loop.Dispose();
        owned.ForEach(o => o.Dispose());
    }
}
