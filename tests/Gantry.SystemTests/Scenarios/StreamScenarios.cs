using Gantry.SystemTests.Infrastructure;

namespace Gantry.SystemTests.Scenarios;

/// <summary>Input, output, terminals, logs and attaching.</summary>
public sealed class StreamScenarios(World world) : ScenarioSuite(world)
{
    [Theory, MemberData(nameof(Way.All), MemberType = typeof(Way))]
    public Task Input_flows_through_and_its_end_too(string way) => Play(way, async stage =>
    {
        (await stage.Run("run -i --rm --network none busybox cat", input: "one\ntwo\n")).Succeeds().Prints("one\ntwo");
        (await stage.Run("run -i --rm --network none busybox wc -c", input: new string('x', 3_000_000))).Succeeds().Prints("3000000");
        (await stage.Run("run --rm --network none busybox cat", input: "not passed on\n")).Succeeds().Prints("");
        var name = stage.Name();
        (await stage.Run($"run -d --name {name} --network none busybox sleep 1000")).Succeeds();
        (await stage.Run($"exec -i {name} sort", input: "b\na\n")).Succeeds().Prints("a\nb");
        (await stage.Run($"exec {name} cat", input: "no\n")).Succeeds().Prints("");
    });

    [Theory, MemberData(nameof(Way.All), MemberType = typeof(Way))]
    public Task Much_output_arrives_whole(string way) => Play(way, async stage =>
    {
        var name = stage.Name();
        var run = await stage.Run($"run --name {name} --network none busybox sh -c 'seq 1 100000; echo end >&2'");
        run.Succeeds().Says("end");
        Assert.Equal(100_000, run.Lines.Length);
        Assert.Equal("100000", run.Lines[^1]);
        var logs = await stage.Run($"logs {name}");
        Assert.Equal(run.Out, logs.Out);
        (await stage.Run($"logs -n 2 {name}")).Matches("^99999\n100000$|^100000$");
        (await stage.Run($"logs --tail 0 {name}")).Prints("");
    });

    [Theory, MemberData(nameof(Way.All), MemberType = typeof(Way))]
    public Task Logs_with_times_and_limits(string way) => Play(way, async stage =>
    {
        var name = stage.Name();
        (await stage.Run($"run --name {name} --network none busybox sh -c 'echo early; sleep 2; echo late; printf unfinished'")).Succeeds();
        (await stage.Run($"logs -t {name}")).Matches("^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}\\.[0-9]{9}Z early\n.*Z late\n.*Z unfinished$");
        var times = (await stage.Run($"logs -t {name}")).Lines;
        var late = times[1].Split(' ')[0];
        (await stage.Run($"logs --since {late} {name}")).Prints("late\nunfinished");
        (await stage.Run($"logs --until {times[0].Split(' ')[0]} {name}")).Prints("early");
        (await stage.Run($"logs --tail 1 {name}")).Prints("unfinished");
        (await stage.Run($"logs --since 1h {name}")).Prints("early\nlate\nunfinished");
        (await stage.Run($"logs -f {name}")).Succeeds().Prints("early\nlate\nunfinished");
        (await stage.Run($"logs --tail nonsense {name}")).SaysLike("^$|invalid|nonsense");
    });

    [Theory, MemberData(nameof(Way.All), MemberType = typeof(Way))]
    public Task Several_clients_attach_and_see_the_same(string way) => Play(way, async stage =>
    {
        var name = stage.Name();
        (await stage.Run($"run -di --name {name} --network none busybox sh -c 'until read -t 1 line; do echo waiting; done; echo got $line; while read line; do echo got $line; done; echo bye; exit 6'")).Succeeds();
        await using var first = stage.Pipes($"attach {name}");
        await using var second = stage.Pipes($"attach --no-stdin {name}");
        await first.WaitForAsync("waiting");
        await second.WaitForAsync("waiting");
        await first.SendAsync("hello\n");
        await first.WaitForAsync("got hello");
        await second.WaitForAsync("got hello");
        first.CloseInput();
        await second.WaitForAsync("bye", 10).ContinueWith(_ => { }, TaskScheduler.Default);
        (await stage.Run($"kill {name}")).ToString();
        await second.ExitAsync();
    });

