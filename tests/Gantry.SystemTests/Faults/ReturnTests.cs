using System.Globalization;
using Gantry.SystemTests.Infrastructure;

namespace Gantry.SystemTests.Faults;

/// <summary>The daemon, or the whole machine, went and comes back.</summary>
public sealed class ReturnTests
{
    [Fact]
    public Task A_machine_that_starts_again_starts_what_its_policies_want() => WithEngineAsync(async (sandbox, engine, docker) =>
    {
        const string Ticks = "echo started; exec sleep 1000";
        foreach (var (name, policy) in ((string, string)[])[("always", "always"), ("stopped", "unless-stopped"), ("unless", "unless-stopped"), ("never", "no"), ("failing", "on-failure:5")])
        {
            (await docker(["run", "-d", "--name", name, "--restart", policy, "--network", "none", "busybox", "sh", "-c", Ticks])).Succeeds();
        }

        (await docker(["run", "-d", "--name", "removed", "--rm", "--network", "none", "busybox", "sleep", "1000"])).Succeeds();
        (await docker(["stop", "-t", "0", "stopped"])).Succeeds();
        await RestartMachineAsync(sandbox, engine);

        await UntilAsync(docker, "always", "running");
        await UntilAsync(docker, "unless", "running");
        await UntilAsync(docker, "failing", "running");
        (await docker(["inspect", "-f", "{{.State.Status}}", "stopped"])).Prints("exited");
        (await docker(["inspect", "-f", "{{.State.Status}} {{.State.ExitCode}}", "never"])).Prints("exited 255");
        (await docker(["ps", "-aq", "--filter", "name=removed"])).Prints("");
        (await docker(["logs", "always"])).Prints("started\nstarted");
        (await docker(["logs", "never"])).Prints("started");
        (await docker(["start", "never"])).Succeeds();
        (await docker(["exec", "never", "true"])).Succeeds();
    });

    /// <summary>Containers of a Compose project start in their order, each when what it depends on is as far as it wants.</summary>
    [Fact]
    public Task A_machine_that_starts_again_honours_dependencies() => WithEngineAsync(async (sandbox, engine, docker) =>
    {
        (await docker([
            "run", "-d", "--name", "web", "--restart", "always", "--network", "none", "--label", "com.docker.compose.project=p", "--label", "com.docker.compose.service=web",
            "--label", "com.docker.compose.depends_on=db:service_healthy:false,gone:service_started:false", "busybox", "sleep", "1000"])).Succeeds();
        (await docker([
            "run", "-d", "--name", "db", "--restart", "always", "--network", "none", "--label", "com.docker.compose.project=p", "--label", "com.docker.compose.service=db",
            "--health-cmd", "test -e /ready", "--health-interval", "1s", "--health-retries", "20", "busybox", "sh", "-c", "rm -f /ready; sleep 1.5; touch /ready; exec sleep 1000"])).Succeeds();
        await RestartMachineAsync(sandbox, engine);
        await UntilAsync(docker, "web", "running");
        (await docker(["inspect", "-f", "{{.State.Health.Status}}", "db"])).Prints("healthy");
    });

