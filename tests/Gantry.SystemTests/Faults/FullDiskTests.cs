using Gantry.SystemTests.Infrastructure;

namespace Gantry.SystemTests.Faults;

/// <summary>A container that fills the daemon's disk harms itself alone.</summary>
public sealed class FullDiskTests
{
    private static readonly string Image = $"{Registry.Address}/busybox";

    [Fact]
    public Task A_container_that_filled_the_disk_ends_and_goes() => WithSmallDiskAsync(async (docker, _) =>
    {
        (await docker(["run", "--rm", "--network", "none", Image, "sh", "-c", "cat /dev/zero >/filled; exit 3"])).Exits(3);
        (await docker(["run", "--name", "kept", "--network", "none", Image, "sh", "-c", "cat /dev/zero >/filled; exit 4"])).Exits(4);
        (await docker(["ps", "-a", "--format", "{{.Names}} {{.Status}}"])).Contains("kept Exited (4)");
        (await docker(["rm", "kept"])).Succeeds();
        (await docker(["run", "--rm", "--network", "none", Image, "echo", "room again"])).Succeeds().Prints("room again");
        (await docker(["ps", "-aq"])).Prints("");
    });

    [Fact]
    public Task A_copy_for_which_there_is_no_room_says_so() => WithSmallDiskAsync(async (docker, directory) =>
    {
        var files = Directory.CreateDirectory(Path.Combine(directory, "files")).FullName;
        for (var number = 0; number < 20; number++)
        {
            var content = new byte[1 << 20];
            new Random(number).NextBytes(content);
            await File.WriteAllBytesAsync(Path.Combine(files, $"{number}"), content);
        }

        await File.WriteAllTextAsync(Path.Combine(directory, "Dockerfile"), $"FROM {Image}\nCOPY files /files\n");
        var build = (await docker(["build", directory])).Exits(1).SaysLike("no space left on device");
        // One of several threads failed: that is told, not that several were at work.
        Assert.DoesNotMatch("One or more|Aggregate", build.Error);
        (await docker(["run", "--rm", "--network", "none", Image, "echo", "room again"])).Succeeds().Prints("room again");
    });

    private static async Task WithSmallDiskAsync(Func<Func<string[], Task<CommandResult>>, string, Task> test)
    {
        Root.Require("unshare", "nsenter", "tini", "docker", "skopeo", "docker-registry");
        await using var sandbox = await Sandbox.CreateAsync();
        await using var registry = new Registry(sandbox);
        await registry.StartAsync();
        await registry.FillAsync("busybox.tar", "busybox:latest", oci: true);
        await using var engine = Engine.Gantryd(sandbox);
        Directory.CreateDirectory(engine.DataRoot);
        (await sandbox.RunAsync("mount", "-t", "tmpfs", "-o", "size=40m", "tmpfs", engine.DataRoot)).Succeeds();
        await engine.StartAsync();
        var environment = new Dictionary<string, string?> { ["DOCKER_HOST"] = engine.Address, ["DOCKER_CONFIG"] = engine.Home };
        Task<CommandResult> Docker(string[] words) => Command.RunAsync("docker", words, environment, timeout: TimeSpan.FromMinutes(1));
        (await Docker(["pull", "-q", Image])).Succeeds();
        await test(Docker, Directory.CreateDirectory(Path.Combine(sandbox.Root, "context")).FullName);
    }
}
