using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Gantry.Linux.Netlink;
using Gantry.Network;

namespace Gantry.SystemTests.Names;

[Collection(NameStage.Alone)]
public sealed class LocalNameTests
{
    [Fact]
    public async Task Names_of_the_network_are_found_by_the_usual_clients()
    {
        await using var stage = new NameStage();
        stage.CreateContainer("web", "172.18.0.2");
        stage.Publish("web", ["web", "0123456789ab", "Alias"], "172.18.0.2", "fd00::2");
        var client = stage.CreateContainer("client", "172.18.0.3");
        foreach (var transport in new[] { "+notcp", "+tcp" })
        {
            Assert.Equal("172.18.0.2\n", await NameStage.DigAsync(client, $"+short {transport} web"));
            Assert.Equal("172.18.0.2\n", await NameStage.DigAsync(client, $"+short {transport} ALIAS.net"));
            Assert.Equal("fd00::2\n", await NameStage.DigAsync(client, $"+short {transport} -t AAAA 0123456789ab"));
            Assert.Equal("web.net.\n", await NameStage.DigAsync(client, $"+short {transport} -x 172.18.0.2"));
            Assert.Equal("web.net.\n", await NameStage.DigAsync(client, $"+short {transport} -x fd00::2"));
        }

        Assert.Equal("web.\t\t\t600\tIN\tA\t172.18.0.2\n", await NameStage.DigAsync(client, "+noall +answer web"));
        Assert.Contains("172.18.0.2", (await NameStage.RunAsync(client, "busybox nslookup web 127.0.0.11")).Succeeds().Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_local_name_lacks_what_it_does_not_have_and_nobody_else_is_asked()
    {
        await using var stage = new NameStage();
        var upstream = stage.Serve((query, _) => Dns.Response(query, 3));
        var client = stage.CreateContainer("client", "172.18.0.3", [upstream.EndPoint]);
        foreach (var type in new[] { "AAAA", "MX", "TXT", "HTTPS" })
        {
            var answer = await NameStage.DigAsync(client, $"-t {type} client");
            Assert.Contains("status: NOERROR", answer, StringComparison.Ordinal);
            Assert.Contains("ANSWER: 0", answer, StringComparison.Ordinal);
        }

        Assert.Empty(upstream.Queries);
    }

    [Fact]
    public async Task A_name_of_many_addresses_is_whole_over_TCP_and_cut_over_UDP()
    {
        await using var stage = new NameStage();
        var client = stage.CreateContainer("client", "172.18.0.3");
        for (var i = 0; i < 60; i++)
        {
            stage.Publish(string.Create(CultureInfo.InvariantCulture, $"c{i}"), ["c", "many"], string.Create(CultureInfo.InvariantCulture, $"172.18.1.{i}"));
        }

        Assert.Equal(60, (await NameStage.DigAsync(client, "+short +noedns many")).Split('\n', StringSplitOptions.RemoveEmptyEntries).Distinct().Count());
        Assert.Contains("flags: qr tc rd ra", await NameStage.DigAsync(client, "+noedns +ignore many"), StringComparison.Ordinal);
        Assert.Contains("ANSWER: 60", await NameStage.DigAsync(client, "+notcp +bufsize=4096 +ignore many"), StringComparison.Ordinal);
        var firsts = new HashSet<string>();
        for (var i = 0; i < 10; i++) firsts.Add((await NameStage.DigAsync(client, "+short +notcp +bufsize=4096 many")).Split('\n')[0]);
        Assert.Equal(10, firsts.Count);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_server_in_the_container_may_have_port_53_of_all_addresses(bool before)
    {
        await using var stage = new NameStage();
        var sandbox = stage.CreateSandbox("dns");
        if (!before) stage.Service.Open(sandbox, NameStage.Settings([]));
        var udp = stage.Socket(sandbox, ProtocolType.Udp);
        var tcp = stage.Socket(sandbox, ProtocolType.Tcp);
        udp.Bind(new IPEndPoint(IPAddress.Any, 53));
        tcp.Bind(new IPEndPoint(IPAddress.Any, 53));
        tcp.Listen();
        if (before) stage.Service.Open(sandbox, NameStage.Settings([]));
        stage.Publish("dns", ["dns"], "172.18.0.2");
        Assert.Equal("172.18.0.2\n", await NameStage.DigAsync(sandbox, "+short +notcp dns"));
        Assert.Equal("172.18.0.2\n", await NameStage.DigAsync(sandbox, "+short +tcp dns"));

        var client = stage.Socket(sandbox, ProtocolType.Udp);
        client.Connect(new IPEndPoint(IPAddress.Loopback, 53));
        client.Send("theirs"u8);
        var buffer = new byte[100];
        udp.ReceiveTimeout = 5000;
        Assert.Equal(6, udp.Receive(buffer));
    }

    [Fact]
    public async Task Settings_change_while_it_runs_and_a_new_daemon_takes_over()
    {
        await using var stage = new NameStage();
        var sandbox = stage.CreateContainer("client", "172.18.0.3");
        Assert.Contains("SERVFAIL", await NameStage.DigAsync(sandbox, "host.docker.internal"), StringComparison.Ordinal);
        var links = new Dictionary<string, IReadOnlyList<IPAddress>> { ["host.docker.internal"] = [IPAddress.Parse("172.17.0.1")] };
        stage.Service.Open(sandbox, NameStage.Settings([]) with { Links = links });
        Assert.Equal("172.17.0.1\n", await NameStage.DigAsync(sandbox, "+short host.docker.internal"));
        await stage.RestartAsync();
        Assert.Contains("no servers could be reached", await NameStage.DigAsync(sandbox, "+time=1 client"), StringComparison.Ordinal);
        stage.Service.Open(sandbox, NameStage.Settings([]));
        stage.Publish("client", ["client"], "172.18.0.3");
        Assert.Equal("172.18.0.3\n", await NameStage.DigAsync(sandbox, "+short client"));
    }

    [Fact]
    public async Task A_restarted_container_gets_its_resolver_in_its_new_namespace()
    {
        await using var stage = new NameStage();
        stage.CreateContainer("again", "172.18.0.3");
        var again = stage.CreateContainer("again", "172.18.0.4");
        Assert.Equal("172.18.0.4\n", await NameStage.DigAsync(again, "+short again"));
    }

    [Fact]
    public async Task A_closed_resolver_lets_the_namespace_go()
    {
        await using var stage = new NameStage();
        using var maker = new NetworkNamespaces();
        var silent = stage.Serve((_, _) => null);
        // A namespace that ends takes its end of a link with it, and so the other end.
        var sandbox = new Sandbox("gone", maker.Create(() => 0).Handle);
        await NameStage.RunAsync(sandbox, "ip link set lo up");
        var self = string.Create(CultureInfo.InvariantCulture, $"/proc/{Environment.ProcessId}/fd/{sandbox.Namespace.DangerousGetHandle()}");
        (await NameStage.RunAsync(stage.Host, $"ip link add watch type veth peer name eth0 netns {self}")).Succeeds();
        stage.Service.Open(sandbox, NameStage.Settings([silent.EndPoint], fromHost: false));
        stage.Publish("gone", ["gone"], "172.18.0.3");
        await NameStage.DigAsync(sandbox, "+short +tcp gone");
        await NameStage.DigAsync(sandbox, "+time=1 somewhere.example");
        sandbox.Dispose();
        await Task.Delay(200, TestContext.Current.CancellationToken);
        Assert.Contains("watch", (await NameStage.RunAsync(stage.Host, "ip -o link")).Out, StringComparison.Ordinal);

        stage.Service.Close("gone");
        var links = "";
        for (var i = 0; i < 100; i++)
        {
            links = (await NameStage.RunAsync(stage.Host, "ip -o link")).Out;
            if (!links.Contains("watch", StringComparison.Ordinal)) break;
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }

        Assert.DoesNotContain("watch", links, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_hundred_containers_come_and_go_on_one_thread()
    {
        await using var stage = new NameStage();
        var first = stage.CreateContainer("c0", "10.0.0.1");
        var threads = Threads();
        Sandbox[] others = [.. Enumerable.Range(1, 199).Select(i => stage.CreateContainer($"c{i}", string.Create(CultureInfo.InvariantCulture, $"10.0.0.{i}")))];
        Sandbox[] some = [others[0], others[98], others[^1]];
        foreach (var sandbox in some) Assert.NotEmpty((await NameStage.RunAsync(sandbox, "ss -Hlntu")).Out);
        Assert.InRange(Threads().Count(name => name == "names"), 1, 1);
        Assert.Equal(threads.Count(name => name == "names"), Threads().Count(name => name == "names"));
        Assert.Equal("10.0.0.199\n", await NameStage.DigAsync(first, "+short c199"));
        for (var i = 1; i < 200; i++)
        {
            stage.Service.Close($"c{i}");
            stage.Service.Withdraw("net-id", $"c{i}");
        }

        foreach (var sandbox in some) Assert.Empty((await NameStage.RunAsync(sandbox, "ss -Hantu")).Succeeds().Out);
        Assert.Contains("SERVFAIL", await NameStage.DigAsync(first, "c199"), StringComparison.Ordinal);
    }

    private static List<string> Threads() => [.. Directory.GetDirectories("/proc/self/task").Select(task => File.ReadAllText(task + "/comm").Trim())];
}
