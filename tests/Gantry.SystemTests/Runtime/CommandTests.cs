using System.Text.Json;
using System.Text.Json.Nodes;

namespace Gantry.SystemTests.Runtime;

/// <summary>ps, update, events, and the options of commands that engines use.</summary>
public sealed class CommandTests(RuntimeWorld world) : RuntimeSuite(world)
{
    [Theory, MemberData(nameof(Runtimes))]
    public async Task Update_changes_limits_by_options_and_by_a_file(string runtime)
    {
        await using var container = await ContainerAsync(runtime);
        container.Linux["resources"]!["memory"] = new JsonObject { ["limit"] = 64 << 20 };
        container.Linux["resources"]!["pids"] = new JsonObject { ["limit"] = 50 };
        await container.Stays().BeginAsync();
        (await container.CallAsync("update", "--memory", $"{96 << 20}", "--pids-limit", "33", "--cpu-share", "512", "--cpu-period", "50000", "--cpu-quota", "20000", container.Id)).Succeeds();
        Assert.Equal([$"{96 << 20}", "33", "20000"], await LimitsAsync(container));
        var file = Path.Combine(container.Bundle, "resources.json");
        await File.WriteAllTextAsync(file, $$"""{ "memory": { "limit": {{80 << 20}} }, "pids": { "limit": 22 } }""", TestContext.Current.CancellationToken);
        (await container.CallAsync("update", "--resources", file, container.Id)).Succeeds();
        Assert.Equal([$"{80 << 20}", "22", "20000"], await LimitsAsync(container));
        (await container.ShellAsync($"echo '{{\"pids\":{{\"limit\":11}}}}' | {string.Join(' ', container.Words("update", "--resources", "-", container.Id))}")).Succeeds();
        Assert.Equal("11", (await LimitsAsync(container))[1]);
        LifecycleTests.Failed(await container.CallAsync("update", "--memory", "much", container.Id));
        LifecycleTests.Failed(await container.CallAsync("update", "--pids-limit", "3", "no-such-container"));
    }

    [Theory, InlineData("runc"), InlineData(Ours)]
    public async Task Events_tell_what_is_used(string runtime)
    {
        await using var container = await ContainerAsync(runtime);
        await container.Stays().BeginAsync();
        var told = JsonDocument.Parse((await container.CallAsync("events", "--stats", container.Id)).Succeeds().Out).RootElement;
        Assert.Equal(("stats", container.Id), (told.GetProperty("type").GetString(), told.GetProperty("id").GetString()));
        var data = told.GetProperty("data");
        Assert.True(data.GetProperty("cpu").GetProperty("usage").GetProperty("total").GetUInt64() > 0);
        Assert.True(data.GetProperty("memory").GetProperty("usage").GetProperty("usage").GetUInt64() > 0);
        Assert.True(data.GetProperty("pids").GetProperty("current").GetUInt64() > 0);
        LifecycleTests.Failed(await container.CallAsync("events", "--stats", "no-such-container"));
    }

    [Fact]
    public async Task Events_tell_of_a_process_that_was_killed_for_want_of_memory()
    {
        await using var container = await ContainerAsync(Ours);
        container.Linux["resources"]!["memory"] = new JsonObject { ["limit"] = 16 << 20, ["swap"] = 16 << 20 };
        await container.Does("trap 'exit 0' TERM; while ! test -e /tmp/go; do sleep 0.05; done; head -c 200m /dev/zero | tail >/dev/null; sleep 1").BeginAsync();
        var line = string.Join(' ', container.Words("events", "--interval", "200ms", container.Id));
        (await container.ShellAsync($"{line} >{container.Bundle}/events & sleep 0.5; touch {container.RootFs}/tmp/go; wait; grep -c '\"type\":\"oom\"' {container.Bundle}/events")).Succeeds();
    }

    [Theory, InlineData("runc"), InlineData(Ours)]
    public async Task Ps_shows_the_processes_as_ps_does(string runtime)
    {
        await using var container = await ContainerAsync(runtime);
        await container.Does("sleep 313 & wait").BeginAsync();
        (await container.CallAsync("ps", container.Id)).Succeeds().Matches("PID[^\n]*CMD\n(.*\n)*.*sleep 313").Lacks("kthreadd");
        (await container.CallAsync("ps", container.Id, "-o", "pid,args")).Succeeds().Matches("^ *PID COMMAND\n(.*\n)*.*sleep 313");
    }

