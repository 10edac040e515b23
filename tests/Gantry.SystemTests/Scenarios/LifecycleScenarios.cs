using System.Diagnostics;
using System.Text.Json;
using Gantry.SystemTests.Infrastructure;

namespace Gantry.SystemTests.Scenarios;

/// <summary>States of a container and how it comes from one to the next.</summary>
public sealed class LifecycleScenarios(World world) : ScenarioSuite(world)
{
    [Theory, MemberData(nameof(Way.All), MemberType = typeof(Way))]
    public Task Exit_codes_come_through(string way) => Play(way, async stage =>
    {
        (await stage.Run("run --rm --network none busybox sh -c 'exit 42'")).Exits(42).Prints("");
        (await stage.Run("run --rm --network none busybox sh -c 'echo out; echo err >&2; exit 3'")).Exits(3).Prints("out").Says("err");
        (await stage.Run("run --rm --network none busybox sh -c 'kill -9 $$; sleep 5'").ContinueWith(t => t.Result)).SaysLike("^$");
        var name = stage.Name();
        (await stage.Run($"run -d --name {name} --network none busybox sleep 1000")).Succeeds();
        (await stage.Run($"exec {name} sh -c 'exit 9'")).Exits(9);
        (await stage.Run($"kill {name}")).Succeeds().Prints(name);
        (await stage.Run($"wait {name}")).Succeeds().Prints("137");
    });

    [Theory, MemberData(nameof(Way.All), MemberType = typeof(Way))]
    public Task Wait_tells_the_code_of_each(string way) => Play(way, async stage =>
    {
        var (a, b) = (stage.Name("a"), stage.Name("b"));
        (await stage.Run($"run -d --name {a} --network none busybox sh -c 'sleep 1; exit 5'")).Succeeds();
        (await stage.Run($"run -d --name {b} --network none busybox true")).Succeeds();
        (await stage.Run($"wait {a} {b}")).Succeeds().Prints("5\n0");
    });

    [Theory, MemberData(nameof(Way.All), MemberType = typeof(Way))]
    public Task Stop_asks_first_and_kills_then(string way) => Play(way, async stage =>
    {
        var (polite, stubborn) = (stage.Name("polite"), stage.Name("stubborn"));
        (await stage.Run($"run -d --name {polite} --network none busybox sh -c 'trap \"echo bye; exit 4\" TERM; echo up; while :; do sleep 0.1; done'")).Succeeds();
        (await stage.Run($"run -d --name {stubborn} --network none --stop-timeout 1 busybox sh -c 'trap \"\" TERM; while :; do sleep 0.1; done'")).Succeeds();
        await stage.Until($"logs {polite}", r => r.Out.Contains("up", StringComparison.Ordinal));
        (await stage.Run($"stop {polite}")).Succeeds();
        (await stage.Run($"logs {polite}")).Prints("up\nbye");
        (await stage.Run("inspect -f '{{.State.ExitCode}}' " + polite)).Prints("4");
        var clock = Stopwatch.StartNew();
        (await stage.Run($"stop {stubborn}")).Succeeds();
        Assert.InRange(clock.Elapsed.TotalSeconds, 0.9, 9);
        (await stage.Run("inspect -f '{{.State.ExitCode}}' " + stubborn)).Prints("137");
        (await stage.Run($"stop {stubborn}")).Succeeds().Prints(stubborn);
    });

    [Theory, MemberData(nameof(Way.All), MemberType = typeof(Way))]
    public Task Kill_sends_the_signal_named(string way) => Play(way, async stage =>
    {
        var name = stage.Name();
        (await stage.Run($"run -d --name {name} --network none busybox sh -c 'trap \"echo usr1\" USR1; echo up; while :; do sleep 0.1; done'")).Succeeds();
        await stage.Until($"logs {name}", r => r.Out.Contains("up", StringComparison.Ordinal));
        (await stage.Run($"kill -s USR1 {name}")).Succeeds();
        await stage.Until($"logs {name}", r => r.Out.Contains("usr1", StringComparison.Ordinal));
        (await stage.Run($"kill --signal 10 {name}")).Succeeds();
        (await stage.Run($"kill -s NONSENSE {name}")).Exits(1).SaysLike("invalid signal: NONSENSE");
        (await stage.Run($"kill {name}")).Succeeds();
        (await stage.Until($"kill {name}", r => r.ExitCode != 0)).SaysLike("is not running");
    });

