using System.Text.Json;
using Gantry.SystemTests.Daemon;
using Gantry.SystemTests.Infrastructure;

namespace Gantry.SystemTests.Networks;

/// <summary>A driver that is another program, over libnetwork's remote driver protocol.</summary>
public sealed class NetworkPluginTests
{
    [Fact]
    public async Task The_link_a_plugin_names_becomes_the_containers_with_addresses_and_routes()
    {
        await using var stage = await DaemonStage.CreateAsync(_ => "{}");
        List<(string Method, JsonElement Request)> calls = [];
        await using var plugin = new PluginServer(stage.Sandbox.PathInside("/run/docker/plugins/cables.sock"), Answer);
        (await stage.Docker("network create -d nobody n0")).Fails().Says("plugin \"nobody\" not found");
        (await stage.Docker("network create -d cables --subnet 10.91.0.0/24 --gateway 10.91.0.1 -o colour=red n1")).Succeeds();
        (await stage.Docker("network inspect n1 --format '{{.Driver}} {{(index .IPAM.Config 0).Subnet}}'")).Prints("cables 10.91.0.0/24");
        var created = Request("NetworkDriver.CreateNetwork");
        Assert.Equal(("red", "10.91.0.0/24", "10.91.0.1/24"), (
            created.GetProperty("Options").GetProperty("com.docker.network.generic").GetProperty("colour").GetString(),
            created.GetProperty("IPv4Data")[0].GetProperty("Pool").GetString(), created.GetProperty("IPv4Data")[0].GetProperty("Gateway").GetString()));

        // The plug-in's cable: its other end is the gateway.
        (await stage.Sandbox.RunAsync("sh", "-c", "ip link add cable type veth peer name socket && ip addr add 10.91.0.1/24 dev socket && ip link set socket up")).Succeeds();
        (await stage.Docker("run --name on --network n1 --ip 10.91.0.7 busybox sh -c 'ip -4 -o addr show eth0; ip route; ping -c 1 -W 2 10.91.0.1'"))
            .Succeeds().Contains("10.91.0.7/24").Contains("default via 10.91.0.1 dev eth0").Contains("192.168.77.0/24 via 10.91.0.2 dev eth0").Contains("192.168.78.0/24 dev eth0").Contains("1 packets received");
        Assert.Equal("10.91.0.7/24", Request("NetworkDriver.CreateEndpoint").GetProperty("Interface").GetProperty("Address").GetString());
        for (var attempt = 0; attempt < 100 && !Methods().Contains("NetworkDriver.DeleteEndpoint"); attempt++) await Task.Delay(50, TestContext.Current.CancellationToken);
        // The link is the plug-in's again.
        (await stage.Sandbox.RunAsync("ip", "link", "show", "cable")).Succeeds();

        // To a container that runs, and from it.
        (await stage.Docker("run -d --name runs busybox sleep 1000")).Succeeds();
        (await stage.Docker("network connect n1 runs")).Succeeds();
        (await stage.Docker("exec runs ip -4 -o addr show eth1")).Contains("10.91.0.2/24");
        (await stage.Docker("network rm n1")).Fails().Says("has active endpoints");
        (await stage.Docker("network disconnect n1 runs")).Succeeds();
        (await stage.Docker("exec runs ip link show eth1")).Fails();
        (await stage.Docker("rm -f on runs")).Succeeds();
        (await stage.Docker("network rm n1")).Succeeds();
        Assert.Equal(
            ["CreateNetwork", "CreateEndpoint", "Join", "Leave", "DeleteEndpoint", "CreateEndpoint", "Join", "Leave", "DeleteEndpoint", "DeleteNetwork"],
            Methods().Where(method => method.StartsWith("NetworkDriver.", StringComparison.Ordinal) && method != "NetworkDriver.GetCapabilities").Select(method => method["NetworkDriver.".Length..]));

        // What it refuses leaves nothing.
        (await stage.Docker("network create -d cables -o refuse=yes n2")).Fails().Says("NetworkDriver.CreateNetwork: no cable is long enough");
        (await stage.Docker("network ls -q --filter name=n2")).Prints("");

        string Answer(string method, JsonElement request)
        {
            lock (calls) calls.Add((method, request.Clone()));
            return method switch
            {
                "Plugin.Activate" => """{"Implements":["NetworkDriver"]}""",
                "NetworkDriver.GetCapabilities" => """{"Scope":"local"}""",
                "NetworkDriver.CreateNetwork" when request.GetRawText().Contains("refuse", StringComparison.Ordinal) => """{"Err":"no cable is long enough"}""",
                "NetworkDriver.CreateEndpoint" => """{"Interface":{}}""",
                "NetworkDriver.Join" => """
                    {"InterfaceName":{"SrcName":"cable","DstPrefix":"eth"},"Gateway":"10.91.0.1",
                     "StaticRoutes":[{"Destination":"192.168.77.0/24","RouteType":0,"NextHop":"10.91.0.2"},{"Destination":"192.168.78.0/24","RouteType":1}]}
                    """,
                _ => "{}",
            };
        }

        JsonElement Request(string method)
        {
            lock (calls) return calls.Last(call => call.Method == method).Request;
        }

        string[] Methods()
        {
            lock (calls) return [.. calls.Select(call => call.Method)];
        }
    }
}