    [Theory, MemberData(nameof(Way.All), MemberType = typeof(Way))]
    public Task Detach_keys_leave_the_container_running(string way) => Play(way, async stage =>
    {
        var name = stage.Name();
        await using (var shell = stage.Terminal($"run -it --name {name} --network none busybox sh"))
        {
            await shell.WaitForAsync("/ # ");
            await shell.SendAsync("echo before\n");
            await shell.WaitForAsync("before\r\n");
            await shell.SendAsync("\x10");
            await Task.Delay(100);
            await shell.SendAsync("\x11");
            (await shell.ExitAsync()).Exits(0);
        }

        (await stage.Run("inspect -f '{{.State.Running}}' " + name)).Prints("true");
        await using (var again = stage.Terminal($"attach --detach-keys ctrl-x,x {name}"))
        {
            await Task.Delay(500);
            await again.SendAsync("echo after\n");
            await again.WaitForAsync("after\r\n");
            await again.SendAsync("\x18");
            await Task.Delay(100);
            await again.SendAsync("x");
            // Docker's command line says "read escape sequence" and fails with 1 here.
            await again.ExitAsync();
        }

        (await stage.Run("inspect -f '{{.State.Running}}' " + name)).Prints("true");
    });

    [Theory, MemberData(nameof(Way.All), MemberType = typeof(Way))]
    public Task A_terminal_that_changes_its_size(string way) => Play(way, async stage =>
    {
        await using var shell = stage.Terminal($"run -it --name {stage.Name()} --network none busybox sh");
        await shell.WaitForAsync("/ # ");
        var terminal = (await Command.RunAsync("sh", ["-c", $"for p in $(pgrep -P {shell.ProcessId}); do readlink /proc/$p/fd/0; done"])).Lines.First(l => l.StartsWith("/dev/pts/", StringComparison.Ordinal));
        (await Command.RunAsync("stty", ["-F", terminal, "rows", "50", "cols", "132"])).Succeeds();
        for (var attempt = 0; attempt < 20; attempt++)
        {
            await shell.SendAsync("stty size\n");
            await Task.Delay(150);
            if (shell.Seen.Contains("50 132", StringComparison.Ordinal)) break;
        }

        await shell.WaitForAsync("50 132", 5);
    });

    [Theory, MemberData(nameof(Way.All), MemberType = typeof(Way))]
    public Task A_signal_to_the_client_reaches_the_container(string way) => Play(way, async stage =>
    {
        await using var run = stage.Pipes($"run --name {stage.Name()} --network none busybox sh -c 'trap \"echo caught; exit 8\" TERM; echo up; while :; do sleep 0.1; done'");
        await run.WaitForAsync("up");
        (await Command.RunAsync("kill", ["-TERM", $"{run.ProcessId}"])).Succeeds();
        await run.WaitForAsync("caught");
        (await run.ExitAsync()).Exits(8);
    });

    [Theory, MemberData(nameof(Way.All), MemberType = typeof(Way))]
    public Task A_signal_in_place_of_an_answer_is_a_no(string way) => Play(way, async stage =>
    {
        await using var prune = stage.Pipes("volume prune --filter label=of-nobody");
        await prune.WaitForAsync("[y/N]");
        (await Command.RunAsync("kill", ["-INT", $"{prune.ProcessId}"])).Succeeds();
        (await prune.ExitAsync()).Succeeds();
    });

    [Theory, MemberData(nameof(Way.All), MemberType = typeof(Way))]
    public Task A_signal_to_the_client_reaches_a_container_with_a_terminal(string way) => Play(way, async stage =>
    {
        await using var run = stage.Terminal($"run -it --name {stage.Name()} --network none busybox sh -c 'trap \"echo caught; exit 8\" TERM; echo up; while :; do sleep 0.1; done'");
        await run.WaitForAsync("up");
        // script(1) has the client as its child.
        (await Command.RunAsync("pkill", ["-TERM", "-P", $"{run.ProcessId}"])).Succeeds();
        await run.WaitForAsync("caught");
        (await run.ExitAsync()).Exits(8);
    });

    [Theory, MemberData(nameof(Way.All), MemberType = typeof(Way))]
    public Task Exec_has_its_own_environment_user_and_directory(string way) => Play(way, async stage =>
    {
        var name = stage.Name();
        (await stage.Run($"run -d --name {name} -e A=1 --network none busybox sleep 1000")).Succeeds();
        (await stage.Run($"exec -e B=2 -w /tmp -u nobody {name} sh -c 'echo $A$B; pwd; id -un'")).Succeeds().Prints("12\n/tmp\nnobody");
        (await stage.Run($"exec -t {name} tty")).Succeeds().Matches("/dev/pts/[0-9]");
        (await stage.Run($"exec -d {name} touch /made")).Succeeds().Prints("");
        await stage.Until($"exec {name} ls /made", r => r.ExitCode == 0);
        (await stage.Run($"exec --privileged {name} grep CapEff /proc/self/status")).Lacks("a80425fb");
    });

    [Theory, MemberData(nameof(Way.All), MemberType = typeof(Way))]
    public Task Start_attached_brings_output_and_code(string way) => Play(way, async stage =>
    {
        var name = stage.Name();
        (await stage.Run($"create -i --name {name} --network none busybox sh -c 'cat; exit 12'")).Succeeds();
        (await stage.Run($"start -ai {name}", input: "words\n")).Exits(12).Prints("words");
    });
}
