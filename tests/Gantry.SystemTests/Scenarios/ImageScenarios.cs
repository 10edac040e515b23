using System.Text.Json;
using Gantry.SystemTests.Infrastructure;

namespace Gantry.SystemTests.Scenarios;

/// <summary>Images in and out of the engine.</summary>
public sealed class ImageScenarios(World world) : ScenarioSuite(world)
{
    [Theory, MemberData(nameof(Way.All), MemberType = typeof(Way))]
    public Task Saved_and_loaded_it_is_the_same_image(string way) => Play(way, async stage =>
    {
        var (image, archive) = (stage.Image(), Path.Combine(stage.Directory, "image.tar"));
        (await stage.Run($"tag busybox {image}:v1")).Succeeds().Prints("");
        var id = (await stage.Run($"inspect -f '{{{{.Id}}}}' {image}:v1")).Text;
        (await stage.Run($"save -o {archive} {image}:v1")).Succeeds().Prints("");
        (await stage.Run($"rmi {image}:v1")).Succeeds().Contains($"Untagged: {image}:v1");
        (await stage.Run($"load -i {archive}")).Succeeds().Prints($"Loaded image: {image}:v1");
        (await stage.Run($"inspect -f '{{{{.Id}}}}' {image}:v1")).Prints(id);
        (await stage.Run($"run --rm --network none {image}:v1 echo ran")).Succeeds().Prints("ran");
        (await stage.Run($"load -q -i {archive}")).Succeeds().Prints($"Loaded image: {image}:v1");
        (await stage.Run($"rmi {image}:v1")).Succeeds();
    });

    /// <summary>What is made in a directory with that bit gets its group, and a directory the bit.</summary>
    [Theory, MemberData(nameof(Way.All), MemberType = typeof(Way))]
    public Task Loaded_files_keep_their_owners_in_a_directory_with_set_group_id(string way) => Play(way, async stage =>
    {
        var (image, archive, container) = (stage.Image(), Path.Combine(stage.Directory, "image.tar"), stage.Name("made"));
        const string Stat = "stat -c '%n %a %u:%g' /s /s/d /s/f /s/l /s/p /s/d/f";
        const string Expected = "/s 2775 0:50\n/s/d 755 0:0\n/s/f 644 0:0\n/s/l 777 0:0\n/s/p 644 0:0\n/s/d/f 644 0:0";
        (await stage.Run($"run --name {container} --network none busybox sh -c \"mkdir /s && chown 0:50 /s && chmod 2775 /s && cd /s && mkdir d && chown 0:0 d && chmod 755 d && touch f d/f && ln -s f l && mkfifo p && chown -h 0:0 f l p && {Stat}\"")).Succeeds().Prints(Expected);
        (await stage.Run($"commit {container} {image}")).Succeeds();
        (await stage.Run($"save -o {archive} {image}")).Succeeds();
        (await stage.Run($"rm {container}")).Succeeds();
        (await stage.Run($"rmi {image}")).Succeeds();
        (await stage.Run($"load -q -i {archive}")).Succeeds();
        (await stage.Run($"run --rm --network none {image} sh -c \"{Stat}\"")).Succeeds().Prints(Expected);
        (await stage.Run($"rmi {image}")).Succeeds();
    });

    [Theory, MemberData(nameof(Way.All), MemberType = typeof(Way))]
    public Task Gantry_hello_runs_in_an_empty_root(string way) => Play(way, async stage =>
    {
        var archive = Directory.GetFiles(Path.Combine(Programs.Repository, "out", "hello"), "gantry-hello.tar", SearchOption.AllDirectories)[0];
        (await stage.Run($"load -i {archive}")).Succeeds().Prints("Loaded image: gantry/hello:latest");
        (await stage.Run("run --rm --network none gantry/hello")).Succeeds().Contains("Hello from Gantry!");
    });

    [Theory, MemberData(nameof(Way.All), MemberType = typeof(Way))]
    public Task Imported_from_a_tar_with_changes(string way) => Play(way, async stage =>
    {
        var (image, archive) = (stage.Image(), Path.Combine(stage.Directory, "root.tar"));
        (await Command.RunAsync("sh", ["-c", $"mkdir -p {stage.Directory}/root/bin && cp /bin/busybox {stage.Directory}/root/bin/sh && tar -C {stage.Directory}/root -cf {archive} ."])).Succeeds();
        (await stage.Run($"import -c 'CMD [\"/bin/sh\", \"-c\", \"echo imported $X\"]' -c 'ENV X=y' -m message {archive} {image}:latest")).Succeeds().Matches("^sha256:[0-9a-f]{64}$");
        (await stage.Run($"run --rm --network none {image}")).Succeeds().Prints("imported y");
        (await stage.Run($"history --no-trunc --format '{{{{.Comment}}}}' {image}")).Contains("message");
        (await stage.Run($"rmi {image}")).Succeeds();
    });

    [Theory, MemberData(nameof(Way.All), MemberType = typeof(Way))]
    public Task Listed_filtered_and_told_about(string way) => Play(way, async stage =>
    {
        var image = stage.Image();
        (await stage.Run($"tag busybox {image}:a")).Succeeds();
        (await stage.Run($"tag busybox {image}:b")).Succeeds();
        (await stage.Run($"images --format '{{{{.Repository}}}}:{{{{.Tag}}}}' {image}")).Lines.Order().SequenceEqual([$"{image}:a", $"{image}:b"]).ToString();
        (await stage.Run($"images -q --no-trunc {image}:a")).Matches("^sha256:[0-9a-f]{64}$");
        (await stage.Run($"images --filter reference={image}:* --format '{{{{.Tag}}}}'")).Contains("a").Contains("b");
        (await stage.Run("history --format '{{.CreatedBy}}' --no-trunc busybox")).Prints("ADD rootfs /");
        (await stage.Run("inspect -f '{{.Os}} {{json .Config.Cmd}} {{len .RootFS.Layers}} {{.RootFS.Type}}' busybox")).Prints("linux [\"sh\"] 1 layers");
        (await stage.Run($"rmi {image}:a {image}:b")).Succeeds().Contains($"Untagged: {image}:a").Contains($"Untagged: {image}:b");
    });

    [Theory, MemberData(nameof(Way.All), MemberType = typeof(Way))]
    public Task Pulled_by_digest(string way) => Play(way, async stage =>
    {
        var digests = (await stage.Run($"inspect -f '{{{{json .RepoDigests}}}}' {Registry.Address}/busybox")).Succeeds();
        var reference = JsonSerializer.Deserialize<string[]>(digests.Text)!.Single(d => d.StartsWith(Registry.Address, StringComparison.Ordinal));
        (await stage.Run($"pull {reference}")).Succeeds().Contains("Image is up to date").Contains(reference);
        (await stage.Run($"run --rm --network none {reference} echo by digest")).Succeeds().Prints("by digest");
        (await stage.Run($"pull {Registry.Address}/busybox@sha256:{new string('0', 64)}")).Exits(1).SaysLike("manifest unknown|not found");
    });
}