    [Theory, MemberData(nameof(Runtimes))]
    public async Task Descriptors_are_kept_as_many_as_asked(string runtime)
    {
        await using var container = await ContainerAsync(runtime);
        container.Does("cat <&3; cat <&4; echo $LISTEN_FDS; ls /proc/self/fd | wc -l").Save();
        var line = string.Join(' ', container.Words("run", "--preserve-fds", "2", "--bundle", container.Bundle, container.Id));
        // 0, 1, 2, the two, and the one of ls itself
        (await container.ShellAsync($"echo three >{container.Bundle}/3; echo four >{container.Bundle}/4; {line} 3<{container.Bundle}/3 4<{container.Bundle}/4 5</dev/null 9</dev/null")).Succeeds()
            .Matches("^three\nfour\n\n6$");
        // Others want to be systemd's own child for these.
        if (runtime != Ours) return;
        line = string.Join(' ', container.Words("run", "--bundle", container.Bundle, container.Id));
        (await container.ShellAsync($"LISTEN_FDS=2 {line} 3<{container.Bundle}/3 4<{container.Bundle}/4 5</dev/null")).Succeeds().Matches("^three\nfour\n2\n6$");
    }

    [Theory, MemberData(nameof(Runtimes))]
    public async Task Errors_are_in_the_log_that_engines_read(string runtime)
    {
        await using var container = await ContainerAsync(runtime);
        container.Runs("/missing/program").Save();
        var log = Path.Combine(container.Bundle, "log.json");
        var result = await container.CallAsync("--log", log, "--log-format", "json", "run", "--bundle", container.Bundle, container.Id);
        Assert.NotEqual(0, result.ExitCode);
        var last = JsonDocument.Parse((await File.ReadAllLinesAsync(log, TestContext.Current.CancellationToken)).Last(l => l.Contains("error", StringComparison.Ordinal))).RootElement;
        Assert.Equal("error", last.GetProperty("level").GetString());
        Assert.Contains("/missing/program", last.GetProperty("msg").GetString(), StringComparison.Ordinal);
        // By these words dockerd and podman know that it is 127.
        Assert.Matches("(?i)no such file or directory", last.GetProperty("msg").GetString());
    }

    [Theory, MemberData(nameof(Runtimes))]
    public async Task Exec_takes_capabilities_groups_and_no_new_privileges(string runtime)
    {
        await using var container = await ContainerAsync(runtime);
        container.Process["noNewPrivileges"] = false;
        await container.Stays().BeginAsync();
        (await container.CallAsync("exec", "--cap", "CAP_NET_ADMIN", "--no-new-privs", container.Id, "grep", "-E", "CapEff|NoNewPrivs", "/proc/self/status")).Succeeds()
            // crun gives what is asked for alone.
            .Prints($"CapEff:\t{(runtime == "crun" ? "0000000000001000" : "00000000080010e1")}\nNoNewPrivs:\t1");
        if (runtime != "crun") (await container.CallAsync("exec", "--additional-gids", "77", container.Id, "id", "-G")).Succeeds().Matches("77");
    }

    [Fact]
    public async Task Exec_into_a_paused_container_waits_when_asked()
    {
        await using var container = await ContainerAsync(Ours);
        await container.Stays().BeginAsync();
        (await container.CallAsync("pause", container.Id)).Succeeds();
        LifecycleTests.Failed(await container.ExecAsync("true"));
        var line = string.Join(' ', container.Words("exec", "--ignore-paused", container.Id, "echo", "thawed"));
        var resume = string.Join(' ', container.Words("resume", container.Id));
        (await container.ShellAsync($"{line} & sleep 0.2; {resume}; wait")).Succeeds().Matches("thawed");
    }

    [Theory, MemberData(nameof(Runtimes))]
    public async Task What_is_no_option_is_refused(string runtime)
    {
        await using var container = await ContainerAsync(runtime);
        container.Runs("true").Save();
        foreach (var words in (string[][])[["run", "--what"], ["no-such-command"], ["list", "--format", "xml"], ["--log-format", "xml", "list"], ["state"], ["kill", "x", "SIGWHAT"]])
        {
            LifecycleTests.Failed(await container.CallAsync(words));
        }

        if (runtime == Ours) (await container.CallAsync("--systemd-cgroup", "list")).Exits(1).Says("--systemd-cgroup").Says("linux.cgroupsPath");
    }

    private static async Task<string[]> LimitsAsync(OciContainer container) => Directory.Exists("/sys/fs/cgroup/memory")
        ? [await container.CgroupFileAsync("memory", "memory.limit_in_bytes"), await container.CgroupFileAsync("pids", "pids.max"), await container.CgroupFileAsync("cpu", "cpu.cfs_quota_us")]
        : [await container.CgroupFileAsync("", "memory.max"), await container.CgroupFileAsync("", "pids.max"), (await container.CgroupFileAsync("", "cpu.max")).Split(' ')[0]];
}
