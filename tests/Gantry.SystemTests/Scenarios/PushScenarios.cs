using System.Text.Json;
using Gantry.SystemTests.Infrastructure;

namespace Gantry.SystemTests.Scenarios;

/// <summary>Images out to a registry.</summary>
public sealed class PushScenarios(World world) : ScenarioSuite(world)
{
    [Theory, MemberData(nameof(Way.All), MemberType = typeof(Way))]
    public Task Pushed_and_pulled_again_it_is_the_same_image(string way) => Play(way, async stage =>
    {
        var image = $"{Registry.Address}/{stage.Image("push")}";
        var id = await OwnImageAsync(stage, $"{image}:v1");
        var pushed = (await stage.Run($"push {image}:v1")).Succeeds()
            .Contains($"The push refers to repository [{image}]").Matches("(?m)^[0-9a-f]{12}: Preparing$").Matches("(?m)^[0-9a-f]{12}: Pushed$")
            .Matches("(?m)^v1: digest: sha256:[0-9a-f]{64} size: [0-9]+$");
        var digest = pushed.Lines[^1].Split(' ')[2];
        (await stage.Run($"inspect -f '{{{{json .RepoDigests}}}}' {image}:v1")).Contains($"{image}@{digest}");
        (await stage.Run($"push {image}:v1")).Succeeds().Matches("(?m)^[0-9a-f]{12}: Layer already exists$").Contains($"v1: digest: {digest}");
        (await stage.Run($"rmi {image}:v1")).Succeeds();
        (await stage.Run($"pull {image}:v1")).Succeeds().Contains($"Digest: {digest}").Contains("Downloaded newer image");
        (await stage.Run($"inspect -f '{{{{.Id}}}}' {image}:v1")).Prints(id);
        (await stage.Run($"run --rm --network none {image}:v1 /bin/sh -c 'cat /mark'")).Succeeds().Prints("pushed");
        (await stage.Run($"rmi -f {id}")).Succeeds();
    });

    [Theory, MemberData(nameof(Way.All), MemberType = typeof(Way))]
    public Task One_tag_all_tags_and_quiet(string way) => Play(way, async stage =>
    {
        var image = $"{Registry.Address}/{stage.Image("tags")}";
        var id = await OwnImageAsync(stage, $"{image}:a");
        (await stage.Run($"tag {image}:a {image}:b")).Succeeds();
        (await stage.Run($"push {image}")).Exits(1).Contains("Using default tag: latest").Says($"tag does not exist: {image}:latest");
        (await stage.Run($"push -q {image}:a")).Succeeds().Prints($"{image}:a");
        (await stage.Run($"push -a {image}")).Succeeds().Matches("(?m)^a: digest: ").Matches("(?m)^b: digest: ");
        (await stage.Run($"push -a {image}:a")).Exits(1).Says("tag can't be used with --all-tags/-a");
        (await stage.Run($"rmi -f {id}")).Succeeds();
        (await stage.Run($"pull -a {image}")).Succeeds().Contains("a: Pulling from").Contains("b: Pulling from").Contains(image);
        (await stage.Run($"images --format '{{{{.Tag}}}}' {image}")).Contains("a").Contains("b");
        (await stage.Run($"rmi -f {id}")).Succeeds();
    });

    [Theory, MemberData(nameof(Way.All), MemberType = typeof(Way))]
    public Task Another_repository_of_the_registry_gives_its_layers(string way) => Play(way, async stage =>
    {
        var (one, two) = ($"{Registry.Address}/{stage.Image("one")}:1", $"{Registry.Address}/{stage.Image("two")}:1");
        var id = await OwnImageAsync(stage, one);
        (await stage.Run($"tag {one} {two}")).Succeeds();
        (await stage.Run($"push {one}")).Succeeds();
        (await stage.Run($"push {two}")).Succeeds().Matches("(?m)^[0-9a-f]{12}: Mounted from s[0-9]+-one$");
        (await stage.Run($"rmi -f {id}")).Succeeds();
    });

    [Theory, MemberData(nameof(Way.All), MemberType = typeof(Way))]
    public Task What_cannot_be_pushed_is_said(string way) => Play(way, async stage =>
    {
        (await stage.Run($"push {Registry.Address}/not/here:1")).Exits(1)
            .Contains($"The push refers to repository [{Registry.Address}/not/here]").Says($"An image does not exist locally with the tag: {Registry.Address}/not/here");
        (await stage.Run($"push busybox@sha256:{new string('0', 64)}")).Exits(1).Says("cannot push a digest reference");
        (await stage.Run("push UPPER")).Exits(1).Says("repository name (library/UPPER) must be lowercase");
        (await stage.Run("tag busybox 127.0.0.1:1/refused")).Succeeds();
        (await stage.Run("push 127.0.0.1:1/refused")).Exits(1).Says("refused");
        (await stage.Run("rmi 127.0.0.1:1/refused")).Succeeds();
    });

