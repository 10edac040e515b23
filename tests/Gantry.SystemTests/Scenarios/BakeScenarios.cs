using System.Text.Json;
using Gantry.SystemTests.Infrastructure;

namespace Gantry.SystemTests.Scenarios;

/// <summary>Targets of a Bake file, and the builder that they are built by.</summary>
public sealed class BakeScenarios(World world) : ScenarioSuite(world)
{
    [Theory, MemberData(nameof(Way.All), MemberType = typeof(Way))]
    public Task Targets_side_by_side_and_on_each_other(string way) => Play(way, async stage =>
    {
        OnlyGantry(way);
        var image = stage.Image();
        var bake = Bake(stage, $$"""
            variable "TAG" { default = "one" }
            group "default" { targets = ["web", "files"] }
            target "base" {
              context = "{{stage.Directory}}"
              dockerfile-inline = "FROM busybox\nLABEL baked={{image}}\nRUN echo base > /made\n"
            }
            target "web" {
              inherits = ["base"]
              contexts = { base = "target:base" }
              dockerfile-inline = "FROM base\nARG V\nRUN echo $V >> /made\n"
              args = { V = "of ${TAG}" }
              tags = ["{{image}}:${TAG}"]
            }
            target "files" {
              inherits = ["base"]
              dockerfile-inline = "FROM scratch\nLABEL baked={{image}}\nCOPY docker-bake.hcl /taken\n"
              output = ["{{stage.Directory}}/out"]
            }
            target "kept" {
              inherits = ["files"]
              output = ["type=cacheonly"]
            }
            target "broken" {
              inherits = ["base"]
              dockerfile-inline = "FROM busybox\nRUN exit 3\n"
            }
            """);
        (await stage.Run($"{bake} --print")).Succeeds().Contains($"{image}:one");
        (await stage.Run($"{bake} web")).Fails().SaysSomewhere($"--allow fs.read={stage.Directory}");
        bake += $" --allow fs={stage.Directory}";
        (await stage.Run($"{bake} --metadata-file {stage.Directory}/metadata")).Succeeds();
        (await stage.Run($"run --rm --network none {image}:one cat /made")).Succeeds().Prints("base\nof one");
        Assert.True(File.Exists($"{stage.Directory}/out/taken"));
        var told = JsonDocument.Parse(await File.ReadAllTextAsync($"{stage.Directory}/metadata")).RootElement;
        (await stage.Run($"inspect -f '{{{{.Id}}}}' {image}:one")).Succeeds().Prints(told.GetProperty("web").GetProperty("containerimage.config.digest").GetString()!);
        // What a target is built from is an image no longer than that takes, and none that a registry is asked for.
        (await stage.Run("images gantry-bake/*")).Succeeds().Lacks("gantry-bake");
        // Others have images here, too.
        var made = $"images -aq --filter label=baked={image}";
        var before = (await stage.Run(made)).Text;
        (await stage.Run($"{bake} web kept --set web.pull=false --set web.args.V=two --set web.tags={image}:two --set web.contexts.base=docker-image://{image}:one")).Succeeds();
        (await stage.Run($"run --rm --network none {image}:two tail -n 1 /made")).Succeeds().Prints("two");
        (await stage.Run($"rmi {image}:two")).Succeeds();
        (await stage.Run(made)).Succeeds().Prints(before);
        (await stage.Run($"{bake} web broken")).Fails().SaysSomewhere("target broken: failed to solve").SaysSomewhere("exit code: 3");
        (await stage.Run("images gantry-bake/*")).Succeeds().Lacks("gantry-bake");
        (await stage.Run($"{bake} web --check")).Succeeds().Contains("Check complete, no warnings found.");
        (await stage.Run($"rmi {image}:one")).Succeeds();
    });

    [Theory, MemberData(nameof(Way.All), MemberType = typeof(Way))]
    public Task The_builder(string way) => Play(way, async stage =>
    {
        OnlyGantry(way);
        (await stage.Run("buildx ls")).Succeeds().Matches(@"default\*\s+docker\s*\n \\_ default\s+\\_ default\s+running\s+v\S+\s+linux/");
        (await stage.Run("buildx inspect default")).Succeeds().Contains("Driver:        docker").Contains("Status:           running");
        (await stage.Run("buildx create --name mine --driver docker-container --driver-opt network=host --platform linux/arm64 --bootstrap --use")).Succeeds().Prints("mine");
        (await stage.Run("buildx ls")).Succeeds().Matches(@"mine\*\s+docker\s*\n \\_ mine0\s.*linux/arm64\*, linux/\S+\ndefault\s+docker");
        (await stage.Run("buildx create --name mine")).Fails().SaysSomewhere("existing instance for \"mine\"");
        (await stage.Run("buildx create --driver kubernetes")).Fails().SaysSomewhere("no driver kubernetes");
        (await stage.Run("buildx create --name other --driver-opt cpuset-mems=0")).Fails().SaysSomewhere("cpuset-mems=0 is not supported");
        (await stage.Run("buildx create --name silent tcp://127.0.0.1:9")).Succeeds();
        var silent = stage.Image("silent");
        (await stage.Run($"buildx build -t {silent} -", input: "FROM scratch\nLABEL a=b\n")).Succeeds();
        (await stage.Run($"buildx --builder mine build -t {silent} -", input: "FROM scratch\nLABEL a=b\n")).Succeeds();
        (await stage.Run($"build --builder silent -t {silent} -", input: "FROM scratch\nLABEL a=b\n")).Fails().SaysSomewhere("127.0.0.1:9");
        (await stage.Run($"build --builder nobody -t {silent} -", input: "FROM scratch\nLABEL a=b\n")).Fails().SaysSomewhere("no builder \"nobody\" found");
        (await stage.Run("buildx rm --all-inactive")).Succeeds().Says("silent removed");
        (await stage.Run("buildx use default")).Succeeds();
        (await stage.Run("buildx inspect")).Succeeds().Contains("Name:          default");
        (await stage.Run("buildx rm mine")).Succeeds().Says("mine removed");
        (await stage.Run("buildx rm mine")).Fails().SaysSomewhere("no builder \"mine\" found");
        var name = $"{Registry.Address}/{stage.Image("tools")}";
        (await stage.Run($"build -q --platform linux/amd64,linux/arm64 --push -t {name}:1 -", input: "FROM scratch\nLABEL a=b\n")).Succeeds();
        (await stage.Run($"buildx imagetools inspect {name}:1")).Succeeds().Matches($@"^Name:      {name}:1\nMediaType: \S+index\S+\nDigest:    sha256:\S+\n {{11}}\nManifests: \n  Name:      {name}:1@sha256:").Contains("  Platform:  linux/arm64");
        (await stage.Run($"buildx imagetools create -p linux/arm64 -t {name}:arm {name}:1")).Succeeds();
        (await stage.Run($"buildx imagetools inspect --format '{{{{json .Image}}}}' {name}:arm")).Succeeds().Contains("\"linux/arm64\"").Lacks("amd64");
        (await stage.Run($"rmi -f {name}:1 {silent}")).Succeeds();
    });

    private static void OnlyGantry(string way) => Assert.SkipUnless(way == Way.GantryOnGantryd, "Debian's docker.io has no buildx");

    private static string Bake(Stage stage, string definition)
    {
        var file = $"{stage.Directory}/docker-bake.hcl";
        File.WriteAllText(file, definition + "\n");
        return $"bake -f {file}";
    }
}
