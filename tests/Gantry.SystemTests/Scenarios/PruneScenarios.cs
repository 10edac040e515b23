using Gantry.SystemTests.Infrastructure;

namespace Gantry.SystemTests.Scenarios;

/// <summary>What takes space, and freeing it. Labels keep each scenario to its own.</summary>
public sealed class PruneScenarios(World world) : ScenarioSuite(world)
{
    [Theory, MemberData(nameof(Way.All), MemberType = typeof(Way))]
    public Task Stopped_containers(string way) => Play(way, async stage =>
    {
        var (old, running) = (stage.Name("old"), stage.Name("running"));
        (await stage.Run($"run --name {old} --label {old} --network none busybox true")).Succeeds();
        var id = (await stage.Run($"inspect -f '{{{{.Id}}}}' {old}")).Text;
        (await stage.Run($"run -d --name {running} --label {old} --network none busybox sleep 1000")).Succeeds();
        (await stage.Run($"container prune --filter label={old}", input: "n\n")).Succeeds().Contains("WARNING! This will remove all stopped containers.").Contains("[y/N]");
        (await stage.Run($"container prune -f --filter label={old} --filter until=24h")).Succeeds().Prints("Total reclaimed space: 0B");
        (await stage.Run($"container prune -f --filter label={old}")).Succeeds().Prints($"Deleted Containers:\n{id}\n\nTotal reclaimed space: 0B");
        (await stage.Run($"ps -q --no-trunc --filter label={old}")).Succeeds().Matches("^[0-9a-f]{64}$");
        (await stage.Run("container prune -f --filter nonsense=1")).Exits(1).SaysLike("invalid filter");
        (await stage.Run("container prune -f --filter until=sometimes")).Exits(1);
    });

    [Theory, MemberData(nameof(Way.All), MemberType = typeof(Way))]
    public Task Images_and_volumes(string way) => Play(way, async stage =>
    {
        var (name, image, volume) = (stage.Name(), stage.Image(), stage.Volume());
        (await stage.Run($"run --name {name} --network none busybox sh -c 'dd if=/dev/zero of=/big bs=1k count=2000 2>/dev/null'")).Succeeds();
        (await stage.Run($"commit -c 'LABEL {image}=1' {name} {image}")).Succeeds();
        (await stage.Run($"image prune -f --filter label={image}")).Succeeds().Prints("Total reclaimed space: 0B");
        (await stage.Run($"image prune -a -f --filter label={image}")).Succeeds().Contains($"untagged: {image}:latest").Contains("deleted: sha256:").Contains("Total reclaimed space: 2.048MB");
        (await stage.Run($"volume create --label {volume} {volume}")).Succeeds();
        (await stage.Run($"run --rm --network none -v {volume}:/v busybox sh -c 'dd if=/dev/zero of=/v/x bs=1k count=1000 2>/dev/null'")).Succeeds();
        (await stage.Run($"volume prune -f --filter label=not-{volume}")).Succeeds().Prints("Total reclaimed space: 0B");
        (await stage.Run("system df")).Succeeds().Matches("TYPE +TOTAL +ACTIVE +SIZE +RECLAIMABLE\\s+Images.*\\s+Containers.*\\s+Local Volumes.*\\s+Build Cache");
        (await stage.Run("system df -v")).Succeeds().Contains("Local Volumes space usage:").Matches($"{volume} +0 +1.024MB");
        (await stage.Run("system df --format '{{.Type}}'")).Succeeds().Prints("Images\nContainers\nLocal Volumes\nBuild Cache");
    });
}
