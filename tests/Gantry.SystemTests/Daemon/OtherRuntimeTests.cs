using Gantry.SystemTests.Infrastructure;

namespace Gantry.SystemTests.Daemon;

/// <summary>Containers that another OCI runtime runs (<c>--runtime</c>), with those of Debian.</summary>
public sealed class OtherRuntimeTests
{
    private const string Configuration = """{"runtimes":{"crun":{"path":"crun"},"debians":{"path":"/usr/sbin/runc","runtimeArgs":["--debug"]},"lost":{"path":"/nowhere/lost"}}}""";

    public static TheoryData<string> Names => ["crun", "debians"];

    [Theory, MemberData(nameof(Names))]
    public async Task It_makes_runs_and_ends_them(string runtime)
    {
        await using var stage = await OpenAsync();
        (await stage.Docker($"run --rm --runtime {runtime} busybox sh -c 'echo out; echo err >&2; exit 3'")).Exits(3).Prints("out").Says("err");
        (await stage.Docker($"run --rm --runtime {runtime} busybox nothing-here")).Fails().SaysLike("OCI runtime create failed: .*nothing-here.* not found in \\$PATH.*: unknown");
        (await stage.Docker($"run -d --name worker --runtime {runtime} -m 64m -v kept:/kept --mount type=volume,src=kept,dst=/part,volume-subpath=. --mount type=image,src=busybox,dst=/image busybox "
            + "sh -c 'trap \"echo told; exit 7\" TERM; while :; do sleep 0.1; done'")).Succeeds();
        (await stage.Docker("inspect --format {{.HostConfig.Runtime}} worker")).Prints(runtime);
        // It is the runtime's, and no other's.
        (await stage.Sandbox.RunAsync(runtime == "crun" ? "crun" : "runc", "--root", Path.Combine(stage.Engine.ExecRoot, "runtimes", runtime), "list", "-q")).Succeeds().Matches("^[0-9a-f]{64}$");
        (await stage.Docker("exec -u 1000:5 -w /tmp worker sh -c 'id; pwd; exit 5'")).Exits(5).Contains("uid=1000 gid=5").Contains("/tmp");
        (await stage.Docker("exec worker nothing-here")).Exits(127);
        (await stage.Docker("exec worker sh -c 'touch /kept/a && ls /part /image/bin/busybox'")).Prints("/image/bin/busybox\n\n/part:\na");
        (await stage.Docker("exec worker touch /image/a")).Fails().Says("Read-only file system");
        (await stage.Docker("pause worker")).Succeeds();
        (await stage.Docker("inspect --format {{.State.Status}} worker")).Prints("paused");
        (await stage.Docker("unpause worker")).Succeeds();
        (await stage.Docker("update -m 96m --memory-swap -1 worker")).Succeeds();
        (await stage.Docker("stats --no-stream --format {{.MemUsage}} worker")).Contains("/ 96MiB");
        (await stage.Docker("top worker")).Contains("sleep");
        (await stage.Docker("stop worker")).Succeeds();
        (await stage.Docker("inspect --format '{{.State.Status}} {{.State.ExitCode}}' worker")).Prints("exited 7");
        (await stage.Docker("logs worker")).Prints("told");
        (await stage.Docker("start worker")).Succeeds();
        (await stage.Docker("kill worker")).Succeeds();
        (await stage.Docker("wait worker")).Prints("137");
        (await stage.Docker("rm worker")).Succeeds();
        (await stage.Docker($"run --name again --restart on-failure:2 --runtime {runtime} busybox false")).Exits(1);
        (await stage.Docker($"run --rm --runtime {runtime} -m 20m busybox tail /dev/zero")).Exits(137);
        await NothingRemainsAsync(stage, runtime);
    }

