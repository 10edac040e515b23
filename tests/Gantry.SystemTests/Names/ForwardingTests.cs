using System.Net;
using System.Net.Sockets;

namespace Gantry.SystemTests.Names;

[Collection(NameStage.Alone)]
public sealed class ForwardingTests
{
    [Theory]
    [InlineData("example.com")]
    [InlineData("single")]
    public async Task Other_names_are_asked_of_the_server(string name)
    {
        await using var stage = new NameStage();
        var upstream = stage.Serve((query, _) => Dns.Answer(query, "192.0.2.1"));
        var client = stage.CreateContainer("client", "172.18.0.3", [upstream.EndPoint]);
        Assert.Equal("192.0.2.1\n", await NameStage.DigAsync(client, "+short +notcp " + name));
        Assert.Equal("192.0.2.1\n", await NameStage.DigAsync(client, "+short +tcp " + name));
        Assert.All(upstream.Queries, query => Assert.Equal(name, Dns.Name(query)));
    }

    [Fact]
    public async Task A_single_label_stays_here_where_the_user_set_ndots()
    {
        await using var stage = new NameStage();
        var upstream = stage.Serve((query, _) => Dns.Answer(query, "192.0.2.1"));
        var client = stage.CreateContainer("client", "172.18.0.3");
        stage.Service.Open(client, NameStage.Settings([upstream.EndPoint]) with { NdotsSet = true });
        Assert.Contains("status: NOERROR", await NameStage.DigAsync(client, "single"), StringComparison.Ordinal);
        Assert.Empty(upstream.Queries);
        Assert.Equal("192.0.2.1\n", await NameStage.DigAsync(client, "+short single.example"));
    }