    [Theory, MemberData(nameof(Way.All), MemberType = typeof(Way))]
    public Task Pause_stops_time_and_unpause_goes_on(string way) => Play(way, async stage =>
    {
        var name = stage.Name();
        (await stage.Run($"run -d --name {name} --network none busybox sh -c 'while :; do echo x; sleep 0.05; done'")).Succeeds();
        (await stage.Run($"pause {name}")).Succeeds().Prints(name);
        (await stage.Run("ps --format '{{.Status}}' --filter name=" + name)).Contains("(Paused)");
        (await stage.Run("inspect -f '{{.State.Status}} {{.State.Paused}} {{.State.Running}}' " + name)).Prints("paused true true");
        (await stage.Run($"exec {name} true")).Exits(1).SaysLike("is paused");
        (await stage.Run($"pause {name}")).Exits(1).SaysLike("already paused");
        var before = (await stage.Run($"logs {name}")).Lines.Length;
        await Task.Delay(400);
        Assert.InRange((await stage.Run($"logs {name}")).Lines.Length, before, before + 1);
        (await stage.Run($"unpause {name}")).Succeeds().Prints(name);
        (await stage.Run($"unpause {name}")).Exits(1).SaysLike("is not paused");
        await stage.Until($"logs {name}", r => r.Lines.Length > before + 2);
    });

    [Theory, MemberData(nameof(Way.All), MemberType = typeof(Way))]
    public Task Rename_and_find_by_every_kind_of_name(string way) => Play(way, async stage =>
    {
        var (old, renamed) = (stage.Name("old"), stage.Name("new"));
        var id = (await stage.Run($"create --name {old} --network none busybox true")).Succeeds().Text;
        (await stage.Run($"rename {old} {renamed}")).Succeeds();
        (await stage.Run($"inspect -f '{{{{.Name}}}}' {id[..12]}")).Prints("/" + renamed);
        (await stage.Run($"inspect -f '{{{{.Id}}}}' {renamed}")).Prints(id);
        (await stage.Run($"inspect -f '{{{{.Id}}}}' {old}")).Exits(1);
    });

    [Theory, MemberData(nameof(Way.All), MemberType = typeof(Way))]
    public Task On_failure_restarts_as_often_as_said(string way) => Play(way, async stage =>
    {
        var name = stage.Name();
        (await stage.Run($"run -d --name {name} --restart on-failure:2 --network none busybox sh -c 'echo life; exit 1'")).Succeeds();
        await stage.Until("inspect -f '{{.RestartCount}} {{.State.Status}}' " + name, r => r.Text == "2 exited");
        (await stage.Run($"logs {name}")).Prints("life\nlife\nlife");
    });

    [Theory, MemberData(nameof(Way.All), MemberType = typeof(Way))]
    public Task Always_restarts_until_it_is_stopped(string way) => Play(way, async stage =>
    {
        var name = stage.Name();
        (await stage.Run($"run -d --name {name} --restart always --network none busybox sh -c 'echo life; sleep 0.2'")).Succeeds();
        await stage.Until("inspect -f '{{.RestartCount}}' " + name, r => int.TryParse(r.Text, out var count) && count >= 2);
        (await stage.Run($"stop -t 0 {name}")).Succeeds();
        var count = (await stage.Run("inspect -f '{{.RestartCount}}' " + name)).Text;
        await Task.Delay(1500);
        (await stage.Run("inspect -f '{{.RestartCount}} {{.State.Running}}' " + name)).Prints($"{count} false");
    });

    [Theory, MemberData(nameof(Way.All), MemberType = typeof(Way))]
    public Task Health_goes_from_starting_to_healthy_to_unhealthy(string way) => Play(way, async stage =>
    {
        var name = stage.Name();
        (await stage.Run($"run -d --name {name} --network none --health-cmd 'test -e /ok' --health-interval 300ms --health-retries 2 --health-start-period 0s --health-timeout 5s busybox sleep 1000")).Succeeds();
        (await stage.Run("ps --format '{{.Status}}' --filter name=" + name)).Matches("\\((health: starting|unhealthy)\\)");
        (await stage.Run($"exec {name} touch /ok")).Succeeds();
        await stage.Until("inspect -f '{{.State.Health.Status}}' " + name, r => r.Text == "healthy");
        (await stage.Run("ps -q --filter health=healthy --filter name=" + name)).Matches("^[0-9a-f]{12}$");
        (await stage.Run($"exec {name} rm /ok")).Succeeds();
        await stage.Until("inspect -f '{{.State.Health.Status}} {{ge .State.Health.FailingStreak 2}}' " + name, r => r.Text == "unhealthy true");
    });

    [Theory, MemberData(nameof(Way.All), MemberType = typeof(Way))]
    public Task Top_lists_the_processes(string way) => Play(way, async stage =>
    {
        var name = stage.Name();
        (await stage.Run($"run -d --name {name} --network none busybox sleep 1234")).Succeeds();
        (await stage.Run($"top {name}")).Succeeds().Matches("^UID +PID +PPID +C +STIME +TTY +TIME +CMD\n").Contains("sleep 1234");
        (await stage.Run($"top {name} -o pid,comm")).Succeeds().Matches("^PID +COMMAND\n[0-9]+ +sleep$");
    });

