using Gantry.SystemTests.Infrastructure;

namespace Gantry.SystemTests.Scenarios;

/// <summary>Published ports: from outside, from the host itself, and as they are shown.</summary>
public sealed class PortScenarios(World world, NetworkWorld networks) : ScenarioSuite(world, networks)
{
    private const string Serve = "busybox httpd -f -p 80 -h /etc";

    [Theory, MemberData(nameof(Way.All), MemberType = typeof(Way))]
    public Task A_published_port_is_reached_on_every_address_of_the_host(string way) => Play(way, async stage =>
    {
        var name = stage.Name();
        var network = stage.Network();
        (await stage.Run($"network create {network}")).Succeeds();
        foreach (var where in (string[])["", $"--network {network}"])
        {
            var id = (await stage.Run($"run -d --name {name} {where} -p 8180:80 -p 127.0.0.1:8181:80 busybox {Serve}")).Succeeds().Text;
            foreach (var address in (string[])[$"{NetworkWorld.HostAddress}:8180", "127.0.0.1:8180", "127.0.0.1:8181", "[::1]:8180"])
            {
                await Reach(stage, address, id[..12]);
            }

            (await Fetch(stage, $"{NetworkWorld.HostAddress}:8181")).Fails();
            (await stage.Run($"rm -f {name}")).Succeeds();
            (await Fetch(stage, $"{NetworkWorld.HostAddress}:8180")).Fails();
        }
    });

    [Theory, MemberData(nameof(Way.All), MemberType = typeof(Way))]
    public Task Ports_are_shown_as_they_are(string way) => Play(way, async stage =>
    {
        var name = stage.Name();
        (await stage.Run($"run -d --name {name} -p 8200:80 -p 9200-9203:9200-9203 -p 127.0.0.1:5300:53/udp -p 0.0.0.0:8201:81 --expose 99 busybox sleep 1000")).Succeeds();
        (await stage.Run($"port {name}")).Contains("53/udp -> 127.0.0.1:5300").Contains("80/tcp -> 0.0.0.0:8200").Contains("80/tcp -> [::]:8200")
            .Contains("9202/tcp -> 0.0.0.0:9202").Contains("81/tcp -> 0.0.0.0:8201").Lacks("99/tcp");
        (await stage.Run($"port {name} 80")).Prints("0.0.0.0:8200\n[::]:8200");
        (await stage.Run($"port {name} 53/udp")).Prints("127.0.0.1:5300");
        (await stage.Run($"port {name} 99")).Exits(1).SaysLike($"no public port '99(/tcp)?' published for {name}");
        (await stage.Run($"ps --filter name={name} --format '{{{{.Ports}}}}'")).Contains("0.0.0.0:9200-9203->9200-9203/tcp").Contains("127.0.0.1:5300->53/udp")
            .Contains("0.0.0.0:8200->80/tcp").Contains("[::]:8200->80/tcp").Contains("99/tcp");
        (await stage.Run($"inspect -f '{{{{json (index .NetworkSettings.Ports \"80/tcp\")}}}}' {name}"))
            .Prints("[{\"HostIp\":\"0.0.0.0\",\"HostPort\":\"8200\"},{\"HostIp\":\"::\",\"HostPort\":\"8200\"}]");
        (await stage.Run($"inspect -f '{{{{json (index .NetworkSettings.Ports \"99/tcp\")}}}} {{{{json (index .HostConfig.PortBindings \"53/udp\")}}}}' {name}"))
            .Prints("null [{\"HostIp\":\"127.0.0.1\",\"HostPort\":\"5300\"}]");
        (await stage.Run($"ps -q --filter publish=8200")).Succeeds();
        (await stage.Run($"stop -t 0 {name}")).Succeeds();
        (await stage.Run($"inspect -f '{{{{json .NetworkSettings.Ports}}}}' {name}")).Prints("{}");
        (await stage.Run($"ps -a --filter name={name} --format '{{{{.Ports}}}}'")).Prints("");
        (await stage.Run($"port {name}")).Prints("");
    });

