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
        (await stage.Run($"container prune -f --filter label={old}")).Succeeds().Matches($"^Deleted Containers:\n{id}\n\nTotal reclaimed space: {Reclaimed(way, "0B", @"[0-9.]+kB")}$");
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
        (await stage.Run($"image prune -a -f --filter label={image}")).Succeeds().Contains($"untagged: {image}:latest").Contains("deleted: sha256:").Matches($"Total reclaimed space: {Reclaimed(way, @"2\.048MB", @"4\.1[0-9]+MB")}$");
        (await stage.Run($"volume create --label {volume} {volume}")).Succeeds();
        (await stage.Run($"run --rm --network none -v {volume}:/v busybox sh -c 'dd if=/dev/zero of=/v/x bs=1k count=1000 2>/dev/null'")).Succeeds();
        (await stage.Run($"volume prune -f --filter label=not-{volume}")).Succeeds().Prints("Total reclaimed space: 0B");
        (await stage.Run("system df")).Succeeds().Matches("TYPE +TOTAL +ACTIVE +SIZE +RECLAIMABLE\\s+Images.*\\s+Containers.*\\s+Local Volumes.*\\s+Build Cache");
        (await stage.Run("system df -v")).Succeeds().Contains("Local Volumes space usage:").Matches($"{volume} +0 +{Reclaimed(way, @"1\.024MB", @"1\.03[0-9]MB")}");
        (await stage.Run("system df --format '{{.Type}}'")).Succeeds().Prints("Images\nContainers\nLocal Volumes\nBuild Cache");
    });

    [Theory, MemberData(nameof(Way.All), MemberType = typeof(Way))]
    public Task Dangling_all_and_filtered_images(string way) => Play(way, async stage =>
    {
        var (name, kept, tagged) = (stage.Name(), stage.Image("kept"), stage.Image("tagged"));
        (await stage.Run($"create --name {name} busybox")).Succeeds();
        var dangling = (await stage.Run($"commit -c 'LABEL {kept}=dangling' {name}")).Succeeds().Text;
        (await stage.Run($"commit -c 'LABEL {kept}=tagged' {name} {tagged}:1")).Succeeds();
        (await stage.Run($"tag {tagged}:1 {tagged}:2")).Succeeds();
        (await stage.Run($"commit -c 'LABEL {kept}=used' {name} {kept}")).Succeeds();
        (await stage.Run($"create --name {stage.Name("user")} {kept}")).Succeeds();
        (await stage.Run("image prune", input: "n\n")).Succeeds().Prints("WARNING! This will remove all dangling images.\nAre you sure you want to continue? [y/N] ");
        (await stage.Run("image prune -a", input: "\n")).Succeeds().Prints("WARNING! This will remove all images without at least one container associated to them.\nAre you sure you want to continue? [y/N] ");
        (await stage.Run($"image prune -f --filter label={kept} --filter until=24h")).Succeeds().Prints("Total reclaimed space: 0B");
        (await stage.Run($"image prune -f --filter label={kept} --filter label!={kept}=dangling")).Succeeds().Prints("Total reclaimed space: 0B");
        // The engine is shared: what others have just left goes too, and counts. DiskUsageTests holds the number against du.
        (await stage.Run($"image prune -f --filter label={kept}")).Succeeds().Matches($"^Deleted Images:\ndeleted: {dangling}\n(deleted: sha256:[0-9a-f]{{64}}\n)?\nTotal reclaimed space: [0-9.]+[kM]?B$");
        (await stage.Run($"image prune -a -f --filter label={kept}")).Succeeds().Contains($"untagged: {tagged}:1\nuntagged: {tagged}:2\ndeleted: sha256:").Lacks(kept + ":latest");
        (await stage.Run($"image prune -a -f --filter label={kept}")).Succeeds().Prints("Total reclaimed space: 0B");
        (await stage.Run("image prune -f --filter nonsense=1")).Exits(1).SaysLike("invalid filter");
    });

    [Theory, MemberData(nameof(Way.All), MemberType = typeof(Way))]
    public Task The_whole_system(string way) => Play(way, async stage =>
    {
        var (name, label) = (stage.Name(), stage.Name("label"));
        (await stage.Run($"system prune --filter label={label} --filter until=10m", input: "n\n")).Succeeds().Prints($"""
            WARNING! This will remove:
              - all stopped containers
              - all networks not used by at least one container
              - all dangling images
              - unused build cache

              Items to be pruned will be filtered with:
              - label={label}
              - until=10m

            Are you sure you want to continue? [y/N]{" "}
            """);
        (await stage.Run("system prune -a --volumes", input: "no\n")).Succeeds().Prints($"""
            WARNING! This will remove:
              - all stopped containers
              - all networks not used by at least one container
              - all anonymous volumes not used by at least one container
              - all images without at least one container associated to them
              - all build cache

            Are you sure you want to continue? [y/N]{" "}
            """);
        (await stage.Run("system prune -f --volumes --filter until=1h")).Exits(1).Says("The \"until\" filter is not supported with \"--volumes\"");
        (await stage.Run($"run --name {name} --label {label} --network none busybox true")).Succeeds();
        var id = (await stage.Run($"inspect -f '{{{{.Id}}}}' {name}")).Text;
        (await stage.Run($"commit -c 'LABEL {label}=1' {name}")).Succeeds();
        (await stage.Run($"system prune -a -f --filter label={label}")).Succeeds().Matches($"^Deleted Containers:\n{id}\n\nDeleted Images:\ndeleted: sha256:[0-9a-f]{{64}}\n(deleted: sha256:[0-9a-f]{{64}}\n)?\nTotal reclaimed space: [0-9.]+[kM]?B$");
        (await stage.Run($"system prune -a -f --filter label={label}")).Succeeds().Prints("Total reclaimed space: 0B");
    });

    /// <summary>Docker counts lengths of files; gantryd all that goes from the disk, with directories, logs and kept content.</summary>
    private static string Reclaimed(string way, string docker, string gantry) => way.EndsWith("on gantryd", StringComparison.Ordinal) ? gantry : docker;
}
