using System.Text.Json;
using System.Text.RegularExpressions;
using Gantry.SystemTests.Infrastructure;

namespace Gantry.SystemTests.Scenarios;

/// <summary>Images of several platforms, and lists of manifests at registries.</summary>
public sealed partial class PlatformScenarios(World world) : ScenarioSuite(world)
{
    [Theory, MemberData(nameof(Way.All), MemberType = typeof(Way))]
    public Task Platforms_of_an_image_side_by_side(string way) => Play(way, async stage =>
    {
        RequireGantryd(way);
        var (image, index) = await ListAsync(stage);
        (await stage.Run($"pull -q --platform linux/arm64 {image}:1")).Succeeds();
        (await stage.Run($"image inspect -f {{{{.Architecture}}}} {image}:1")).Prints("arm64");
        (await stage.Run($"create --name {stage.Name("foreign")} {image}:1 sh")).Succeeds().Says("does not match the detected host platform");
        (await stage.Run($"rm {stage.Name("foreign")}")).Succeeds();
        (await stage.Run($"pull -q {image}:1")).Succeeds();
        (await stage.Run($"image inspect -f {{{{.Architecture}}}} {image}:1")).Prints("amd64");
        (await stage.Run($"image inspect --platform linux/arm64 -f {{{{.Architecture}}}} {image}:1")).Prints("arm64");
        (await stage.Run($"image inspect --platform linux/s390x {image}:1")).Exits(1).Says("does not provide the specified platform (linux/s390x)");
        (await stage.Run($"image inspect -f '{{{{json .RepoDigests}}}} {{{{.Descriptor.digest}}}}' {image}:1")).Contains($"{image}@{index}").Contains($"] {index}");
        Assert.Single((await stage.Run($"images -q {image}")).Succeeds().Lines);
        (await stage.Run($"history --platform linux/arm64 --format {{{{.Comment}}}} {image}:1")).Prints("arm64");
        (await stage.Run($"run --rm --network none {image}:1 echo ran")).Succeeds().Prints("ran");
        (await stage.Run($"create --platform linux/arm64 --name {stage.Name("arm")} {image}:1 sh")).Succeeds().Lacks("Unable to find");
        (await stage.Run($"rmi --platform linux/arm64 {image}:1")).Exits(1).Says("is being used by stopped container");
        (await stage.Run($"rm {stage.Name("arm")}")).Succeeds();

        (await stage.Run($"tag {image}:1 {image}-copy:1")).Succeeds();
        (await stage.Run($"push {image}-copy:1")).Succeeds().Contains($"1: digest: {index}");
        (await stage.Run($"push --platform linux/arm64 {image}-copy:arm")).Exits(1).Says("tag does not exist");
        (await stage.Run($"tag {image}:1 {image}-copy:arm")).Succeeds();
        (await stage.Run($"push --platform linux/arm64 {image}-copy:arm")).Succeeds().Matches("(?m)^arm: digest: sha256:").Lacks(index);
        var archive = Path.Combine(stage.Directory, "arm.tar");
        (await stage.Run($"save --platform linux/arm64 -o {archive} {image}:1")).Succeeds();
        (await stage.Run($"rmi --platform linux/arm64 {image}:1")).Succeeds();
        (await stage.Run($"image inspect --platform linux/arm64 {image}:1")).Exits(1);
        (await stage.Run($"save --platform linux/arm64 -o {archive}.none {image}:1")).Exits(1).Says("does not provide the specified platform");
        (await stage.Run($"load --platform linux/amd64 -i {archive}")).Exits(1).Says("archive has no image for linux/amd64: there is linux/arm64");
        (await stage.Run($"load -i {archive}")).Succeeds().Prints($"Loaded image: {image}:1");
        (await stage.Run($"image inspect --platform linux/arm64 -f {{{{.Architecture}}}} {image}:1")).Prints("arm64");
        (await stage.Run($"image inspect -f {{{{.Architecture}}}} {image}:1")).Prints("amd64");
        (await stage.Run($"rmi {image}:1 {image}-copy:1 {image}-copy:arm")).Succeeds();
        (await stage.Run($"image inspect {image}:1")).Exits(1);
    });

    [Theory, MemberData(nameof(Way.All), MemberType = typeof(Way))]
    public Task An_index_that_is_not_all_here_goes_as_one_image_and_that_is_said(string way) => Play(way, async stage =>
    {
        RequireGantryd(way);
        var (image, index) = await ListAsync(stage);
        (await stage.Run($"pull -q {image}:1")).Succeeds();
        var elsewhere = $"{Registry.GuardedAddress}/{stage.Image("part")}:1";
        (await stage.Run($"tag {image}:1 {elsewhere}")).Succeeds();
        (await stage.Run($"login -u joe --password-stdin {Registry.GuardedAddress}", input: "secret")).Succeeds();
        var pushed = (await stage.Run($"push {elsewhere}")).Succeeds().Matches("(?m)^1: digest: sha256:").Lacks($"digest: {index}");
        pushed.SaysSomewhere("Not all multiplatform-content is present and only the available single-platform image was pushed").SaysSomewhere(index);
        (await stage.Run($"rmi -f {elsewhere} {image}:1")).Succeeds();
    });

