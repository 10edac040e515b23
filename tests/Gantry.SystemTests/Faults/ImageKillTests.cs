using Gantry.SystemTests.Infrastructure;

namespace Gantry.SystemTests.Faults;

/// <summary>gantryd dies by SIGKILL in the middle of pulls and loads: no half image, nothing left over, and the next try works.</summary>
public sealed class ImageKillTests
{
    private const int Kills = 12;
    private const string Image = "debian";

    [Theory]
    [InlineData("pull")]
    [InlineData("load")]
    public async Task Killed_in_the_middle_it_is_as_if_nothing_had_been(string operation)
    {
        Root.Require("unshare", "nsenter", "tini", "docker", "skopeo", "docker-registry");
        await using var sandbox = await Sandbox.CreateAsync();
        await using var registry = new Registry(sandbox);
        await registry.StartAsync();
        await registry.FillAsync("debian.tar", Image, oci: false);
        await using var engine = Engine.Gantryd(sandbox);
        await engine.StartAsync();
        var environment = new Dictionary<string, string?> { ["DOCKER_HOST"] = engine.Address, ["DOCKER_CONFIG"] = engine.Home };
        Task<CommandResult> Docker(params string[] words) => Command.RunAsync("docker", words, environment, timeout: TimeSpan.FromMinutes(2));
        var name = operation == "pull" ? $"{Registry.Address}/{Image}" : Image;
        string[] command = operation == "pull" ? ["pull", "-q", name] : ["load", "-q", "-i", Path.Combine(Programs.Cache, "debian.tar")];
        var random = new Random(1);
        var interrupted = 0;
        for (var kill = 0; kill < Kills; kill++)
        {
            var running = Docker(command);
            await Task.Delay(random.Next(30, 1500), TestContext.Current.CancellationToken);
            await engine.KillAsync();
            var result = await running;
            await engine.StartAsync();
            var there = (await Docker("images", "-q", name)).Succeeds().Text.Length > 0;
            Assert.True(there || result.ExitCode != 0, "an image that was there is gone");
            interrupted += there ? 0 : 1;
            // Parts of downloads may wait to be continued; nothing else may be left.
            Assert.DoesNotContain(Leftovers(engine, there), f => !f.EndsWith(".partial", StringComparison.Ordinal));
            if (there)
            {
                (await Docker("run", "--rm", "--network", "none", name, "echo", "whole")).Succeeds().Prints("whole");
                (await Docker("rmi", name)).Succeeds();
            }
        }

        Assert.True(interrupted > 0, "no kill came in time");
        (await Docker(command)).Succeeds();
        (await Docker("run", "--rm", "--network", "none", name, "sh", "-c", "find / -xdev | wc -l && echo whole")).Succeeds().Contains("whole");
        Assert.Empty(Leftovers(engine, imageIsThere: true));
    }

    private static IEnumerable<string> Leftovers(Engine engine, bool imageIsThere)
    {
        var layers = Directory.GetDirectories(Path.Combine(engine.DataRoot, "layers")).Where(l => Path.GetFileName(l) != ".empty").ToArray();
        return [
            .. Directory.GetFileSystemEntries(Path.Combine(engine.DataRoot, "content", "ingest")),
            .. layers.Where(l => Path.GetFileName(l).StartsWith('.')),
            .. imageIsThere ? [] : layers,
        ];
    }
}
