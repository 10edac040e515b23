using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Gantry.SystemTests.Names;

/// <summary>A DNS server that answers what a test says, over UDP and TCP on one port of loopback.</summary>
internal sealed class UpstreamDouble : IDisposable
{
    private readonly Socket datagrams;
    private readonly Socket listener;
    private readonly Func<byte[], bool, byte[]?> answer;

    /// <param name="within">Opens the sockets where they are to be.</param>
    /// <param name="answer">Given the query, and whether it came over TCP; null says nothing.</param>
    public UpstreamDouble(Func<Func<(Socket, Socket)>, (Socket, Socket)> within, Func<byte[], bool, byte[]?> answer)
    {
        this.answer = answer;
        (datagrams, listener) = within(static () =>
        {
            var udp = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            udp.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            var tcp = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            tcp.Bind(udp.LocalEndPoint!);
            tcp.Listen();
            return (udp, tcp);
        });
        _ = Task.Run(ServeDatagramsAsync);
        _ = Task.Run(ServeConnectionsAsync);
    }

    public IPEndPoint EndPoint => (IPEndPoint)datagrams.LocalEndPoint!;

    public ConcurrentQueue<byte[]> Queries { get; } = new();

    public ConcurrentQueue<int> SourcePorts { get; } = new();

    /// <summary>Sends from the server's own socket, whenever the test likes.</summary>
    public void Send(byte[] message, EndPoint receiver) => datagrams.SendTo(message, receiver);

    public void Dispose()
    {
        datagrams.Dispose();
        listener.Dispose();
    }

    private async Task ServeDatagramsAsync()
    {
        try
        {
            var buffer = new byte[65536];
            while (true)
            {
                var received = await datagrams.ReceiveFromAsync(buffer, new IPEndPoint(IPAddress.Any, 0));
                var query = buffer[..received.ReceivedBytes];
                Queries.Enqueue(query);
                SourcePorts.Enqueue(((IPEndPoint)received.RemoteEndPoint).Port);
                // A thread of its own: some answers wait, and the pool's threads come late.
                new Thread(() => Answer(query, received.RemoteEndPoint)) { IsBackground = true }.Start();
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Disposed.
        }
    }

    private void Answer(byte[] query, EndPoint client)
    {
        try
        {
            if (answer(query, false) is { } reply) datagrams.SendTo(reply, client);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Disposed meanwhile.
        }
    }

    private async Task ServeConnectionsAsync()
    {
        try
        {
            while (true)
            {
                using var connection = await listener.AcceptAsync();
                using var stream = new NetworkStream(connection);
                var prefix = new byte[2];
                await stream.ReadExactlyAsync(prefix);
                var query = new byte[BinaryPrimitives.ReadUInt16BigEndian(prefix)];
                await stream.ReadExactlyAsync(query);
                Queries.Enqueue(query);
                if (answer(query, true) is not { } reply) continue;
                BinaryPrimitives.WriteUInt16BigEndian(prefix, (ushort)reply.Length);
                await stream.WriteAsync(prefix);
                await stream.WriteAsync(reply);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or IOException)
        {
            // Disposed, or the client is gone.
        }
    }
}