    [Theory, MemberData(nameof(Names))]
    public async Task It_gives_them_terminals(string runtime)
    {
        await using var stage = await OpenAsync();
        var environment = new Dictionary<string, string?> { ["DOCKER_HOST"] = stage.Engine.Address, ["DOCKER_CONFIG"] = stage.Engine.Home };
        await using (var shell = Session.OnTerminal("docker", ["run", "-it", "--rm", "--name", "shell", "--runtime", runtime, "busybox", "sh"], environment))
        {
            await shell.SendAsync("echo $((40+2)) on $(tty)\n");
            await shell.WaitForAsync("42 on /dev/pts/0");
            await using (var other = Session.OnTerminal("docker", ["exec", "-it", "shell", "sh"], environment))
            {
                await other.SendAsync("echo $((40+3)) on $(tty); exit 4\n");
                await other.WaitForAsync("43 on /dev/pts/");
                (await other.ExitAsync()).Exits(4);
            }

            await shell.SendAsync("stty rows 30 cols 90; stty size; exit 6\n");
            await shell.WaitForAsync("30 90");
            (await shell.ExitAsync()).Exits(6);
        }

        await NothingRemainsAsync(stage, runtime);
    }

    [Theory, MemberData(nameof(Names))]
    public async Task Whoever_is_killed_loses_no_container_and_leaves_nothing(string runtime)
    {
        await using var stage = await OpenAsync();
        (await stage.Docker($"run -d --name stays --runtime {runtime} busybox sleep 1000")).Succeeds();
        await stage.Engine.KillAsync();
        await stage.Engine.StartAsync();
        (await stage.Docker("exec stays echo still")).Prints("still");
        var monitor = stage.Sandbox.Processes().Single(process => process.Value.Contains("gantry-runtime monitor", StringComparison.Ordinal) && !process.Value.Contains("/---", StringComparison.Ordinal));
        (await stage.Sandbox.RunAsync("kill", "-9", $"{monitor.Key}")).Succeeds();
        (await stage.Docker("wait stays")).Prints("137");
        (await stage.Docker("start stays")).Succeeds();
        (await stage.Docker("exec stays echo again")).Prints("again");
        (await stage.Docker("rm -f stays")).Succeeds();
        await NothingRemainsAsync(stage, runtime);
    }

    [Fact]
    public async Task Names_are_what_the_configuration_says_now()
    {
        await using var stage = await OpenAsync();
        (await stage.Docker("create --runtime frobnicate busybox")).Fails().Says("unknown or invalid runtime name: frobnicate");
        (await stage.Docker("run --rm --runtime lost busybox true")).Fails().Says("the runtime lost cannot be run: exec /nowhere/lost: no such file or directory");
        (await stage.Docker("run --rm --runtime runc busybox echo stock")).Prints("stock");
        (await stage.Docker("info --format '{{.DefaultRuntime}} {{json (index .Runtimes \"debians\")}}'")).Prints("""gantry-runtime {"path":"/usr/sbin/runc","runtimeArgs":["--debug"]}""");
        (await stage.Docker("create --name old --runtime crun busybox true")).Succeeds();
        await stage.ReloadAsync("""{"runtimes":{"debians":{"path":"runc"}},"default-runtime":"debians"}""");
        (await stage.Docker("info --format {{.DefaultRuntime}}")).Prints("debians");
        (await stage.Docker("start old")).Fails().Says("unknown or invalid runtime name: crun");
        (await stage.Docker("create --name new busybox true")).Succeeds();
        (await stage.Docker("inspect --format {{.HostConfig.Runtime}} new")).Prints("debians");
        (await stage.Docker("start -a new")).Succeeds();
        await stage.ReloadAsync("""{"default-runtime":"crun"}""");
        Assert.Contains("specified default runtime 'crun' does not exist", stage.Engine.Log(), StringComparison.Ordinal);
        (await stage.Docker("info --format {{.DefaultRuntime}}")).Prints("debians");
    }

    private static Task<DaemonStage> OpenAsync()
    {
        Root.Require("crun", "runc");
        return DaemonStage.CreateAsync(_ => Configuration);
    }

    /// <summary>No state of the runtime's, no control group, no mount.</summary>
    private static async Task NothingRemainsAsync(DaemonStage stage, string runtime)
    {
        string[] Left() =>
        [
            .. Directory.EnumerateFileSystemEntries(Path.Combine(stage.Engine.ExecRoot, "runtimes", runtime)),
            .. stage.Sandbox.ControlGroups().Where(group => group.StartsWith("gantry/", StringComparison.Ordinal)), .. stage.Sandbox.Mounts().Where(mount => mount.Contains("rootfs", StringComparison.Ordinal)),
        ];
        // Containers of --rm are answered for before they are gone.
        for (var attempt = 0; attempt < 100 && Left().Length > 0; attempt++) await Task.Delay(50);
        Assert.Empty(Left());
    }
}
