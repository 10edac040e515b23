using Gantry.SystemTests.Infrastructure;

namespace Gantry.SystemTests.Runtime;

/// <summary>gantry-runtime beneath other engines: Debian's podman, dockerd and containerd.</summary>
public sealed class EngineTests
{
    // The first limits of podman and dockerd are above what a machine without CAP_SYS_RESOURCE may give.
    private const string Limits = "--ulimit nofile=1024:1024 --ulimit nproc=1024:1024";

    [Fact]
    public async Task Podman_runs_containers_pods_and_builds_with_it()
    {
        await using var sandbox = await SandboxAsync("podman");
        var podman = $"podman --root {sandbox.Root}/root --runroot {sandbox.Root}/run --tmpdir {sandbox.Root}/tmp --storage-driver vfs --cgroup-manager cgroupfs "
            + $"--events-backend file --runtime {Programs.Runtime} --log-level error";
        Task<CommandResult> Podman(string words) => ShellAsync(sandbox, $"{podman} {words}");
        (await Podman($"load -i {Programs.Cache}/busybox.tar")).Succeeds();
        string Run(string words) => $"run {Limits} --network none {words}";
        try
        {
            (await Podman(Run("--rm busybox sh -c 'echo $$; grep Seccomp: /proc/self/status; exit 7'"))).Exits(7).Matches("^1\nSeccomp:\t2$");
            // Podman loses what a program says that has ended, or whose input has, before it is attached.
            (await ShellAsync(sandbox, $"sleep 3 | script -qec '{podman} {Run("--rm -it busybox sh -c \"sleep 0.3; tty; sleep 0.3\"")}' /dev/null")).Succeeds().Matches("/dev/pts/0");
            (await Podman(Run("--rm busybox no-such-program"))).Exits(127);
            (await Podman(Run("--rm busybox /etc"))).Exits(126);
            (await Podman(Run("-d --name one --memory 64m --pids-limit 50 busybox sh -c 'trap \"exit 3\" TERM; while :; do sleep 0.1; done'"))).Succeeds();
            (await Podman("exec one sh -c 'cat /sys/fs/cgroup/memory/memory.limit_in_bytes /sys/fs/cgroup/pids/pids.max || cat /sys/fs/cgroup/memory.max /sys/fs/cgroup/pids.max' 2>/dev/null"))
                .Succeeds().Prints($"{64 << 20}\n50");
            (await Podman("exec one no-such-program")).Exits(127);
            (await Podman("pause one")).Succeeds();
            (await Podman("ps -a --format '{{.Status}}'")).Succeeds().Matches("(?i)paused");
            (await Podman("unpause one")).Succeeds();
            (await Podman("update --memory 32m one")).Succeeds();
            (await Podman("stop one")).Succeeds();
            (await Podman("wait one")).Succeeds().Prints("3");
            (await Podman("rm one")).Succeeds();
            (await Podman(Run("--rm --uidmap 0:100000:1000 --gidmap 0:100000:1000 busybox sh -c 'touch /x; stat -c %u /x; cat /proc/self/uid_map'"))).Succeeds()
                .Matches(@"^0\n\s+0\s+100000\s+1000$");
            (await Podman("pod create --name p --network none --infra-image busybox --infra-command 'sleep 100'")).Succeeds();
            (await Podman($"run {Limits} --rm --pod p busybox hostname")).Succeeds().Prints("p");
            (await Podman("pod rm -f p")).Succeeds();
            await File.WriteAllTextAsync(Path.Combine(sandbox.Root, "Dockerfile"), "FROM busybox\nRUN echo built >/built\nCMD [\"cat\", \"/built\"]\n", TestContext.Current.CancellationToken);
            (await Podman($"build --isolation oci --network none {Limits} -t made -f {sandbox.Root}/Dockerfile {sandbox.Root}/tmp")).Succeeds();
            (await Podman(Run("--rm made"))).Succeeds().Prints("built");
        }
        finally
        {
            await Podman("pod rm -af");
            await Podman("rm -af");
            await ShellAsync(sandbox, $"podman --root {sandbox.Root}/root --runroot {sandbox.Root}/run --storage-driver vfs unmount -a; umount -R {sandbox.Root}/root {sandbox.Root}/run 2>/dev/null; true");
        }
    }

    [Fact]
    public async Task An_ordinary_user_keeps_their_number_with_podman()
    {
        await using var sandbox = await SandboxAsync("podman", "newuidmap", "setpriv");
        var home = Path.Combine(sandbox.Root, "home");
        // A user of this sandbox alone.
        (await ShellAsync(sandbox, $"""
            set -e; chmod 755 {sandbox.Root}; mkdir -p {home}/run; cp {Programs.Runtime} {sandbox.Root}/runtime; cp {Programs.Cache}/busybox.tar {sandbox.Root}/busybox.tar
            for f in passwd group subuid subgid; do touch /etc/$f; cp /etc/$f {sandbox.Root}/$f; done
            echo 'tester:x:4321:4321::{home}:/bin/sh' >>{sandbox.Root}/passwd; echo 'tester:x:4321:' >>{sandbox.Root}/group
            echo 'tester:200000:65536' >{sandbox.Root}/subuid; echo 'tester:200000:65536' >{sandbox.Root}/subgid
            for f in passwd group subuid subgid; do mount --bind {sandbox.Root}/$f /etc/$f; done
            chmod 644 {sandbox.Root}/busybox.tar; chmod 755 {sandbox.Root}/runtime; chown -R 4321:4321 {home}; chmod 700 {home}/run
            """)).Succeeds();
        var user = $"cd {home} && HOME={home} XDG_RUNTIME_DIR={home}/run setpriv --reuid 4321 --regid 4321 --clear-groups -- podman --storage-driver vfs --cgroup-manager cgroupfs --events-backend file --runtime {sandbox.Root}/runtime --log-level error";
        try
        {
            (await ShellAsync(sandbox, $"{user} load -i {sandbox.Root}/busybox.tar")).Succeeds();
            (await ShellAsync(sandbox, $"{user} run --rm {Limits} --network none --userns=keep-id busybox sh -c 'id -u; touch /tmp/x; stat -c %u /tmp/x'")).Succeeds().Prints("4321\n4321");
            (await ShellAsync(sandbox, $"{user} run -d --name one {Limits} --network none busybox sleep 100")).Succeeds();
            (await ShellAsync(sandbox, $"{user} exec one id -u")).Succeeds().Prints("0");
            (await ShellAsync(sandbox, $"{user} rm -f -t 0 one")).Succeeds();
        }
        finally
        {
            await ShellAsync(sandbox, $"{user} rm -af -t 0; pkill -KILL -u 4321; umount /etc/passwd /etc/group /etc/subuid /etc/subgid");
        }
    }

