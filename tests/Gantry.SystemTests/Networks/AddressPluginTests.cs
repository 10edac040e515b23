using System.Text.Json;
using Gantry.SystemTests.Daemon;
using Gantry.SystemTests.Infrastructure;

namespace Gantry.SystemTests.Networks;

/// <summary>Subnets and addresses of another program, over libnetwork's remote IPAM protocol (<c>--ipam-driver</c>).</summary>
public sealed class AddressPluginTests
{
    [Fact]
    public async Task Subnets_gateways_and_addresses_are_the_plugins_and_all_go_back()
    {
        await using var stage = await DaemonStage.CreateAsync(_ => "{}");
        List<(string Method, JsonElement Request)> calls = [];
        HashSet<string> held = [];
        var next = 40;
        await using var plugin = new PluginServer(stage.Sandbox.PathInside("/run/docker/plugins/clerk.sock"), Answer);
        (await stage.Docker("network create --ipam-driver nobody n0")).Fails().Says("plugin \"nobody\" not found");
        (await stage.Docker("network create --ipam-driver clerk --ipam-opt floor=3 n1")).Succeeds();
        (await stage.Docker("network inspect n1 --format '{{.IPAM.Driver}} {{(index .IPAM.Config 0).Subnet}} {{(index .IPAM.Config 0).Gateway}}'")).Prints("clerk 10.93.0.0/24 10.93.0.254");
        var asked = Request("IpamDriver.RequestPool");
        Assert.Equal(("rooms", "", "3", false), (
            asked.GetProperty("AddressSpace").GetString(), asked.GetProperty("Pool").GetString(), asked.GetProperty("Options").GetProperty("floor").GetString(), asked.GetProperty("V6").GetBoolean()));
        Assert.Equal("com.docker.network.gateway", Request("IpamDriver.RequestAddress").GetProperty("Options").GetProperty("RequestAddressType").GetString());

        (await stage.Docker("run -d --name any --network n1 busybox sleep 1000")).Succeeds();
        (await stage.Docker("exec any sh -c 'ip -4 -o addr show eth0; ip route; ping -c 1 -W 2 10.93.0.254'")).Contains("10.93.0.40/24").Contains("default via 10.93.0.254").Contains("1 packets received");
        Assert.Matches("^02:42:", Request("IpamDriver.RequestAddress").GetProperty("Options").GetProperty("com.docker.network.endpoint.macaddress").GetString());

        // What the plug-in gave outlives the daemon.
        await stage.Engine.KillAsync();
        await stage.Engine.StartAsync();
        (await stage.Docker("rm -f any")).Succeeds();
        await HeldAreAsync("10.93.0.254", "room-1");
        (await stage.Docker("network rm n1")).Succeeds();
        Assert.Empty(Held());

        // With a subnet of the user's, and what belongs to others.
        (await stage.Docker("network create --ipam-driver clerk --subnet 10.94.0.0/24 --ip-range 10.94.0.128/25 --gateway 10.94.0.9 --aux-address router=10.94.0.10 n2")).Succeeds();
        Assert.Equal(("10.94.0.0/24", "10.94.0.128/25"), (Request("IpamDriver.RequestPool").GetProperty("Pool").GetString(), Request("IpamDriver.RequestPool").GetProperty("SubPool").GetString()));
        (await stage.Docker("run --rm --network n2 --ip 10.94.0.77 busybox ip -4 -o addr show eth0")).Contains("10.94.0.77/24");
        (await stage.Docker("run --rm --network n2 --ip 10.94.0.13 busybox true")).Fails().Says("IpamDriver.RequestAddress: nobody gets that");
        await HeldAreAsync("10.94.0.10", "10.94.0.9", "room-2");
        (await stage.Docker("network rm n2")).Succeeds();
        Assert.Empty(Held());

        // A driver that refuses keeps nothing of it.
        (await stage.Docker("network create --ipam-driver clerk -o com.docker.network.bridge.name=lo n3")).Fails();
        (await stage.Docker("network create --ipam-driver clerk --subnet 10.95.0.0/24 --gateway 10.95.0.13 n4")).Fails().Says("nobody gets that");
        Assert.Empty(Held());

        // A container of --rm is answered for before it is gone.
        async Task HeldAreAsync(params string[] wanted)
        {
            for (var attempt = 0; attempt < 100 && !Held().SequenceEqual(wanted); attempt++) await Task.Delay(50, TestContext.Current.CancellationToken);
            Assert.Equal(wanted, Held());
        }

        string[] Held()
        {
            lock (calls) return [.. held.Order(StringComparer.Ordinal)];
        }

        string Answer(string method, JsonElement request)
        {
            lock (calls)
            {
                calls.Add((method, request.Clone()));
                string Asked(string name) => request.GetProperty(name).GetString()!;
                switch (method)
                {
                    case "Plugin.Activate":
                        return """{"Implements":["IpamDriver"]}""";
                    case "IpamDriver.GetCapabilities":
                        return """{"RequiresMACAddress":true}""";
                    case "IpamDriver.GetDefaultAddressSpaces":
                        return """{"LocalDefaultAddressSpace":"rooms","GlobalDefaultAddressSpace":"halls"}""";
                    case "IpamDriver.RequestPool":
                        var id = $"room-{calls.Count(call => call.Method == method)}";
                        held.Add(id);
                        return $$"""{"PoolID":"{{id}}","Pool":"{{(Asked("Pool").Length > 0 ? Asked("Pool") : "10.93.0.0/24")}}"}""";
                    case "IpamDriver.RequestAddress":
                        var address = Asked("Address").Length > 0 ? Asked("Address") : request.GetRawText().Contains("RequestAddressType", StringComparison.Ordinal) ? "10.93.0.254" : $"10.93.0.{next++}";
                        if (address.EndsWith(".13", StringComparison.Ordinal)) return """{"Err":"nobody gets that"}""";
                        held.Add(address);
                        return $$"""{"Address":"{{address}}/24"}""";
                    case "IpamDriver.ReleaseAddress":
                        return held.Remove(Asked("Address")) ? "{}" : """{"Err":"nobody has that"}""";
                    case "IpamDriver.ReleasePool":
                        return held.Remove(Asked("PoolID")) ? "{}" : """{"Err":"nobody has that"}""";
                    default:
                        return "{}";
                }
            }
        }

        JsonElement Request(string method)
        {
            lock (calls) return calls.Last(call => call.Method == method).Request;
        }
    }