    [Theory, MemberData(nameof(Way.All), MemberType = typeof(Way))]
    public Task Shown_as_a_tree(string way) => Play(way, async stage =>
    {
        RequireGantryd(way);
        var (image, _) = await ListAsync(stage);
        (await stage.Run($"pull -q {image}:1")).Succeeds();
        (await stage.Run($"tag {image}:1 {image}:2")).Succeeds();
        var drawn = (await stage.Run($"images --tree {image}")).Succeeds();
        var tree = Colours().Replace(drawn.Out, "");
        Assert.Matches("IMAGE +ID +DISK USAGE +CONTENT SIZE +EXTRA\n", tree);
        Assert.Matches($"(?m)^{image}:1\n{image}:2 +[0-9a-f]{{12}} +[0-9.]+MB +[0-9.]+[kM]B", tree);
        Assert.Matches("(?m)^├─ linux/amd64 +[0-9a-f]{12} +[0-9.]+MB +[0-9.]+[kM]B", tree);
        Assert.Matches("(?m)^└─ linux/arm64 +[0-9a-f]{12} +0B +0B", tree);
        // What Docker's command line draws is the same, but for the colours it gives a pipe.
        var theirs = await Command.RunAsync("docker", ["images", "--tree", image], new Dictionary<string, string?> { ["DOCKER_HOST"] = stage.Engine.Address });
        Assert.Equal(Colours().Replace(theirs.Out, ""), tree);
        (await stage.Run($"images --tree -q {image}")).Exits(1).Says("--quiet is not yet supported with --tree");
        (await stage.Run($"rmi {image}:1 {image}:2")).Succeeds();
    });

    [Theory, MemberData(nameof(Way.All), MemberType = typeof(Way))]
    public Task The_API_lists_the_manifests(string way) => Play(way, async stage =>
    {
        RequireGantryd(way);
        var (image, index) = await ListAsync(stage);
        (await stage.Run($"pull -q {image}:1")).Succeeds();
        foreach (var path in (string[])[$"v1.50/images/{image}:1/json?manifests=1", $"v1.50/images/json?manifests=1&filters={{\"reference\":[\"{image}\"]}}"])
        {
            var answer = await GetAsync(stage, path);
            var found = answer.ValueKind == JsonValueKind.Array ? answer[0] : answer;
            Assert.Equal(index, found.GetProperty("Descriptor").GetProperty("digest").GetString());
            var manifests = found.GetProperty("Manifests").EnumerateArray().ToList();
            Assert.Equal([("amd64", true), ("arm64", false)], manifests.Select(m => (m.GetProperty("ImageData").GetProperty("Platform").GetProperty("architecture").GetString(), m.GetProperty("Available").GetBoolean())));
            Assert.True(manifests[0].GetProperty("Size").GetProperty("Total").GetInt64() > manifests[0].GetProperty("Size").GetProperty("Content").GetInt64());
            Assert.Equal("image", manifests[0].GetProperty("Kind").GetString());
        }

        Assert.False((await GetAsync(stage, $"v1.50/images/{image}:1/json")).TryGetProperty("Manifests", out _));
        Assert.False((await GetAsync(stage, $"v1.47/images/{image}:1/json?manifests=1")).TryGetProperty("Descriptor", out _));
        var both = await stage.Engine.Http.GetAsync(new Uri($"v1.50/images/{image}:1/json?manifests=1&platform={{\"os\":\"linux\",\"architecture\":\"amd64\"}}", UriKind.Relative));
        Assert.Equal(400, (int)both.StatusCode);
        (await stage.Run($"rmi {image}:1")).Succeeds();
    });

    [Theory, MemberData(nameof(Way.All), MemberType = typeof(Way))]
    public Task Lists_are_made_shown_and_pushed_as_by_Docker_s_command_line(string way) => Play(way, async stage =>
    {
        Assert.SkipUnless(way == Way.GantryOnGantryd, "Docker's command line speaks with registries itself, which are not where the tests are");
        var image = await PlatformsAsync(stage);
        async Task<CommandResult> Theirs(string line) =>
            await stage.World.Sandbox.RunAsync(["env", "DOCKER_CONFIG=" + Path.Combine(stage.Directory, "theirs"), "docker", "manifest", .. Command.Words(line)]);
        (await stage.Run($"manifest push {image}:1")).Exits(1).Says($"No such manifest: {image}:1");
        foreach (var line in (string[])[
            $"create --insecure {image}:1 {image}:amd64 {image}:arm64",
            $"annotate {image}:1 {image}:arm64 --variant v8 --os-features a,b --os-version 1",
            $"inspect {image}:1",
            $"inspect -v {image}:1",
            $"inspect {image}:1 {image}:arm64",
            $"annotate {image}:1 {image}:arm64 --os nonsense --arch arm64",
            $"create {image}:1 {image}:arm64",
            $"create --insecure -a {image}:1 {image}:amd64",
            $"push --insecure {image}:1",
            $"push --insecure --purge {image}:1",
            $"inspect --insecure {image}:1",
            $"inspect --insecure -v {image}:1",
            $"inspect --insecure -v {image}:amd64",
            $"inspect --insecure {image}:arm64",
            $"create --insecure {image}-elsewhere:1 {image}:amd64 {image}:arm64",
            $"push --insecure {image}-elsewhere:1",
            $"rm {image}-elsewhere:1",
            $"rm {image}-elsewhere:1",
            $"inspect --insecure {image}:none"])
        {
            var (ours, theirs) = (await stage.Run("manifest " + line), await Theirs(line));
            Assert.Equal((line, theirs.ExitCode, theirs.Out), (line, ours.ExitCode, ours.Out));
            Assert.Equal(theirs.Error.ToLowerInvariant(), ours.Error.ToLowerInvariant());
        }

        // The store is Docker's.
        (await stage.Run($"manifest create --insecure {image}:shared {image}:amd64 {image}:arm64")).Succeeds();
        Directory.Move(Path.Combine(stage.Directory, "config", "manifests"), Path.Combine(stage.Directory, "theirs", "moved"));
        Directory.Delete(Path.Combine(stage.Directory, "theirs", "manifests"), recursive: true);
        Directory.Move(Path.Combine(stage.Directory, "theirs", "moved"), Path.Combine(stage.Directory, "theirs", "manifests"));
        (await Theirs($"push --insecure {image}:shared")).Succeeds();
    });

