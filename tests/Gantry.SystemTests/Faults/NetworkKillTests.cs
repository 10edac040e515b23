using System.Globalization;
using Gantry.SystemTests.Infrastructure;

namespace Gantry.SystemTests.Faults;

/// <summary>
/// gantryd dies by SIGKILL again and again while containers with published ports come to a network and leave it. Afterwards
/// what runs is reached, addresses belong to one container each, and of the others there is no link, rule or lease.
/// </summary>
public sealed class NetworkKillTests
{
    private const int Kills = 30;
    private const int Workers = 3;
    private const string Network = "killed";

    [Fact]
    public async Task Killed_thirty_times_no_link_rule_or_address_is_left()
    {
        Root.Require("unshare", "nsenter", "tini", "docker", "ip", "nft", "busybox");
        await using var sandbox = await Sandbox.CreateAsync();
        await NetworkWorld.AddUplinkAsync(sandbox);
        await using var engine = Engine.Gantryd(sandbox);
        await engine.StartAsync();
        var environment = new Dictionary<string, string?> { ["DOCKER_HOST"] = engine.Address, ["DOCKER_CONFIG"] = engine.Home };
        Task<CommandResult> Docker(params string[] words) => Command.RunAsync("docker", words, environment, timeout: TimeSpan.FromSeconds(90));
        (await Docker("load", "-i", Path.Combine(Programs.Cache, "busybox.tar"))).Succeeds();
        (await Docker("network", "create", "--subnet", "10.40.0.0/24", Network)).Succeeds();
        (await Docker("run", "-d", "--name", "stays", "--network", Network, "--ip", "10.40.0.200", "-p", "8500:80", "busybox", "busybox", "httpd", "-f", "-p", "80", "-h", "/etc")).Succeeds();
        var links = await sandbox.LinksAsync();
        var rules = await RulesAsync(sandbox);
        try
        {
            using var done = new CancellationTokenSource();
            var workers = Enumerable.Range(0, Workers).Select(worker => WorkAsync(worker, Docker, done.Token)).ToArray();
            var random = new Random(2);
            for (var kill = 0; kill < Kills; kill++)
            {
                await Task.Delay(random.Next(50, 600), TestContext.Current.CancellationToken);
                await engine.KillAsync();
                await ReachAsync(sandbox);
                await engine.StartAsync();
            }

            await done.CancelAsync();
            await Task.WhenAll(workers);
            (await Docker("inspect", "-f", $"{{{{(index .NetworkSettings.Networks \"{Network}\").IPAddress}}}}", "stays")).Prints("10.40.0.200");
            await ReachAsync(sandbox);
            await CheckAddressesAsync(Docker);
            await CheckNothingIsLeftAsync(sandbox, Docker, links, rules);
        }
        catch (Exception e) when (e is CommandException or Xunit.Sdk.XunitException)
        {
            throw new CommandException($"{e.Message}\n--- gantryd's log:\n{engine.Log(80)}");
        }
    }

    private static async Task WorkAsync(int worker, Func<string[], Task<CommandResult>> docker, CancellationToken done)
    {
        for (var i = 0; !done.IsCancellationRequested; i++)
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"w{worker}-{i}");
            var port = (8600 + worker).ToString(CultureInfo.InvariantCulture);
            await docker(["run", "-d", "--name", name, "--network", Network, "-p", $"{port}:80", "-p", "80", "busybox", "sleep", "1000"]);
            if (i % 3 == 0) await docker(["network", "connect", "bridge", name]);
            if (i % 3 == 1) await docker(["restart", "-t", "0", name]);
            if (i % 4 == 0) await docker(["network", "disconnect", Network, name]);
            if (i % 2 == 0) await docker(["stop", "-t", "0", name]);
            await docker(["rm", "-f", name]);
        }
    }

    /// <summary>The port of the container that stays is served while the daemon is away, too.</summary>
    private static async Task ReachAsync(Sandbox sandbox)
    {
        foreach (var address in (string[])["127.0.0.1", NetworkWorld.HostAddress])
        {
            (await sandbox.RunAsync("timeout", "5", "busybox", "wget", "-qO-", $"http://{address}:8500/hostname")).Succeeds();
        }
    }

    /// <summary>Every address of the network can be had: the first after the gateway is free again.</summary>
    private static async Task CheckAddressesAsync(Func<string[], Task<CommandResult>> docker)
    {
        var all = (await docker(["ps", "-aq", "--filter", "name=^w"])).Succeeds().Lines;
        if (all.Length > 0) (await docker(["rm", "-f", .. all])).Succeeds();
        foreach (var address in (string[])["10.40.0.2", "10.40.0.3", "10.40.0.9"])
        {
            (await docker(["run", "--rm", "--network", Network, "--ip", address, "-p", "8600:80", "-p", "8601:80", "-p", "8602:80", "busybox", "true"])).Succeeds();
        }
    }

    private static async Task CheckNothingIsLeftAsync(Sandbox sandbox, Func<string[], Task<CommandResult>> docker, string[] links, string[] rules)
    {
        (await docker(["network", "inspect", "-f", "{{len .Containers}}", Network])).Prints("1");
        for (var attempt = 0; attempt < 50 && (await sandbox.LinksAsync()).Length != links.Length; attempt++) await Task.Delay(100);
        Assert.Equal(links, await sandbox.LinksAsync());
        Assert.Equal(rules, await RulesAsync(sandbox));
        (await docker(["rm", "-f", "stays"])).Succeeds();
        (await docker(["network", "rm", Network])).Succeeds();
    }

    private static async Task<string[]> RulesAsync(Sandbox sandbox) =>
        [.. (await sandbox.RunAsync("nft", "list", "ruleset")).Succeeds().Lines.Select(line => line.Trim()).Order(StringComparer.Ordinal)];
}