    [Theory]
    [InlineData(3, "NXDOMAIN")]
    [InlineData(2, "SERVFAIL")]
    [InlineData(5, "REFUSED")]
    public async Task A_servers_no_is_passed_on(byte code, string status)
    {
        await using var stage = new NameStage();
        var upstream = stage.Serve((query, _) => Dns.Response(query, code));
        var client = stage.CreateContainer("client", "172.18.0.3", [upstream.EndPoint]);
        Assert.Contains("status: " + status, await NameStage.DigAsync(client, "nothing.example"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_is_reached_from_inside_the_container()
    {
        await using var stage = new NameStage();
        var client = stage.CreateContainer("client", "172.18.0.3");
        var inside = stage.ServeIn(client, (query, _) => Dns.Answer(query, "192.0.2.7"));
        stage.Service.Open(client, NameStage.Settings([inside.EndPoint], fromHost: false));
        Assert.Equal("192.0.2.7\n", await NameStage.DigAsync(client, "+short +notcp example.com"));
        Assert.Equal("192.0.2.7\n", await NameStage.DigAsync(client, "+short +tcp example.com"));
    }

    [Fact]
    public async Task A_silent_or_refusing_first_server_is_passed_over_and_not_waited_for_again()
    {
        await using var stage = new NameStage();
        var silent = stage.Serve((_, _) => null);
        var refusing = stage.Serve((query, _) => Dns.Response(query, 5));
        var good = stage.Serve((query, _) => Dns.Name(query).StartsWith("no", StringComparison.Ordinal) ? Dns.Response(query, 3) : Dns.Answer(query, "192.0.2.1"));
        // Nobody listens here.
        var closed = new IPEndPoint(IPAddress.Loopback, 9);
        var client = stage.CreateContainer("client", "172.18.0.3", [silent.EndPoint, closed, refusing.EndPoint, good.EndPoint]);
        Assert.Equal("192.0.2.1\n", await NameStage.DigAsync(client, "+short +notcp +time=1 first.example"));
        Assert.Contains("NXDOMAIN", await NameStage.DigAsync(client, "+notcp +time=1 no.example"), StringComparison.Ordinal);
        Assert.Equal("192.0.2.1\n", await NameStage.DigAsync(client, "+short +tcp +time=1 first.example"));

        await Task.Delay(2200, TestContext.Current.CancellationToken);
        var asked = silent.Queries.Count;
        for (var i = 0; i < 5; i++) Assert.Equal("192.0.2.1\n", await NameStage.DigAsync(client, "+short +notcp +time=1 again.example"));
        Assert.Equal(asked, silent.Queries.Count);
    }

    [Fact]
    public async Task The_first_server_knows_best_when_it_is_only_slow()
    {
        await using var stage = new NameStage();
        // It answers once the second one was asked and had its say.
        using var asked = new SemaphoreSlim(0);
        var slow = stage.Serve((query, _) =>
        {
            asked.Wait(TimeSpan.FromSeconds(3));
            Thread.Sleep(10);
            return Dns.Answer(query, "10.9.9.9");
        });
        var outside = stage.Serve((query, _) =>
        {
            asked.Release();
            return Dns.Response(query, 3);
        });
        var client = stage.CreateContainer("client", "172.18.0.3", [slow.EndPoint, outside.EndPoint]);
        for (var i = 0; i < 3; i++) Assert.Equal("10.9.9.9\n", await NameStage.DigAsync(client, "+short internal.example"));
    }

    [Fact]
    public async Task Answers_that_do_not_fit_the_question_are_not_believed()
    {
        await using var stage = new NameStage();
        UpstreamDouble? upstream = null;
        upstream = stage.Serve((query, _) =>
        {
            var port = new IPEndPoint(IPAddress.Loopback, upstream!.SourcePorts.Last());
            byte[] otherId = [.. Dns.Answer(query, "6.6.6.6")];
            otherId[0] ^= 0xff;
            upstream.Send(otherId, port);
            var otherName = Dns.Answer(Dns.Query("other.example", id: (ushort)((query[0] << 8) | query[1])), "6.6.6.6");
            upstream.Send(otherName, port);
            upstream.Send(Dns.Query("real.example", id: (ushort)((query[0] << 8) | query[1])), port);
            upstream.Send([1, 2, 3], port);
            using var stranger = stage.Namespaces.Within(stage.Host, () => new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp));
            stranger.SendTo(Dns.Answer(query, "6.6.6.6"), port);
            return Dns.Answer(query, "192.0.2.1");
        });
        var client = stage.CreateContainer("client", "172.18.0.3", [upstream.EndPoint]);
        for (var i = 0; i < 20; i++) Assert.Equal("192.0.2.1\n", await NameStage.DigAsync(client, "+short +notcp real.example"));
        Assert.InRange(upstream.SourcePorts.Distinct().Count(), 15, 20);
        Assert.InRange(upstream.Queries.Select(query => (query[0] << 8) | query[1]).Distinct().Count(), 19, 20);
    }

    [Fact]
    public async Task Large_answers_come_whole_over_TCP()
    {
        await using var stage = new NameStage();
        var addresses = Enumerable.Range(0, 4000).Select(n => new IPAddress([10, 1, (byte)(n >> 8), (byte)n]).ToString()).ToArray();
        var upstream = stage.Serve((query, overTcp) =>
        {
            if (overTcp) return Dns.Answer(query, addresses);
            var cut = Dns.Answer(query);
            cut[2] |= 2;
            return cut;
        });
        var rude = stage.Serve((query, overTcp) => Dns.Answer(query, addresses[..(overTcp ? 4000 : 1000)]));
        var client = stage.CreateContainer("client", "172.18.0.3", [upstream.EndPoint]);
        Assert.Equal(4000, (await NameStage.DigAsync(client, "+short large.example")).Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        // A server that sends more than the client takes: cut here.
        stage.Service.Open(client, NameStage.Settings([rude.EndPoint]));
        Assert.Equal(4000, (await NameStage.DigAsync(client, "+short +bufsize=1232 large.example")).Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }

    [Fact]
    public async Task The_option_record_reaches_the_server_as_it_was()
    {
        await using var stage = new NameStage();
        var upstream = stage.Serve((query, _) => Dns.Answer(query, "192.0.2.1"));
        var client = stage.CreateContainer("client", "172.18.0.3", [upstream.EndPoint]);
        await NameStage.DigAsync(client, "+notcp +bufsize=1400 +dnssec +nocookie example.com");
        byte[] option = [0, 0, 41, 0x05, 0x78, 0, 0, 0x80, 0, 0, 0];
        Assert.True(upstream.Queries.TryDequeue(out var query));
        Assert.Equal(option, query[^option.Length..]);
    }

    [Fact]
    public async Task No_server_answering_is_a_failure_in_time()
    {
        await using var stage = new NameStage();
        var silent = stage.Serve((_, _) => null);
        var client = stage.CreateContainer("client", "172.18.0.3", [silent.EndPoint]);
        Assert.Contains("SERVFAIL", await NameStage.DigAsync(client, "+notcp +time=5 example.com"), StringComparison.Ordinal);
        Assert.InRange(silent.Queries.Count, 2, 4);
        stage.Service.Open(client, NameStage.Settings([new IPEndPoint(IPAddress.Loopback, 9)]));
        Assert.Contains("SERVFAIL", await NameStage.DigAsync(client, "+notcp +time=1 example.com"), StringComparison.Ordinal);
        Assert.Contains("SERVFAIL", await NameStage.DigAsync(client, "+tcp +time=1 example.com"), StringComparison.Ordinal);
    }
}