    [Theory, MemberData(nameof(Way.All), MemberType = typeof(Way))]
    public Task Any_free_port_of_the_host(string way) => Play(way, async stage =>
    {
        var name = stage.Name();
        var id = (await stage.Run($"run -d --name {name} -P --expose 80 -p 127.0.0.1::81 busybox {Serve}")).Succeeds().Text;
        var port = (await stage.Run($"port {name} 80")).Matches(@"^0\.0\.0\.0:\d+").Lines[0].Split(':')[1];
        await Reach(stage, $"{NetworkWorld.HostAddress}:{port}", id[..12]);
        (await stage.Run($"port {name} 81")).Matches(@"^127\.0\.0\.1:\d+$");
        (await stage.Run($"restart -t 0 {name}")).Succeeds();
        (await stage.Run($"port {name} 80")).Matches(@"^0\.0\.0\.0:\d+");
        (await stage.Run($"run --rm --name {stage.Name("r")} -p 9310-9312:80 -p 9310-9312:80/udp busybox true")).Succeeds();
    });

    [Theory, MemberData(nameof(Way.All), MemberType = typeof(Way))]
    public Task A_port_that_is_taken(string way) => Play(way, async stage =>
    {
        (await stage.Run($"run -d --name {stage.Name("a")} -p 8300:80 busybox sleep 1000")).Succeeds();
        (await stage.Run($"run -d --name {stage.Name("b")} -p 8300:80 busybox sleep 1000")).Exits(125)
            .SaysLike($"driver failed programming external connectivity on endpoint {stage.Name("b")}.*8300.*port is already allocated");
        (await stage.Run($"inspect -f '{{{{.State.Status}}}} {{{{.State.ExitCode}}}}' {stage.Name("b")}")).Prints("created 128");
        using (var answer = await stage.Engine.Http.PostAsync(new Uri($"containers/{stage.Name("b")}/start", UriKind.Relative), null))
        {
            Assert.Equal(System.Net.HttpStatusCode.InternalServerError, answer.StatusCode);
        }

        (await stage.Run($"rm -f {stage.Name("a")}")).Succeeds();
        (await stage.Run($"start {stage.Name("b")}")).Succeeds();
        (await stage.Run($"run --rm --network host -p 80:80 busybox true")).Succeeds().SaysLike("published ports are discarded when using host network mode");
        (await stage.Run("run --rm -p nonsense:80 busybox true")).Exits(125).SaysLike("invalid (hostPort|port)");
        (await stage.Run("run --rm -p 70000:80 busybox true")).Exits(125).SaysLike("invalid (hostPort|port)");
        (await stage.Run("run --rm -p 80/xyz busybox true")).Exits(125).SaysLike("invalid proto");
        (await stage.Run("run --rm -p 1-3:80-81 busybox true")).Exits(125).SaysLike("invalid ranges");
    });

    [Theory, MemberData(nameof(Way.All), MemberType = typeof(Way))]
    public Task A_restart_keeps_what_was_asked_for(string way) => Play(way, async stage =>
    {
        var (name, network) = (stage.Name(), stage.Network());
        (await stage.Run($"network create --subnet 10.38.0.0/16 {network}")).Succeeds();
        var id = (await stage.Run($"run -d --name {name} --network {network} --ip 10.38.4.4 --network-alias me -p 8400:80 busybox {Serve}")).Succeeds().Text;
        for (var round = 0; round < 2; round++)
        {
            (await stage.Run($"restart -t 0 {name}")).Succeeds();
            (await stage.Run($"inspect -f '{{{{(index .NetworkSettings.Networks \"{network}\").IPAddress}}}}' {name}")).Prints("10.38.4.4");
            (await stage.Run($"port {name} 80/tcp")).Contains("0.0.0.0:8400");
            await Reach(stage, $"{NetworkWorld.HostAddress}:8400", id[..12]);
            (await stage.Run($"run --rm --network {network} busybox wget -qO- http://me/hostname")).Prints(id[..12]);
        }
    });

    private static Task<CommandResult> Fetch(Stage stage, string address) =>
        stage.Engine.Sandbox.RunAsync("timeout", "5", "busybox", "wget", "-qO-", $"http://{address}/hostname");

    /// <summary>The server may need a moment to listen.</summary>
    private static async Task Reach(Stage stage, string address, string answer)
    {
        for (var attempt = 0; attempt < 30; attempt++)
        {
            var result = await Fetch(stage, address);
            if (result.Text == answer) return;
            await Task.Delay(100);
        }

        (await Fetch(stage, address)).Prints(answer);
    }
}