    [Theory, MemberData(nameof(Way.All), MemberType = typeof(Way))]
    public Task What_a_registry_has_is_known_without_a_pull(string way) => Play(way, async stage =>
    {
        Assert.SkipUnless(way == Way.GantryOnGantryd, "an option of gantry, which asks gantryd");
        var (image, index) = await ListAsync(stage);
        (await stage.Run($"image inspect --registry -f '{{{{.Descriptor.digest}}}} {{{{range .Platforms}}}}{{{{.os}}}}/{{{{.architecture}}}} {{{{end}}}}' {image}:1")).Succeeds().Prints($"{index} linux/amd64 linux/arm64 ");
        var all = JsonDocument.Parse((await stage.Run($"image inspect --registry {image}:1")).Succeeds().Out).RootElement[0];
        Assert.Equal("arm64", all.GetProperty("Manifests")[1].GetProperty("Config").GetProperty("architecture").GetString());
        Assert.True(all.GetProperty("Manifests")[0].GetProperty("Size").GetInt64() > 100_000);
        (await stage.Run($"image inspect --registry --platform linux/arm64 -f '{{{{len .Manifests}}}}' {image}:1")).Succeeds().Prints("1");
        (await stage.Run($"image inspect --registry --platform linux/s390x {image}:1")).Exits(1).Says("is not for linux/s390x");
        (await stage.Run($"image inspect --registry -f '{{{{(index .Manifests 0).Kind}}}}' {image}:amd64")).Succeeds().Prints("image");
        (await stage.Run($"image inspect --registry {image}:none")).Exits(1).Says("No such image at its registry");
        (await stage.Run($"image inspect {image}:1")).Exits(1).Says("No such image");
    });

    private static async Task<JsonElement> GetAsync(Stage stage, string path) =>
        JsonDocument.Parse(await stage.Engine.Http.GetStringAsync(new Uri(path, UriKind.Relative))).RootElement;

    /// <summary>A repository at the registry with an index of two platforms under the tag 1.</summary>
    private static async Task<(string Image, string Index)> ListAsync(Stage stage)
    {
        var image = await PlatformsAsync(stage);
        var environment = new Dictionary<string, string?> { ["GANTRY_HOST"] = stage.Engine.Address, ["DOCKER_CONFIG"] = Path.Combine(stage.Directory, "lists") };
        (await Command.RunAsync(Programs.Gantry, ["manifest", "create", $"{image}:1", $"{image}:amd64", $"{image}:arm64"], environment)).Succeeds();
        return (image, (await Command.RunAsync(Programs.Gantry, ["manifest", "push", $"{image}:1"], environment)).Succeeds().Text);
    }

    /// <summary>A repository at the registry with an image for each of two platforms, its architecture the tag.</summary>
    private static async Task<string> PlatformsAsync(Stage stage)
    {
        var image = $"{Registry.Address}/{stage.Image("multi")}";
        var archive = Path.Combine(stage.Directory, "root.tar");
        (await Command.RunAsync("sh", ["-c", $"cd {stage.Directory} && mkdir -p root/bin && cp /bin/busybox root/bin/sh && cp /bin/busybox root/bin/echo && head -c 100000 /dev/urandom >root/noise && tar -cf {archive} -C root ."])).Succeeds();
        foreach (var architecture in (string[])["amd64", "arm64"])
        {
            (await stage.Run($"import --platform linux/{architecture} -m {architecture} {archive} {image}:{architecture}")).Succeeds();
            (await stage.Run($"push {image}:{architecture}")).Succeeds();
            (await stage.Run($"rmi {image}:{architecture}")).Succeeds();
        }

        return image;
    }

    [GeneratedRegex("\x1b\\[[0-9;]*m")]
    private static partial Regex Colours();
}