    [Theory, MemberData(nameof(Way.All), MemberType = typeof(Way))]
    public Task Removing_by_the_daemon_itself(string way) => Play(way, async stage =>
    {
        var name = stage.Name();
        (await stage.Run($"run -d --rm --name {name} --network none busybox sleep 0.5")).Succeeds();
        await stage.Until($"inspect {name}", r => r.ExitCode == 1);
        (await stage.Run($"run -d --rm --name {name} --network none busybox sleep 1000")).Succeeds();
        (await stage.Run($"stop -t 0 {name}")).Succeeds();
        await stage.Until($"inspect {name}", r => r.ExitCode == 1);
    });

    [Theory, MemberData(nameof(Way.All), MemberType = typeof(Way))]
    public Task Limits_are_held(string way) => Play(way, async stage =>
    {
        (await stage.Run($"run --name {stage.Name()} --network none -m 32m busybox sh -c 'head -c 200000000 /dev/zero | tail'")).Exits(137);
        (await stage.Run("inspect -f '{{.State.OOMKilled}} {{.HostConfig.Memory}}' " + stage.Name())).Prints("true 33554432");
        (await stage.Run("run --rm --network none --pids-limit 5 busybox sh -c 'for i in 1 2 3 4 5 6 7; do sleep 1 & done; wait'")).SaysLike("fork");
        (await stage.Run("run --rm --network none --ulimit nofile=77:88 busybox sh -c 'ulimit -n; ulimit -Hn'")).Prints("77\n88");
        (await stage.Run("run --rm --network none --read-only busybox touch /x")).Exits(1).SaysLike("read-only file system");
        (await stage.Run("run --rm --network none --read-only --tmpfs /t:size=1m busybox sh -c 'touch /t/x; df -k /t | tail -1'")).Succeeds().Contains("1024");
        (await stage.Run("run --rm --network none --cap-drop ALL busybox chown nobody /tmp")).Exits(1).SaysLike("not permitted");
        (await stage.Run("run --rm --network none busybox mount -t tmpfs x /tmp")).SaysLike("permission denied|not permitted");
        (await stage.Run("run --rm --network none busybox grep -E 'CapEff|Seccomp:|NoNewPrivs' /proc/self/status")).Prints("CapEff:\t00000000a80425fb\nNoNewPrivs:\t0\nSeccomp:\t2");
        (await stage.Run("run --rm --network none --security-opt no-new-privileges --user 1000:1000 --group-add 50 busybox sh -c 'id; grep NoNew /proc/self/status'")).Contains("uid=1000").Contains("gid=1000").Contains("50").Contains("NoNewPrivs:\t1");
        (await stage.Run("run --rm --network none --sysctl kernel.msgmax=9000 busybox cat /proc/sys/kernel/msgmax")).Prints("9000");
        (await stage.Run("run --rm --network none --shm-size 8m busybox df -k /dev/shm")).Contains("8192");
    });

    [Theory, MemberData(nameof(Way.All), MemberType = typeof(Way))]
    public Task Host_network_is_the_daemons(string way) => Play(way, async stage =>
    {
        (await stage.Run("run --rm --network none busybox ls /sys/class/net")).Succeeds().Prints("lo");
        var host = (await stage.World.Sandbox.RunAsync("readlink", "/proc/self/ns/net")).Text;
        (await stage.Run("run --rm --network host busybox readlink /proc/self/ns/net")).Prints(host);
        (await stage.Run("run --rm --network host busybox sh -c 'cat /etc/hosts | grep -c localhost; test -s /etc/resolv.conf || test -e /etc/resolv.conf'")).Succeeds();
    });

    [Theory, MemberData(nameof(Way.All), MemberType = typeof(Way))]
    public Task Events_tell_the_story(string way) => Play(way, async stage =>
    {
        var name = stage.Name();
        var since = DateTimeOffset.UtcNow.AddSeconds(-1).ToUnixTimeSeconds();
        (await stage.Run($"run --name {name} --label k=v --network none busybox true")).Succeeds();
        (await stage.Run($"rm {name}")).Succeeds();
        var until = DateTimeOffset.UtcNow.AddSeconds(2).ToUnixTimeSeconds();
        var events = (await stage.Run($"events --since {since} --until {until} --filter container={name} --filter type=container --format '{{{{.Action}}}}'")).Succeeds();
        Assert.Equal(["create", "attach", "start", "die", "destroy"], events.Lines.Where(l => l is not "resize"));
        var die = (await stage.Run($"events --since {since} --until {until} --filter container={name} --filter event=die --format '{{{{json .}}}}'")).Succeeds();
        using var document = JsonDocument.Parse(die.Lines.Single());
        var attributes = document.RootElement.GetProperty("Actor").GetProperty("Attributes");
        Assert.Equal("0", attributes.GetProperty("exitCode").GetString());
        Assert.Equal("v", attributes.GetProperty("k").GetString());
        Assert.Equal(name, attributes.GetProperty("name").GetString());
        Assert.Equal("busybox", attributes.GetProperty("image").GetString());
    });
}