    [Fact]
    public Task A_daemon_that_was_killed_finds_streams_exit_codes_and_terminals_again() => WithEngineAsync(async (_, engine, docker) =>
    {
        (await docker(["run", "-di", "--name", "talk", "--network", "none", "busybox", "sh", "-c", "while read line; do echo got $line; done; exit 9"])).Succeeds();
        (await docker(["run", "-dit", "--name", "shell", "--network", "none", "busybox", "sh"])).Succeeds();
        (await docker(["run", "-d", "--name", "short", "--network", "none", "busybox", "sh", "-c", "sleep 0.5; echo while away; exit 3"])).Succeeds();
        await engine.KillAsync();
        await Task.Delay(1000, TestContext.Current.CancellationToken);
        await engine.StartAsync();

        (await docker(["inspect", "-f", "{{.State.Status}} {{.State.ExitCode}}", "short"])).Prints("exited 3");
        (await docker(["logs", "short"])).Prints("while away");
        (await docker(["exec", "talk", "echo", "still here"])).Prints("still here");
        await using (var client = Session.OnPipes("docker", ["attach", "talk"], Environment(engine)))
        {
            await Task.Delay(500, TestContext.Current.CancellationToken);
            await client.SendAsync("again\n");
            await client.WaitForAsync("got again");
            await engine.KillAsync();
        }

        await engine.StartAsync();
        (await docker(["inspect", "-f", "{{.State.Running}}", "talk"])).Prints("true");
        await using (var terminal = Session.OnTerminal("docker", ["attach", "shell"], Environment(engine)))
        {
            await Task.Delay(500, TestContext.Current.CancellationToken);
            await terminal.SendAsync("until stty size 2>/dev/null; do sleep 0.1; done; exit 4\n");
            await terminal.WaitForAsync("40 120");
            (await terminal.ExitAsync()).Exits(4);
        }

        (await docker(["stop", "-t", "5", "talk"])).Succeeds();
        (await docker(["rm", "talk", "shell", "short"])).Succeeds();
    });

    [Fact]
    public Task A_directory_of_a_volume_without_a_record_is_that_volume_again() => WithEngineAsync(async (_, engine, docker) =>
    {
        // As a kill between the two leaves it, or a user who brings volumes/ back.
        var anonymous = new string('a', 64);
        await engine.KillAsync();
        foreach (var name in (string[])["named", anonymous]) Directory.CreateDirectory(Path.Combine(engine.DataRoot, "volumes", name, "_data"));
        await engine.StartAsync();

        Assert.Equal([anonymous, "named"], (await docker(["volume", "ls", "-q"])).Lines.Order(StringComparer.Ordinal));
        (await docker(["volume", "prune", "-f"])).Succeeds().Contains(anonymous).Lacks("named");
        (await docker(["volume", "rm", "named"])).Succeeds();
    });

    private static Dictionary<string, string?> Environment(Engine engine) => new() { ["DOCKER_HOST"] = engine.Address, ["DOCKER_CONFIG"] = engine.Home };

    private static async Task RestartMachineAsync(Sandbox sandbox, Engine engine)
    {
        await engine.KillAsync();
        foreach (var process in sandbox.Processes().Where(p => p.Value.Contains("gantry", StringComparison.Ordinal) || p.Value.Contains("sleep", StringComparison.Ordinal)))
        {
            await sandbox.RunAsync("kill", "-KILL", process.Key.ToString(CultureInfo.InvariantCulture));
        }

        // What a reboot empties.
        Directory.Delete(engine.ExecRoot, recursive: true);
        await engine.StartAsync();
    }

    private static async Task UntilAsync(Func<string[], Task<CommandResult>> docker, string name, string status)
    {
        for (var attempt = 0; attempt < 100; attempt++)
        {
            if ((await docker(["inspect", "-f", "{{.State.Status}}", name])).Text == status) return;
            await Task.Delay(100);
        }

        (await docker(["inspect", "-f", "{{.State.Status}} {{.State.Error}}", name])).Prints(status);
    }

    private static async Task WithEngineAsync(Func<Sandbox, Engine, Func<string[], Task<CommandResult>>, Task> test)
    {
        Root.Require("unshare", "nsenter", "tini", "docker");
        await using var sandbox = await Sandbox.CreateAsync();
        await using var engine = Engine.Gantryd(sandbox);
        await engine.StartAsync();
        Task<CommandResult> Docker(string[] words) => Command.RunAsync("docker", words, Environment(engine), timeout: TimeSpan.FromSeconds(60));
        (await Docker(["load", "-i", Path.Combine(Programs.Cache, "busybox.tar")])).Succeeds();
        try
        {
            await test(sandbox, engine, Docker);
        }
        catch (Exception e) when (e is CommandException or Xunit.Sdk.XunitException)
        {
            throw new CommandException($"{e.Message}\n--- gantryd's log:\n{engine.Log(80)}");
        }
        finally
        {
            if (await Docker(["ps", "-aq"]) is { Text.Length: > 0 } left) await Docker(["rm", "-f", .. left.Lines]);
        }
    }
}
