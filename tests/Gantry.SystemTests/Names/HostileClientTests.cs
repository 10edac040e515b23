using System.Net;
using System.Net.Sockets;

namespace Gantry.SystemTests.Names;

[Collection(NameStage.Alone)]
public sealed class HostileClientTests
{
    private static readonly IPEndPoint Resolver = new(IPAddress.Parse("127.0.0.11"), 53);

    [Fact]
    public async Task Garbage_is_survived()
    {
        await using var stage = new NameStage();
        var upstream = stage.Serve((query, _) => Dns.Answer(query, "192.0.2.1"));
        var client = stage.CreateContainer("client", "172.18.0.3", [upstream.EndPoint]);
        var random = new Random(1);
        using var udp = stage.Socket(client, ProtocolType.Udp);
        for (var i = 0; i < 20_000; i++)
        {
            var message = i % 2 == 0 ? new byte[random.Next(600)] : Dns.Query("client.net.example");
            if (i % 2 == 0) random.NextBytes(message);
            else message[random.Next(message.Length)] = (byte)random.Next(256);
            udp.SendTo(message, Resolver);
        }

        for (var i = 0; i < 50; i++)
        {
            using var tcp = stage.Socket(client, ProtocolType.Tcp);
            tcp.Connect(Resolver);
            var message = new byte[random.Next(2000)];
            random.NextBytes(message);
            tcp.Send(message);
        }

        Assert.Equal("172.18.0.3\n", await NameStage.DigAsync(client, "+short +notcp client"));
        Assert.Equal("172.18.0.3\n", await NameStage.DigAsync(client, "+short +tcp client"));
    }

    [Fact]
    public async Task Many_queries_may_stand_in_one_connection_and_others_hold_none_up()
    {
        await using var stage = new NameStage();
        var upstream = stage.Serve((query, _) => Dns.Answer(query, "192.0.2.1"));
        var client = stage.CreateContainer("client", "172.18.0.3", [upstream.EndPoint]);
        // Connections that say nothing, or promise a message that does not come.
        for (var i = 0; i < 40; i++)
        {
            var idle = stage.Socket(client, ProtocolType.Tcp);
            idle.Connect(Resolver);
            if (i % 2 == 0) idle.Send([0x0f, 0xff, 1]);
        }

        using var tcp = stage.Socket(client, ProtocolType.Tcp);
        tcp.Connect(Resolver);
        const int count = 3000;
        List<byte> all = [];
        for (var i = 0; i < count; i++)
        {
            var query = Dns.Query(i % 3 == 0 ? "elsewhere.example" : "client", id: (ushort)i);
            all.AddRange([0, (byte)query.Length, .. query]);
        }

        var sending = Task.Run(() => tcp.Send([.. all]), TestContext.Current.CancellationToken);
        await using var stream = new NetworkStream(tcp);
        var seen = new HashSet<int>();
        var prefix = new byte[2];
        while (seen.Count < count)
        {
            await stream.ReadExactlyAsync(prefix, TestContext.Current.CancellationToken);
            var answer = new byte[(prefix[0] << 8) | prefix[1]];
            await stream.ReadExactlyAsync(answer, TestContext.Current.CancellationToken);
            Assert.Equal(1, Dns.AnswerCount(answer));
            Assert.True(seen.Add((answer[0] << 8) | answer[1]));
        }

        await sending;
    }

    [Fact]
    public async Task More_queries_than_can_be_forwarded_at_once_are_refused_and_local_names_still_answered()
    {
        await using var stage = new NameStage();
        var silent = stage.Serve((_, _) => null);
        var client = stage.CreateContainer("client", "172.18.0.3", [silent.EndPoint]);
        using var udp = stage.Socket(client, ProtocolType.Udp);
        udp.Connect(Resolver);
        udp.ReceiveBufferSize = 1 << 20;
        for (var i = 0; i < 2000; i++)
        {
            udp.Send(Dns.Query("elsewhere.example", id: (ushort)i));
            // More at once would not even fit into the resolver's socket.
            if (i % 100 == 99) await Task.Delay(20, TestContext.Current.CancellationToken);
        }

        var buffer = new byte[512];
        udp.ReceiveTimeout = 5000;
        udp.Receive(buffer);
        Assert.Equal(5, buffer[3] & 0xf);
        Assert.Equal("172.18.0.3\n", await NameStage.DigAsync(client, "+short +notcp client"));
    }
}
