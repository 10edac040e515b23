using System.Globalization;
using Gantry.SystemTests.Infrastructure;

namespace Gantry.SystemTests.Networks;

/// <summary>Two hundred containers come to one network at once, and leave it at once.</summary>
public sealed class CrowdTests
{
    private const int Count = 200;

    [Fact]
    public async Task A_crowd_on_one_network_has_addresses_and_names_and_leaves_nothing()
    {
        Root.Require("unshare", "nsenter", "tini", "docker", "ip", "nft");
        await using var sandbox = await Sandbox.CreateAsync();
        await NetworkWorld.AddUplinkAsync(sandbox);
        await using var engine = Engine.Gantryd(sandbox);
        await engine.StartAsync();
        var environment = new Dictionary<string, string?> { ["DOCKER_HOST"] = engine.Address, ["DOCKER_CONFIG"] = engine.Home };
        async Task<CommandResult> Docker(params string[] words) =>
            (await Command.RunAsync("docker", words, environment, timeout: TimeSpan.FromMinutes(5))).Succeeds();
        await Docker("load", "-i", Path.Combine(Programs.Cache, "busybox.tar"));
        await Docker("network", "create", "crowd");
        var links = await sandbox.LinksAsync();
        string[] names = [.. Enumerable.Range(0, Count).Select(i => string.Create(CultureInfo.InvariantCulture, $"crowd-{i}"))];
        foreach (var name in names) await Docker("create", "--name", name, "--network", "crowd", "busybox", "sleep", "1000");

        await Docker(["start", .. names]);
        var addresses = (await Docker(["inspect", "-f", "{{.NetworkSettings.Networks.crowd.IPAddress}}", .. names])).Lines;
        Assert.Equal(Count, addresses.Distinct().Count());
        var lookups = string.Join("; ", names.Select(name => $"nslookup {name} 127.0.0.11 | sed -n 's/^Address: *//p' | tail -n 1"));
        Assert.Equal(addresses, (await Docker("exec", "crowd-7", "sh", "-c", lookups)).Lines);

        await Docker(["rm", "-f", .. names]);
        for (var attempt = 0; attempt < 50 && (await sandbox.LinksAsync()).Length != links.Length; attempt++) await Task.Delay(100, TestContext.Current.CancellationToken);
        Assert.Equal(links, await sandbox.LinksAsync());
        Assert.Empty(sandbox.Monitors());
        (await Docker("network", "inspect", "-f", "{{len .Containers}}", "crowd")).Prints("0");
        await Docker("network", "rm", "crowd");
    }
}
