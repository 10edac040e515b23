namespace Gantry.SystemTests.Runtime;

/// <summary>run and exec: streams and exit codes.</summary>
public sealed class RunTests(RuntimeWorld world) : RuntimeSuite(world)
{
    [Theory, MemberData(nameof(Runtimes))]
    public async Task Run_returns_what_the_program_returned(string runtime)
    {
        await using var container = await ContainerAsync(runtime);
        (await container.Does("echo out; echo err >&2; exit 7").RunAsync()).Exits(7).Prints("out").Says("err");
        (await container.Runs("true").RunAsync()).Succeeds();
    }

    [Theory, MemberData(nameof(Runtimes))]
    public async Task Run_returns_128_and_the_signal(string runtime)
    {
        await using var container = await ContainerAsync(runtime);
        // The init of a PID namespace cannot end itself by a signal: its parent namespace does.
        container.Linux.RemoveNamespace("pid");
        (await container.Does("kill -9 $$").RunAsync()).Exits(137);
        (await container.Does("kill -15 $$").RunAsync()).Exits(143);
    }

    [Theory, MemberData(nameof(Runtimes))]
    public async Task A_program_that_cannot_run_is_an_error(string runtime)
    {
        await using var container = await ContainerAsync(runtime);
        await File.WriteAllTextAsync(Path.Combine(container.RootFs, "text"), "no program", TestContext.Current.CancellationToken);
        foreach (var (program, word) in new[] { ("missing", "missing"), ("/etc", ""), ("/text", "") })
        {
            var result = await container.Runs(program).RunAsync();
            LifecycleTests.Failed(result);
            result.Exits(1).Says(word);
            LifecycleTests.Failed(await container.CallAsync("state", container.Id));
        }
    }

    [Theory, MemberData(nameof(Runtimes))]
    public async Task Exec_returns_what_the_program_returned(string runtime)
    {
        await using var container = await ContainerAsync(runtime);
        await container.Stays().BeginAsync();
        (await container.ExecAsync("sh", "-c", "echo out; echo err >&2; exit 3")).Exits(3).Prints("out").Says("err");
        (await container.ExecAsync("sh", "-c", "kill -9 $$")).Exits(137);
        LifecycleTests.Failed(await container.ExecAsync("missing"));
    }

    [Theory, MemberData(nameof(Runtimes))]
    public async Task Exec_is_in_the_container(string runtime)
    {
        await using var container = await ContainerAsync(runtime);
        await container.Stays().BeginAsync();
        var inside = await container.ExecAsync("sh", "-c", "hostname; for n in pid net ipc uts mnt cgroup; do readlink /proc/self/ns/$n; done; cat /proc/self/cgroup");
        var pid = (await container.StateAsync()).GetProperty("pid").GetInt32();
        var outside = await container.ShellAsync($"for n in pid net ipc uts mnt cgroup; do readlink /proc/{pid}/ns/$n; done");
        Assert.Equal(["box", .. outside.Lines], inside.Succeeds().Lines.Take(7));
        Assert.All(inside.Lines.Skip(7), line => Assert.EndsWith(":/", line, StringComparison.Ordinal));
    }

    [Theory, MemberData(nameof(Runtimes))]
    public async Task Exec_takes_a_process_from_a_file(string runtime)
    {
        await using var container = await ContainerAsync(runtime);
        await container.Stays().BeginAsync();
        var file = Path.Combine(container.Bundle, "process.json");
        await File.WriteAllTextAsync(file, """
            { "args": ["sh", "-c", "id -u; id -g; pwd; echo $WHAT; grep NoNewPrivs /proc/self/status"], "cwd": "/tmp", "env": ["PATH=/bin", "WHAT=this"],
              "user": { "uid": 7, "gid": 8 }, "noNewPrivileges": true }
            """, TestContext.Current.CancellationToken);
        (await container.CallAsync("exec", "--process", file, container.Id)).Succeeds().Prints("7\n8\n/tmp\nthis\nNoNewPrivs:\t1");
    }

    [Theory, MemberData(nameof(Runtimes))]
    public async Task Exec_takes_options(string runtime)
    {
        await using var container = await ContainerAsync(runtime);
        await container.Stays().BeginAsync();
        (await container.CallAsync("exec", "--cwd", "/tmp", "--env", "WHAT=this", "--user", "7:8", container.Id, "/bin/sh", "-c", "id -u; id -g; pwd; echo $WHAT"))
            .Succeeds().Prints("7\n8\n/tmp\nthis");
    }

    [Theory, MemberData(nameof(Runtimes))]
    public async Task A_detached_exec_goes_on_by_itself(string runtime)
    {
        await using var container = await ContainerAsync(runtime);
        await container.Stays().BeginAsync();
        (await container.DetachedAsync("exec", "--detach", "--pid-file", container.PidFile, container.Id, "sh", "-c", "sleep 0.1; echo done >/tmp/done")).Succeeds();
        Assert.True(int.TryParse(await File.ReadAllTextAsync(container.PidFile, TestContext.Current.CancellationToken), out _));
        (await container.ExecAsync("sh", "-c", "for i in $(seq 100); do test -e /tmp/done && exit 0; sleep 0.05; done; exit 1")).Succeeds();
    }

    [Theory, MemberData(nameof(Runtimes))]
    public async Task Run_and_exec_have_a_terminal_when_they_ask(string runtime)
    {
        await using var container = await ContainerAsync(runtime);
        container.Process["terminal"] = true;
        container.Does("tty; exit 4").Save();
        var line = string.Join(' ', container.Words("run", "--bundle", container.Bundle, container.Id));
        (await container.ShellAsync($"script -qec '{line}' /dev/null </dev/null")).Exits(4).Matches("/dev/(pts/0|console)");

        container.Process["terminal"] = false;
        await container.Stays().BeginAsync();
        line = string.Join(' ', container.Words("exec", "--tty", container.Id, "tty"));
        (await container.ShellAsync($"script -qec '{line}' /dev/null </dev/null")).Succeeds().Matches("/dev/pts/[0-9]+");
    }

    [Theory, MemberData(nameof(Runtimes))]
    public async Task A_written_spec_runs(string runtime)
    {
        await using var container = await ContainerAsync(runtime);
        (await container.CallAsync("spec", "--bundle", container.Bundle)).Succeeds();
        var config = System.Text.Json.Nodes.JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(container.Bundle, "config.json"), TestContext.Current.CancellationToken))!;
        config["process"]!["terminal"] = false;
        config["process"]!["args"] = new System.Text.Json.Nodes.JsonArray("echo", "ran");
        await File.WriteAllTextAsync(Path.Combine(container.Bundle, "config.json"), config.ToJsonString(), TestContext.Current.CancellationToken);
        (await container.CallAsync("run", "--bundle", container.Bundle, container.Id)).Succeeds().Prints("ran");
    }

    [Fact]
    public async Task Features_say_what_there_is()
    {
        await using var container = await ContainerAsync(Ours);
        var features = System.Text.Json.JsonDocument.Parse((await container.CallAsync("features")).Succeeds().Out).RootElement;
        Assert.Equal(6, features.GetProperty("hooks").GetArrayLength());
        var linux = features.GetProperty("linux");
        Assert.Contains("cgroup", linux.GetProperty("namespaces").EnumerateArray().Select(n => n.GetString()));
        Assert.True(linux.GetProperty("seccomp").GetProperty("enabled").GetBoolean());
        Assert.Equal(Directory.Exists("/sys/kernel/security/apparmor"), linux.GetProperty("apparmor").GetProperty("enabled").GetBoolean());
    }
}
