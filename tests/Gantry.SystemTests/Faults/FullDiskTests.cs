using Gantry.SystemTests.Infrastructure;

namespace Gantry.SystemTests.Faults;

/// <summary>A container that fills the daemon's disk harms itself alone.</summary>
public sealed class FullDiskTests
{
    [Fact]
    public async Task A_container_that_filled_the_disk_ends_and_goes()
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
        Task<CommandResult> Docker(params string[] words) => Command.RunAsync("docker", words, environment, timeout: TimeSpan.FromMinutes(1));
        var image = $"{Registry.Address}/busybox";
        (await Docker("pull", "-q", image)).Succeeds();

        (await Docker("run", "--rm", "--network", "none", image, "sh", "-c", "cat /dev/zero >/filled; exit 3")).Exits(3);
        (await Docker("run", "--name", "kept", "--network", "none", image, "sh", "-c", "cat /dev/zero >/filled; exit 4")).Exits(4);
        (await Docker("ps", "-a", "--format", "{{.Names}} {{.Status}}")).Contains("kept Exited (4)");
        (await Docker("rm", "kept")).Succeeds();
        (await Docker("run", "--rm", "--network", "none", image, "echo", "room again")).Succeeds().Prints("room again");
        (await Docker("ps", "-aq")).Prints("");
    }
}