    [Theory, MemberData(nameof(Way.All), MemberType = typeof(Way))]
    public Task The_API_s_last_message_is_for_programs(string way) => Play(way, async stage =>
    {
        var image = $"{Registry.Address}/{stage.Image("api")}";
        var id = await OwnImageAsync(stage, $"{image}:1");
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri($"v1.41/images/{image}/push?tag=1", UriKind.Relative));
        request.Headers.Add("X-Registry-Auth", "e30=");
        using var response = await stage.Engine.Http.SendAsync(request);
        var lines = (await response.Content.ReadAsStringAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var aux = JsonDocument.Parse(lines[^1]).RootElement.GetProperty("aux");
        Assert.Equal("1", aux.GetProperty("Tag").GetString());
        Assert.StartsWith("sha256:", aux.GetProperty("Digest").GetString(), StringComparison.Ordinal);
        Assert.True(aux.GetProperty("Size").GetInt32() > 0);
        Assert.Contains($"1: digest: {aux.GetProperty("Digest").GetString()} size: {aux.GetProperty("Size").GetInt32()}", lines[^2], StringComparison.Ordinal);
        (await stage.Run($"rmi -f {id}")).Succeeds();
    });

    [Theory, MemberData(nameof(Way.All), MemberType = typeof(Way))]
    public Task A_registry_is_asked_about_an_image(string way) => Play(way, async stage =>
    {
        using var answer = await stage.Engine.Http.GetAsync(new Uri($"v1.41/distribution/{Registry.Address}/debian:latest/json", UriKind.Relative));
        var found = JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement;
        Assert.Equal("application/vnd.docker.distribution.manifest.v2+json", found.GetProperty("Descriptor").GetProperty("mediaType").GetString());
        Assert.StartsWith("sha256:", found.GetProperty("Descriptor").GetProperty("digest").GetString(), StringComparison.Ordinal);
        Assert.Equal("linux", found.GetProperty("Platforms")[0].GetProperty("os").GetString());
        using var missing = await stage.Engine.Http.GetAsync(new Uri($"v1.41/distribution/{Registry.Address}/not/here:1/json", UriKind.Relative));
        Assert.Contains((int)missing.StatusCode, (int[])[400, 401, 403, 404]);
    });

    [Theory, MemberData(nameof(Way.All), MemberType = typeof(Way))]
    public Task A_registry_that_can_search_is_searched(string way) => Play(way, async stage =>
    {
        // Version 1 of the registry's API: two documents, whatever is asked.
        var port = 20000 + Random.Shared.Next(10000);
        Directory.CreateDirectory(Path.Combine(stage.Directory, "www", "v1"));
        await File.WriteAllTextAsync(Path.Combine(stage.Directory, "www", "v1", "_ping"), """{"standalone":true}""");
        await File.WriteAllTextAsync(Path.Combine(stage.Directory, "www", "v1", "search"), $$"""
            {"num_results":2,"query":"x","results":[
              {"name":"few","description":"Little known","star_count":3,"is_official":false,"is_automated":false},
              {"name":"many","description":"{{new string('d', 60)}}","star_count":300,"is_official":true,"is_automated":false}] }
            """);
        using var server = stage.World.Sandbox.Start(["busybox", "httpd", "-f", "-p", $"127.0.0.1:{port}", "-h", Path.Combine(stage.Directory, "www")]);
        try
        {
            var term = $"127.0.0.1:{port}/x";
            await stage.Until($"search {term}", r => r.ExitCode == 0);
            (await stage.Run($"search --format '{{{{.Name}}}} {{{{.StarCount}}}} {{{{.IsOfficial}}}}' {term}")).Succeeds().Prints("few 3 \nmany 300 [OK]");
            (await stage.Run($"search {term}")).Succeeds().Matches($"^NAME +DESCRIPTION +STARS +OFFICIAL\nfew +Little known +3 *\nmany +{new string('d', 44)}… +300 +\\[OK\\]");
            (await stage.Run($"search -f is-official=true --format '{{{{.Name}}}}' {term}")).Succeeds().Prints("many");
            (await stage.Run($"search -f stars=4 --no-trunc --format '{{{{.Description}}}}' {term}")).Succeeds().Prints(new string('d', 60));
            (await stage.Run($"search -f nonsense=1 {term}")).Exits(1).Says("invalid filter 'nonsense'");
        }
        finally
        {
            await Command.RunAsync("kill", [$"{Sandbox.ChildOf(server.Id)}"]);
        }
    });

    /// <summary>An image that no registry has, and no other scenario.</summary>
    private static async Task<string> OwnImageAsync(Stage stage, string name)
    {
        var archive = Path.Combine(stage.Directory, "own.tar");
        (await Command.RunAsync("sh", ["-c", $"cd {stage.Directory} && mkdir -p own/bin && cp /bin/busybox own/bin/sh && cp /bin/busybox own/bin/cat && printf pushed >own/mark && head -c 100000 /dev/urandom >own/noise && tar -cf {archive} -C own ."])).Succeeds();
        return (await stage.Run($"import {archive} {name}")).Succeeds().Text;
    }
}
