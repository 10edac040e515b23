using System.Globalization;
using System.Text.Json;
using Gantry.SystemTests.Infrastructure;

namespace Gantry.SystemTests.Faults;

/// <summary>
/// gantryd dies by SIGKILL again and again while containers are made, run, write logs, stop and go. Afterwards each is
/// accounted for, each line of its log is there once, and nothing else is left.
/// </summary>
public sealed class KillTests
{
    private const int Kills = 50;
    private const int Workers = 3;
    private const int LinesPerContainer = 20;

    [Fact]
    public async Task Killed_fifty_times_nothing_is_lost_and_nothing_is_left()
    {
        Root.Require("unshare", "nsenter", "tini", "docker");
        await using var sandbox = await Sandbox.CreateAsync();
        await using var engine = Engine.Gantryd(sandbox);
        await engine.StartAsync();
        var environment = new Dictionary<string, string?> { ["DOCKER_HOST"] = engine.Address, ["DOCKER_CONFIG"] = engine.Home };
        Task<CommandResult> Docker(params string[] words) => Command.RunAsync("docker", words, environment, timeout: TimeSpan.FromSeconds(90));
        (await Docker("load", "-i", Path.Combine(Programs.Cache, "busybox.tar"))).Succeeds();
        var processes = sandbox.Processes().Count;
        var mounts = sandbox.Mounts();
        var links = await sandbox.LinksAsync();
        try
        {
            using var done = new CancellationTokenSource();
            var workers = Enumerable.Range(0, Workers).Select(w => WorkAsync(w, Docker, done.Token)).ToArray();
            var random = new Random(1);
            for (var kill = 0; kill < Kills; kill++)
            {
                await Task.Delay(random.Next(50, 600), TestContext.Current.CancellationToken);
                await engine.KillAsync();
                await engine.StartAsync();
            }

            await done.CancelAsync();
            var made = (await Task.WhenAll(workers)).SelectMany(w => w).ToList();
            Assert.NotEmpty(made);
            await AccountAsync(Docker, made);

            var all = (await Docker("ps", "-aq", "--no-trunc")).Succeeds().Lines;
            if (all.Length > 0) (await Docker(["rm", "-f", .. all])).Succeeds();
            await CheckNothingIsLeftAsync(sandbox, engine, processes, mounts, links);
        }
        catch (Exception e) when (e is CommandException or Xunit.Sdk.XunitException)
        {
            throw new CommandException($"{e.Message}\n--- gantryd's log:\n{engine.Log(80)}");
        }
    }

    // Each worker knows what it was told: a name whose "run" was answered must be there, whatever died since.
    private static async Task<List<Made>> WorkAsync(int worker, Func<string[], Task<CommandResult>> docker, CancellationToken done)
    {
        List<Made> made = [];
        for (var i = 0; !done.IsCancellationRequested; i++)
        {
            var name = $"w{worker}-{i}";
            var endless = i % 3 == 2;
            var script = endless
                ? "trap 'exit 0' TERM; i=0; while :; do echo line $i; i=$((i+1)); sleep 0.05; done"
                : $"i=0; while [ $i -lt {LinesPerContainer} ]; do echo line $i; i=$((i+1)); sleep 0.02; done; exit {i % 5}";
            var run = await docker(["run", "-d", "--name", name, "--network", "none", "busybox", "sh", "-c", script]);
            if (run.ExitCode == 0) made.Add(new Made(name, endless ? null : i % 5));
            if (endless) await docker(["stop", "-t", "1", name]);
            await docker(["ps", "-a"]);
            await docker(["logs", name]);
        }

        return made;
    }

    private static async Task AccountAsync(Func<string[], Task<CommandResult>> docker, List<Made> made)
    {
        foreach (var container in made)
        {
            var inspect = (await docker(["inspect", container.Name])).Succeeds();
            if (container.ExitCode is not { } code) continue;
            (await docker(["wait", container.Name])).Succeeds().Prints(code.ToString(CultureInfo.InvariantCulture));
            var lines = (await docker(["logs", container.Name])).Succeeds().Lines;
            Assert.Equal(Enumerable.Range(0, LinesPerContainer).Select(n => $"line {n}"), lines);
            using var document = JsonDocument.Parse((await docker(["inspect", container.Name])).Out);
            Assert.Equal("exited", document.RootElement[0].GetProperty("State").GetProperty("Status").GetString());
            Assert.NotEqual("", inspect.Out);
        }

        foreach (var container in made.Where(m => m.ExitCode is null))
        {
            await docker(["stop", "-t", "1", container.Name]);
            var lines = (await docker(["logs", container.Name])).Succeeds().Lines;
            Assert.Equal(Enumerable.Range(0, lines.Length).Select(n => $"line {n}"), lines);
        }
    }

    private static async Task CheckNothingIsLeftAsync(Sandbox sandbox, Engine engine, int processes, string[] mounts, string[] links)
    {
        string[] Left() =>
        [
            .. sandbox.Processes().Count > processes ? sandbox.Processes().Values.Select(p => "process " + p) : [],
            .. sandbox.Mounts().Except(mounts).Select(m => "mount " + m),
            .. sandbox.ControlGroups().Where(g => g.Split('/')[^1].Length >= 64).Select(g => "control group " + g),
            .. Entries(engine.DataRoot, "containers").Concat(Entries(engine.ExecRoot, "containers")).Select(d => "directory " + d),
        ];
        for (var attempt = 0; Left().Length > 0 && attempt < 50; attempt++) await Task.Delay(100);
        Assert.Empty(Left());
        Assert.Equal(links, await sandbox.LinksAsync());
    }

    private static string[] Entries(string root, string name) =>
        Directory.Exists(Path.Combine(root, name)) ? Directory.GetFileSystemEntries(Path.Combine(root, name)) : [];

    /// <param name="Name">A container whose start was confirmed.</param>
    /// <param name="ExitCode">How it ends by itself; null when it has to be stopped.</param>
    private sealed record Made(string Name, int? ExitCode);
}