    [Fact]
    public async Task A_plugin_that_forgets_is_asked_again_when_the_daemon_starts()
    {
        await using var stage = await DaemonStage.CreateAsync(_ => "{}");
        var (gate, asked, room) = (new Lock(), new List<string>(), 0);
        await using var plugin = new PluginServer(stage.Sandbox.PathInside("/run/docker/plugins/clerk.sock"), (method, request) =>
        {
            lock (gate)
            {
                string Asked(string name) => request.GetProperty(name).GetString()!;
                switch (method)
                {
                    case "Plugin.Activate":
                        return """{"Implements":["IpamDriver"]}""";
                    case "IpamDriver.GetCapabilities":
                        return """{"RequiresRequestReplay":true}""";
                    case "IpamDriver.RequestPool":
                        asked.Add($"pool {Asked("Pool")}");
                        return $$"""{"PoolID":"room-{{++room}}","Pool":"10.93.0.0/24"}""";
                    case "IpamDriver.RequestAddress":
                        var address = Asked("Address") is { Length: > 0 } wanted ? wanted : "10.93.0.7";
                        asked.Add($"address {address} of {Asked("PoolID")}");
                        return $$"""{"Address":"{{address}}/24"}""";
                    case "IpamDriver.ReleasePool" or "IpamDriver.ReleaseAddress":
                        asked.Add($"{method} {Asked("PoolID")}");
                        return "{}";
                    default:
                        return "{}";
                }
            }
        });
        (await stage.Docker("network create --ipam-driver clerk --gateway 10.93.0.1 --subnet 10.93.0.0/24 --aux-address router=10.93.0.9 n1")).Succeeds();
        (await stage.Docker("run -d --name stays --network n1 busybox sleep 1000")).Succeeds();
        lock (gate) asked.Clear();
        await stage.Engine.KillAsync();
        await stage.Engine.StartAsync();
        lock (gate)
        {
            Assert.Equal(["pool 10.93.0.0/24", "address 10.93.0.1 of room-2", "address 10.93.0.9 of room-2", "address 10.93.0.7 of room-2"], asked);
            asked.Clear();
        }

        (await stage.Docker("rm -f stays")).Succeeds();
        (await stage.Docker("network rm n1")).Succeeds();
        lock (gate) Assert.All(asked, call => Assert.EndsWith(" room-2", call, StringComparison.Ordinal));
    }
}
