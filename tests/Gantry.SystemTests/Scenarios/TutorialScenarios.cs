using Gantry.SystemTests.Infrastructure;

namespace Gantry.SystemTests.Scenarios;

/// <summary>The first session of any tutorial, from a registry's image to a clean machine.</summary>
public sealed class TutorialScenarios(World world) : ScenarioSuite(world)
{
    [Theory, MemberData(nameof(Way.AllAndOverRuntime), MemberType = typeof(Way))]
    public Task A_shell_on_a_terminal(string way) => Play(way, async stage =>
    {
        await using var shell = stage.Terminal($"run -it --name {stage.Name()} --network none busybox sh");
        await shell.WaitForAsync("/ # ");
        // The size follows the start: until then stty finds none. What is typed is echoed, and must not be what is waited for.
        await shell.SendAsync("until stty size 2>/dev/null | grep '[4]0 120'; do sleep 0.1; done; tty; echo pid $$\n");
        await shell.WaitForAsync("40 120");
        await shell.WaitForAsync("/dev/pts/0");
        await shell.WaitForAsync("pid 1");
        await shell.SendAsync("exit 7\n");
        (await shell.ExitAsync()).Exits(7);
        (await stage.Run("inspect -f '{{.State.Status}} {{.State.ExitCode}} {{.Config.Tty}}' " + stage.Name())).Prints("exited 7 true");
    });

    [Theory, MemberData(nameof(Way.AllAndOverRuntime), MemberType = typeof(Way))]
    public Task A_service_from_start_to_removal(string way) => Play(way, async stage =>
    {
        var name = stage.Name("web");
        var data = Path.Combine(stage.Directory, "data");
        var run = await stage.Run($"run -d --name {name} -e GREETING=hello -v {data}:/data --restart unless-stopped --network none busybox sh -c 'echo $GREETING; echo kept > /data/file; i=0; while true; do echo tick $i; i=$((i+1)); sleep 0.2; done'");
        run.Succeeds().Matches("^[0-9a-f]{64}$");

        (await stage.Run("ps -a --no-trunc --filter name=" + name)).Succeeds().Contains(run.Text).Contains(name).Contains("Up ");
        await using (var logs = stage.Pipes("logs -f " + name))
        {
            await logs.WaitForAsync("hello\n");
            await logs.WaitForAsync("tick 3");
        }

        Assert.Equal("kept\n", await File.ReadAllTextAsync(Path.Combine(data, "file")));
        await using (var shell = stage.Terminal($"exec -it {name} sh"))
        {
            await shell.WaitForAsync("/ # ");
            await shell.SendAsync("cat /data/file; echo $GREETING-$$; exit 3\n");
            await shell.WaitForAsync("kept");
            await shell.WaitForAsync("hello-");
            (await shell.ExitAsync()).Exits(3);
        }

        (await stage.Run($"stop -t 1 {name}")).Succeeds().Prints(name);
        (await stage.Run("ps -q --filter name=" + name)).Succeeds().Prints("");
        (await stage.Run($"inspect -f '{{{{.State.Status}}}} {{{{.State.ExitCode}}}}' {name}")).Prints("exited 137");
        (await stage.Run($"start {name}")).Succeeds().Prints(name);
        (await stage.Run($"restart -t 0 {name}")).Succeeds().Prints(name);
        (await stage.Run("ps --format '{{.Names}} {{.State}}' --filter name=" + name)).Prints($"{name} running");
        (await stage.Run($"rm {name}")).Exits(1).SaysLike("running");
        (await stage.Run($"rm -f {name}")).Succeeds().Prints(name);
        (await stage.Run("ps -aq --filter name=" + name)).Prints("");
        (await stage.Run($"inspect {name}")).Exits(1).Says("no such object: " + name);
    });

    [Theory, MemberData(nameof(Way.AllAndOverRuntime), MemberType = typeof(Way))]
    public Task A_pull_a_container_and_the_image_removed_again(string way) => Play(way, async stage =>
    {
        var reference = $"{Registry.Address}/debian:latest";
        (await stage.Run($"pull {reference}", timeout: TimeSpan.FromMinutes(3))).Succeeds()
            .Contains("latest: Pulling from debian").Contains("Digest: sha256:").Contains($"Status: Downloaded newer image for {reference}").Contains(reference);
        (await stage.Run($"pull {reference}")).Succeeds().Contains("Image is up to date for");
        (await stage.Run($"images {Registry.Address}/debian")).Succeeds().Contains($"{Registry.Address}/debian").Contains("latest");
        (await stage.Run($"run --rm --name {stage.Name()} --network none {reference} cat /etc/os-release")).Succeeds().Contains("Debian GNU/Linux");
        (await stage.Run($"run --name {stage.Name("kept")} --network none {reference} true")).Succeeds();
        (await stage.Run($"rmi {reference}")).Exits(1).SaysLike("conflict.*(using its reference|is using)");
        (await stage.Run($"rm {stage.Name("kept")}")).Succeeds();
        (await stage.Run($"rmi {reference}")).Succeeds().Contains($"Untagged: {reference}").Contains("Deleted: sha256:");
        (await stage.Run($"images -q {reference}")).Prints("");
    });

    [Theory, MemberData(nameof(Way.AllAndOverRuntime), MemberType = typeof(Way))]
    public Task Run_pulls_what_is_not_there(string way) => Play(way, async stage =>
    {
        var tag = $"{Registry.Address}/busybox:{stage.Image("tag").Replace(':', '-')}";
        (await stage.World.Sandbox.RunAsync("skopeo", "--insecure-policy", "copy", "--quiet", "--src-tls-verify=false", "--dest-tls-verify=false",
            $"docker://{Registry.Address}/busybox:latest", $"docker://{tag}")).Succeeds();
        var run = await stage.Run($"run --rm --network none {tag} echo there");
        run.Succeeds().Prints("there").Says($"Unable to find image '{tag}' locally").Says("Pulling from busybox");
        (await stage.Run($"rmi {tag}")).Succeeds();
    });

    [Theory, MemberData(nameof(Way.AllAndOverRuntime), MemberType = typeof(Way))]
    public Task The_default_environment_of_a_container(string way) => Play(way, async stage =>
    {
        var name = stage.Name();
        (await stage.Run($"run --rm --name {name} --network none --hostname box busybox sh -c 'hostname; cat /etc/hostname; whoami; pwd; echo $PATH; echo $HOME; id -G; ls -d /dev/null /dev/shm /proc/1 /sys/fs/cgroup; echo $$'"))
            .Succeeds().Prints("box\nbox\nroot\n/\n/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin\n/root\n0\n/dev/null\n/dev/shm\n/proc/1\n/sys/fs/cgroup\n1");
    });
}
