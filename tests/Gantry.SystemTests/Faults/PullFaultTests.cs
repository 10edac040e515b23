using Gantry.SystemTests.Infrastructure;

namespace Gantry.SystemTests.Faults;

/// <summary>What goes wrong in the middle of a pull: a sentence, nothing left, and the next pull works.</summary>
public sealed class PullFaultTests
{
    private static readonly string Reference = $"{Registry.Address}/debian:latest";

    [Fact]
    public Task A_corrupted_blob_is_refused_by_its_digest() => WithEngineAsync(async (registry, engine, docker) =>
    {
        var blob = Directory.GetFiles(registry.Storage, "data", SearchOption.AllDirectories).MaxBy(f => new FileInfo(f).Length)!;
        var good = await File.ReadAllBytesAsync(blob);
        var bad = (byte[])good.Clone();
        bad[bad.Length / 2] ^= 0xff;
        await File.WriteAllBytesAsync(blob, bad);
        (await docker(["pull", Reference])).Exits(1).SaysLike("digest|verif|corrupt|size|invalid");
        (await docker(["images", "-q"])).Prints("");
        await File.WriteAllBytesAsync(blob, good);
        (await docker(["pull", "-q", Reference])).Succeeds();
        Assert.Empty(Directory.Exists(Path.Combine(engine.DataRoot, "content", "ingest")) ? Directory.GetFileSystemEntries(Path.Combine(engine.DataRoot, "content", "ingest")) : []);
    });

    [Fact]
    public Task A_registry_that_goes_away_is_named_and_the_pull_can_be_repeated() => WithEngineAsync(async (registry, _, docker) =>
    {
        var pull = docker(["pull", Reference]);
        await Task.Delay(120);
        await registry.StopAsync();
        var interrupted = await pull;
        if (interrupted.ExitCode != 0) (await docker(["images", "-q"])).Prints("");
        (await docker(["pull", $"{Registry.Address}/busybox"])).Exits(1).SaysLike("refused|connect");
        await registry.StartAsync();
        (await docker(["pull", "-q", Reference])).Succeeds();
        (await docker(["run", "--rm", "--network", "none", Reference, "echo", "whole"])).Succeeds().Prints("whole");
    });

    [Fact]
    public async Task A_full_disk_is_named_and_leaves_room_again()
    {
        Root.Require("unshare", "nsenter", "tini", "docker", "skopeo", "docker-registry");
        await using var sandbox = await Sandbox.CreateAsync();
        await using var registry = await FilledAsync(sandbox);
        await using var engine = Engine.Gantryd(sandbox);
        Directory.CreateDirectory(engine.DataRoot);
        (await sandbox.RunAsync("mount", "-t", "tmpfs", "-o", "size=60m", "tmpfs", engine.DataRoot)).Succeeds();
        await engine.StartAsync();
        var environment = new Dictionary<string, string?> { ["DOCKER_HOST"] = engine.Address, ["DOCKER_CONFIG"] = engine.Home };
        Task<CommandResult> Docker(params string[] words) => Command.RunAsync("docker", words, environment, timeout: TimeSpan.FromMinutes(2));
        (await Docker("pull", Reference)).Exits(1).SaysLike("no space left on device|disk");
        (await Docker("images", "-q")).Prints("");
        (await Docker("pull", "-q", $"{Registry.Address}/busybox")).Succeeds();
    }

    private static async Task WithEngineAsync(Func<Registry, Engine, Func<string[], Task<CommandResult>>, Task> test)
    {
        Root.Require("unshare", "nsenter", "tini", "docker", "skopeo", "docker-registry");
        await using var sandbox = await Sandbox.CreateAsync();
        await using var registry = await FilledAsync(sandbox);
        await using var engine = Engine.Gantryd(sandbox);
        await engine.StartAsync();
        var environment = new Dictionary<string, string?> { ["DOCKER_HOST"] = engine.Address, ["DOCKER_CONFIG"] = engine.Home };
        try
        {
            await test(registry, engine, words => Command.RunAsync("docker", words, environment, timeout: TimeSpan.FromMinutes(2)));
        }
        catch (Exception e) when (e is CommandException or Xunit.Sdk.XunitException)
        {
            throw new CommandException($"{e.Message}\n--- gantryd's log:\n{engine.Log(40)}");
        }
    }

    private static async Task<Registry> FilledAsync(Sandbox sandbox)
    {
        var registry = new Registry(sandbox);
        await registry.StartAsync();
        await registry.FillAsync("busybox.tar", "busybox:latest", oci: true);
        await registry.FillAsync("debian.tar", "debian:latest", oci: false);
        return registry;
    }
}