    [Fact]
    public async Task Dockerd_and_containerd_run_containers_with_it()
    {
        await using var sandbox = await SandboxAsync("dockerd", "docker", "ctr");
        await using var engine = Engine.Dockerd(sandbox, "--add-runtime", $"gantry={Programs.Runtime}", "--default-ulimit", "nofile=1024:1024", "--default-ulimit", "nproc=1024:1024");
        await engine.StartAsync();
        Task<CommandResult> Docker(string words) => ShellAsync(sandbox, $"docker --host {engine.Address} {words}");
        (await Docker($"load -i {Programs.Cache}/busybox.tar")).Succeeds();
        const string run = "run --runtime gantry --network none";
        (await Docker($"{run} --rm busybox sh -c 'echo $$; grep Seccomp: /proc/self/status; exit 7'")).Exits(7).Matches("^1\nSeccomp:\t2$");
        (await ShellAsync(sandbox, $"script -qec 'docker --host {engine.Address} {run} --rm -it busybox tty' /dev/null </dev/null")).Succeeds().Matches("/dev/pts/0");
        (await Docker($"{run} --rm busybox no-such-program")).Exits(127);
        (await Docker($"{run} --rm busybox /etc")).Exits(126);
        (await Docker($"{run} -d --name one --memory 64m --pids-limit 50 busybox sh -c 'trap \"exit 3\" TERM; while :; do sleep 0.1; done'")).Succeeds();
        (await Docker("exec -u nobody -w /tmp one sh -c 'id -u; pwd; cat /sys/fs/cgroup/pids/pids.max || cat /sys/fs/cgroup/pids.max' 2>/dev/null")).Succeeds().Prints("65534\n/tmp\n50");
        (await Docker("top one")).Succeeds().Matches("while :");
        (await Docker("pause one")).Succeeds();
        (await Docker("ps --format '{{.Status}}'")).Succeeds().Matches("Paused");
        (await Docker("unpause one")).Succeeds();
        (await Docker("update --memory 32m --memory-swap 32m one")).Succeeds();
        (await Docker("restart -t 2 one")).Succeeds();
        (await Docker("stop one")).Succeeds();
        (await Docker("inspect -f '{{.State.ExitCode}}' one")).Succeeds().Prints("3");
        (await Docker($"{run} --name two --memory 16m --memory-swap 16m busybox sh -c 'head -c 200m /dev/zero | tail >/dev/null'")).Exits(137);
        (await Docker("inspect -f '{{.State.OOMKilled}}' two")).Succeeds().Prints("true");
        (await Docker("rm -f one two")).Succeeds();
        // dockerd's own containerd, asked by its own client.
        Task<CommandResult> Ctr(string words) => ShellAsync(sandbox, $"ctr -a {engine.ExecRoot}/containerd/containerd.sock {words}");
        (await Ctr($"image import --snapshotter native {Programs.Cache}/busybox.tar")).Succeeds();
        var withIt = $"--snapshotter native --runc-binary {Programs.Runtime} docker.io/library/busybox:latest";
        (await Ctr($"run --rm {withIt} one echo from ctr")).Succeeds().Prints("from ctr");
        (await Ctr($"run -d {withIt} two sleep 100 >/dev/null 2>&1 </dev/null")).Succeeds();
        (await Ctr("task exec --exec-id e two echo inside")).Succeeds().Prints("inside");
        (await Ctr("task pause two")).Succeeds();
        (await Ctr("task ls")).Succeeds().Matches("two.*PAUSED");
        (await Ctr("task resume two")).Succeeds();
        (await Ctr("task kill -s KILL two")).Succeeds();
        (await ShellAsync(sandbox, $"for i in $(seq 50); do ctr -a {engine.ExecRoot}/containerd/containerd.sock task rm two >/dev/null 2>&1 && exit 0; sleep 0.1; done; exit 1")).Succeeds();
        (await Ctr("container rm two")).Succeeds();
    }

    private static async Task<Sandbox> SandboxAsync(params string[] programs)
    {
        Root.Require(["unshare", "nsenter", "tini", "busybox"]);
        if (programs.FirstOrDefault(p => Programs.Find(p) is null) is { } missing) Assert.Skip($"{missing} is not installed");
        if (!File.Exists(Path.Combine(Programs.Cache, "busybox.tar"))) Assert.Skip("the test images are not made: ./test.sh makes them");
        return await Sandbox.CreateAsync();
    }

    private static Task<CommandResult> ShellAsync(Sandbox sandbox, string script) => sandbox.RunAsync("sh", "-c", script);
}
