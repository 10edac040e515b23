using Gantry.SystemTests.Infrastructure;

namespace Gantry.SystemTests.Scenarios;

/// <summary>Volumes of a storage driver that speaks Docker's volume plug-in protocol.</summary>
public sealed class VolumePluginScenarios(World world) : ScenarioSuite(world)
{
    [Theory, MemberData(nameof(Way.All), MemberType = typeof(Way))]
    public Task A_driver_on_a_socket_serves_volumes(string way) => Play(way, async stage =>
    {
        var driver = $"driver{Way.All.ToList().FindIndex(row => row.Data == way)}";
        var directory = Path.Combine(stage.World.Sandbox.Root, driver);
        Directory.CreateDirectory(directory);
        // It stays: dockerd asks a driver it has met at each look-up of a volume, and waits a quarter of a minute for one that is gone.
        var plugin = stage.World.Keep(new VolumePlugin(stage.World.Sandbox.PathInside($"/run/docker/plugins/{driver}.sock"), directory));
        var volume = stage.Volume();
        (await stage.Run($"volume create -d {driver} -o size=1 {volume}")).Succeeds().Prints(volume);
        (await stage.Run($"volume inspect -f '{{{{.Driver}}}} {{{{.Scope}}}} {{{{.Status.state}}}}' {volume}")).Prints($"{driver} global fine");
        (await stage.Run($"run --rm --network none -v {volume}:/data busybox sh -c 'echo far > /data/x'")).Succeeds();
        Assert.Equal("far\n", await File.ReadAllTextAsync(Path.Combine(directory, volume, "x")));
        await stage.Until("ps -q", _ => plugin.Calls.Count(c => c == $"VolumeDriver.Mount {volume}") == plugin.Calls.Count(c => c == $"VolumeDriver.Unmount {volume}"));
        (await stage.Run($"volume ls -q --filter driver={driver}")).Prints(volume);
        (await stage.Run($"volume create -d {driver} {volume}-refused")).Exits(1).SaysLike("no room for it");
        (await stage.Run($"volume rm {volume}")).Succeeds();
        Assert.Contains($"VolumeDriver.Remove {volume}", plugin.Calls);
    });
}
