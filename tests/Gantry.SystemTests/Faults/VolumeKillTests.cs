using System.Globalization;
using Gantry.SystemTests.Infrastructure;

namespace Gantry.SystemTests.Faults;

/// <summary>
/// gantryd dies by SIGKILL again and again while containers come with volumes and go. What was written stays, a volume in use
/// cannot be removed, and of anonymous ones nothing is left.
/// </summary>
public sealed class VolumeKillTests
{
    private const int Kills = 15;
    private const int Workers = 2;

    [Fact]
    public async Task Killed_fifteen_times_data_stays_and_nothing_else_does()
    {
        Root.Require("unshare", "nsenter", "tini", "docker");
        await using var sandbox = await Sandbox.CreateAsync();
        await using var engine = Engine.Gantryd(sandbox);
        await engine.StartAsync();
        var environment = new Dictionary<string, string?> { ["DOCKER_HOST"] = engine.Address, ["DOCKER_CONFIG"] = engine.Home };
        Task<CommandResult> Docker(params string[] words) => Command.RunAsync("docker", words, environment, timeout: TimeSpan.FromSeconds(90));
        (await Docker("load", "-i", Path.Combine(Programs.Cache, "busybox.tar"))).Succeeds();
        var mounts = sandbox.Mounts();
        (await Docker("volume", "create", "kept")).Succeeds();
        (await Docker("volume", "create", "-o", "type=tmpfs", "-o", "device=tmpfs", "shared")).Succeeds();
        (await Docker(
            "run", "-d", "--name", "stays", "--network", "none", "-v", "kept:/kept", "-v", "shared:/shared", "busybox", "sh", "-c",
            "echo kept >/kept/file; echo shared >/shared/file; exec sleep 1000")).Succeeds();
        try
        {
            using var done = new CancellationTokenSource();
            var made = 0;
            var workers = Enumerable.Range(0, Workers).Select(worker => WorkAsync(worker, Docker, () => Interlocked.Increment(ref made), done.Token)).ToArray();
            var random = new Random(3);
            // On a busy machine a container may need longer than a daemon lives here.
            for (var kill = 0; kill < Kills || (made == 0 && kill < 10 * Kills); kill++)
            {
                await Task.Delay(random.Next(50, 500), TestContext.Current.CancellationToken);
                await engine.KillAsync();
                await engine.StartAsync();
            }

            await done.CancelAsync();
            await Task.WhenAll(workers);
            Assert.NotEqual(0, made);
            (await Docker("exec", "stays", "cat", "/kept/file", "/shared/file")).Prints("kept\nshared");
            (await Docker("run", "--rm", "--network", "none", "-v", "shared:/again", "busybox", "cat", "/again/file")).Prints("shared");
            (await Docker("volume", "rm", "kept")).Exits(1).SaysLike("volume is in use");

            var others = (await Docker("ps", "-aq", "--no-trunc", "--filter", "name=worker")).Succeeds().Lines;
            if (others.Length > 0) (await Docker(["rm", "-fv", .. others])).Succeeds();
            Assert.Equal(["kept", "shared"], (await Docker("volume", "ls", "-q", "--filter", "name=kept", "--filter", "name=shared")).Lines.Order(StringComparer.Ordinal));
            (await Docker("volume", "prune", "-f")).Succeeds();
            (await Docker("rm", "-f", "stays")).Succeeds();
            (await Docker("run", "--rm", "--network", "none", "-v", "kept:/kept", "busybox", "cat", "/kept/file")).Prints("kept");
            (await Docker("volume", "rm", "kept", "shared")).Succeeds();
            (await Docker("volume", "ls", "-q")).Prints("");
            Assert.Empty(Directory.GetFileSystemEntries(Path.Combine(engine.DataRoot, "volumes")));
            Assert.Equal(mounts, sandbox.Mounts());
        }
        catch (Exception e) when (e is CommandException or Xunit.Sdk.XunitException)
        {
            throw new CommandException($"{e.Message}\n--- gantryd's log:\n{engine.Log(80)}");
        }
    }

    private static async Task WorkAsync(int worker, Func<string[], Task<CommandResult>> docker, Action onMade, CancellationToken done)
    {
        for (var i = 0; !done.IsCancellationRequested; i++)
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"worker{worker}-{i}");
            var run = await docker(["run", "-d", "--name", name, "--network", "none", "-v", "/anonymous", "-v", "kept:/kept:ro", "busybox", "sh", "-c", "echo x >/anonymous/x; cat /kept/file"]);
            if (run.ExitCode == 0) onMade();
            await docker(["rm", "-fv", name]);
        }
    }
}
