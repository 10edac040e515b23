using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Gantry.Linux.Poll;
using Gantry.Linux.Sockets;
using Gantry.Runtime.Monitor;
using Gantry.Runtime.Monitor.Client;
using Gantry.Runtime.Monitor.Server;

namespace Gantry.Tests.Monitor;

public sealed class PortRelayTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Both_directions_carry_all_bytes_unchanged_at_once()
    {
        using var stage = new RelayStage();
        var (client, server) = await stage.ConnectAsync();
        const int size = 64 * 1024 * 1024;
        var results = await Task.WhenAll(SendAsync(client, size, 1), SendAsync(server, size, 2), ReceiveAsync(client), ReceiveAsync(server));
        Assert.Equal(results[0], results[3]);
        Assert.Equal(results[1], results[2]);
    }

    [Fact]
    public async Task A_half_closed_connection_still_answers()
    {
        using var stage = new RelayStage();
        var (client, server) = await stage.ConnectAsync();
        await client.SendAsync("question"u8.ToArray(), Ct);
        client.Shutdown(SocketShutdown.Send);
        var received = new byte[100];
        Assert.Equal(8, await server.ReceiveAsync(received, Ct));
        Assert.Equal(0, await server.ReceiveAsync(received, Ct));
        await server.SendAsync("answer"u8.ToArray(), Ct);
        Assert.Equal(6, await client.ReceiveAsync(received, Ct));
        server.Shutdown(SocketShutdown.Send);
        Assert.Equal(0, await client.ReceiveAsync(received, Ct));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_reset_goes_through(bool byClient)
    {
        using var stage = new RelayStage();
        var (client, server) = await stage.ConnectAsync();
        var (from, to) = byClient ? (client, server) : (server, client);
        from.LingerState = new LingerOption(true, 0);
        from.Dispose();
        var error = await Assert.ThrowsAsync<SocketException>(async () => await to.ReceiveAsync(new byte[1], Ct));
        Assert.Equal(SocketError.ConnectionReset, error.SocketErrorCode);
    }

    [Fact]
    public async Task A_client_waits_for_a_container_that_does_not_listen_yet()
    {
        using var stage = new RelayStage(patience: 60_000);
        using var late = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        late.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        using var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        using var gone = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        var relay = stage.Relay(ProtocolType.Tcp, (IPEndPoint)late.LocalEndPoint!);
        await gone.ConnectAsync(relay, Ct);
        gone.Dispose();
        await client.ConnectAsync(relay, Ct);
        await client.SendAsync("early"u8.ToArray(), Ct);
        await Task.Delay(100, Ct);
        late.Listen();
        // Of the client that went away there may be a connection, too.
        var received = new byte[5];
        var count = 0;
        while (count == 0)
        {
            using var server = await late.AcceptAsync(Ct);
            count = await server.ReceiveAsync(received, Ct);
            if (count > 0) await server.SendAsync("answer"u8.ToArray(), Ct);
        }

        Assert.Equal("early"u8.ToArray(), received);
        var answer = new byte[6];
        Assert.Equal(6, await client.ReceiveAsync(answer, Ct));
        Assert.Equal("answer"u8.ToArray(), answer);
    }

    [Fact]
    public async Task Where_nobody_listens_the_client_is_reset()
    {
        using var stage = new RelayStage();
        var (listener, target) = stage.Listen(ProtocolType.Tcp);
        listener.Dispose();
        using var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        var port = stage.Relay(ProtocolType.Tcp, target);
        await Assert.ThrowsAsync<SocketException>(async () =>
        {
            await client.ConnectAsync(port, Ct);
            await client.ReceiveAsync(new byte[1], Ct);
        });
    }

    [Fact]
    public async Task A_slow_reader_slows_its_sender_and_nobody_else()
    {
        using var stage = new RelayStage();
        var (client, server) = await stage.ConnectAsync();
        client.Blocking = false;
        var sent = 0L;
        var block = new byte[1024 * 1024];
        for (var quiet = 0; quiet < 20;)
        {
            var count = client.Send(block, SocketFlags.None, out _);
            sent += Math.Max(0, count);
            quiet = count > 0 ? 0 : quiet + 1;
            if (count <= 0) await Task.Delay(10, Ct);
        }

        // It filled the buffers and stopped; the loop has nothing to do.
        Assert.InRange(sent, 1, 64 * 1024 * 1024);
        var (other, otherServer) = await stage.ConnectAsync();
        await other.SendAsync("quick"u8.ToArray(), Ct);
        Assert.Equal(5, await otherServer.ReceiveAsync(block, Ct));
        client.Shutdown(SocketShutdown.Send);
        var received = 0L;
        for (int count; (count = await server.ReceiveAsync(block, Ct)) > 0;) received += count;
        Assert.Equal(sent, received);
    }

    [Fact]
    public async Task A_connection_that_is_stuck_and_half_gone_costs_no_time()
    {
        using var stage = new RelayStage();
        var (client, server) = await stage.ConnectAsync();
        client.Blocking = false;
        for (var quiet = 0; quiet < 20;)
        {
            quiet = client.Send(new byte[1024 * 1024], SocketFlags.None, out _) > 0 ? 0 : quiet + 1;
            if (quiet > 0) await Task.Delay(10, Ct);
        }

        // Both have ended what they send, and what the client sent is not read: its socket hangs up, again and again.
        server.Shutdown(SocketShutdown.Send);
        client.Shutdown(SocketShutdown.Send);
        await Task.Delay(100, Ct);
        var before = stage.Rounds;
        await Task.Delay(300, Ct);
        Assert.InRange(stage.Rounds - before, 0, 20);
    }

    [Fact]
    public async Task A_thousand_connections_are_served_side_by_side()
    {
        using var stage = new RelayStage();
        var (listener, target) = stage.Listen(ProtocolType.Tcp);
        _ = Task.Run(
            async () =>
            {
                while (true)
                {
                    var server = await listener.AcceptAsync();
                    _ = Task.Run(async () =>
                    {
                        using (server)
                        {
                            var buffer = new byte[4096];
                            for (int count; (count = await server.ReceiveAsync(buffer)) > 0;) await server.SendAsync(buffer.AsMemory(0, count));
                        }
                    });
                }
            },
            Ct);
        var port = stage.Relay(ProtocolType.Tcp, target);
        var clients = await Task.WhenAll(Enumerable.Range(0, 1000).Select(async _ =>
        {
            var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            await client.ConnectAsync(port, Ct);
            return client;
        }));
        var buffers = new byte[clients.Length][];
        for (var round = 0; round < 3; round++)
        {
            for (var i = 0; i < clients.Length; i++) await clients[i].SendAsync(BitConverter.GetBytes(i + round), Ct);
            for (var i = 0; i < clients.Length; i++)
            {
                buffers[i] ??= new byte[4];
                Assert.Equal(4, await clients[i].ReceiveAsync(buffers[i], Ct));
                Assert.Equal(i + round, BitConverter.ToInt32(buffers[i]));
            }
        }

        foreach (var client in clients) client.Dispose();
    }

    [Fact]
    public async Task A_removed_group_closes_its_ports_and_connections()
    {
        using var stage = new RelayStage();
        var (client, _) = await stage.ConnectAsync();
        var kept = stage.Relay(ProtocolType.Tcp, stage.Listen(ProtocolType.Tcp).Target, "other");
        var port = (IPEndPoint)client.RemoteEndPoint!;
        stage.Do(() => stage.Relays.Remove("g"));
        await Assert.ThrowsAsync<SocketException>(async () => await client.ReceiveAsync(new byte[1], Ct));
        using var again = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await Assert.ThrowsAsync<SocketException>(async () => await again.ConnectAsync(port, Ct));
        using var other = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await other.ConnectAsync(kept, Ct);
    }

    [Fact]
    public async Task Datagrams_find_their_way_back_to_each_client()
    {
        using var stage = new RelayStage();
        var (server, target) = stage.Listen(ProtocolType.Udp);
        var port = stage.Relay(ProtocolType.Udp, target);
        var clients = Enumerable.Range(0, 1100).Select(_ => new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp)).ToArray();
        var buffer = new byte[65536];
        for (var i = 0; i < clients.Length; i++)
        {
            var data = new byte[i == 0 ? 60_000 : i % 4 == 0 ? 0 : 100];
            Array.Fill(data, (byte)i);
            await clients[i].SendToAsync(data, port, Ct);
            var received = await server.ReceiveFromAsync(buffer, new IPEndPoint(IPAddress.Any, 0), Ct);
            Assert.Equal(data, buffer[..received.ReceivedBytes]);
            await server.SendToAsync(data, received.RemoteEndPoint, Ct);
            var answer = await clients[i].ReceiveFromAsync(buffer, new IPEndPoint(IPAddress.Any, 0), Ct);
            Assert.Equal((data.Length, port), (answer.ReceivedBytes, answer.RemoteEndPoint));
        }

        foreach (var client in clients) client.Dispose();
    }

    [Fact]
    public async Task A_datagram_to_a_server_that_comes_late_is_the_only_one_lost()
    {
        using var stage = new RelayStage();
        var (late, target) = stage.Listen(ProtocolType.Udp);
        late.Dispose();
        var port = stage.Relay(ProtocolType.Udp, target);
        using var client = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        await client.SendToAsync("lost"u8.ToArray(), port, Ct);
        await Task.Delay(50, Ct);
        using var server = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        server.Bind(target);
        await client.SendToAsync("found"u8.ToArray(), port, Ct);
        Assert.Equal(5, await server.ReceiveAsync(new byte[100], Ct));
    }

    [Fact]
    public async Task A_monitor_takes_ports_over_its_socket_and_keeps_them_when_the_daemon_goes()
    {
        var directory = Directory.CreateTempSubdirectory("gantry-ports-");
        using var stage = new RelayStage();
        var settings = new MonitorSettings { Id = "c", ExitPath = Path.Combine(directory.FullName, "exit.json"), LogDriver = "none" };
        using var opened = UnixSocket.OpenDirectory(directory.FullName);
        var paths = new MonitorPaths(directory.FullName, settings.ExitPath);
        var monitor = new MonitorServer(paths, stage.Loop, null, new MonitorOptions("c", false, false, false, false, "true"));
        stage.Do(() => monitor.Listen(UnixSocket.Listen(opened, MonitorSettings.SocketName, 16)));
        try
        {
            var (listener, target) = stage.Listen(ProtocolType.Tcp);
            var bound = Enumerable.Range(0, 150).Select(_ => RelayStage.Bind(ProtocolType.Tcp)).ToArray();
            var ports = bound.Select(socket => (IPEndPoint)socket.LocalEndPoint!).ToArray();
            await using (var daemon = await MonitorClient.ConnectAsync(directory.FullName, settings, null, Ct))
            {
                await daemon.AddPortsAsync("eth0", [.. bound.Select(socket => new MonitorPort(socket.SafeHandle, SocketTransport.Tcp, target))], Ct);
                foreach (var socket in bound) socket.Dispose();
            }

            foreach (var port in ports)
            {
                using var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                await client.ConnectAsync(port, Ct);
                using var server = await listener.AcceptAsync(Ct);
                await server.SendAsync("here"u8.ToArray(), Ct);
                Assert.Equal(4, await client.ReceiveAsync(new byte[10], Ct));
            }

            await using var returned = await MonitorClient.ConnectAsync(directory.FullName, settings, null, Ct);
            await returned.RemovePortsAsync("eth0", Ct);
            using var late = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            await Assert.ThrowsAsync<SocketException>(async () => await late.ConnectAsync(ports[0], Ct));
        }
        finally
        {
            stage.Do(monitor.Dispose);
            directory.Delete(recursive: true);
        }
    }

    private static async Task<string> SendAsync(Socket socket, int size, int seed)
    {
        var random = new Random(seed);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var block = new byte[100_000];
        for (var sent = 0; sent < size;)
        {
            random.NextBytes(block);
            var part = block.AsMemory(0, Math.Min(block.Length, size - sent));
            hash.AppendData(part.Span);
            for (var done = 0; done < part.Length;) done += await socket.SendAsync(part[done..], Ct);
            sent += part.Length;
        }

        socket.Shutdown(SocketShutdown.Send);
        return Convert.ToHexString(hash.GetHashAndReset());
    }

    private static async Task<string> ReceiveAsync(Socket socket)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var block = new byte[256 * 1024];
        for (int count; (count = await socket.ReceiveAsync(block, Ct)) > 0;) hash.AppendData(block.AsSpan(0, count));
        return Convert.ToHexString(hash.GetHashAndReset());
    }
}
