using System.Text.Json;
using Gantry.SystemTests.Faults;
using Gantry.SystemTests.Infrastructure;

namespace Gantry.SystemTests.Builds;

/// <summary>What is said of images: how they were made, what is in them, and annotations.</summary>
public sealed class AttestationTests
{
    private const string Generator = """
        FROM busybox
        RUN printf '%s\n' 'echo "{\"predicateType\":\"https://spdx.dev/Document\",\"predicate\":{\"word\":\"$BUILDKIT_SCAN_WORD\",\"made\":\"$(cat $BUILDKIT_SCAN_SOURCE/made)\"}}" > $BUILDKIT_SCAN_DESTINATION/a.spdx.json; ! touch $BUILDKIT_SCAN_SOURCE/x' > /gen
        ENTRYPOINT ["/bin/sh", "/gen"]
        """;

    private const string Dockerfile = """
        FROM busybox
        ARG TOKEN
        RUN echo it > /made
        """;

    [Theory]
    [InlineData("mode=max", "https://slsa.dev/provenance/v0.2", true)]
    [InlineData("mode=min", "https://slsa.dev/provenance/v0.2", false)]
    [InlineData("true", "https://slsa.dev/provenance/v0.2", true)]
    [InlineData("mode=max,version=v1", "https://slsa.dev/provenance/v1", true)]
    public async Task How_an_image_was_made_goes_with_it(string how, string type, bool isAll)
    {
        await using var stage = await BuildStage.CreateAsync();
        await using var registry = new Registry(stage.Sandbox);
        await registry.StartAsync();
        (await stage.Gantry($"build -q --provenance {how} --build-arg TOKEN=word --build-arg HTTP_PROXY=http://me:password@127.0.0.1:1 -t {Registry.Address}/it --push {stage.Context(Dockerfile)}")).Succeeds();
        var (said, predicate) = Assert.Single(await SaidAsync(stage, "it"));
        Assert.Equal(type, said);
        Assert.Contains("pkg:docker/busybox@latest?platform=linux%2F", predicate, StringComparison.Ordinal);
        Assert.Equal(isAll, predicate.Contains("\"build-arg:TOKEN\":\"word\"", StringComparison.Ordinal));
        Assert.Equal(isAll, predicate.Contains("\"llbDefinition\"", StringComparison.Ordinal));
        Assert.DoesNotContain("password", predicate, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_in_an_image_is_listed_by_a_program_that_cannot_change_it()
    {
        await using var stage = await BuildStage.CreateAsync();
        await using var registry = new Registry(stage.Sandbox);
        await registry.StartAsync();
        (await stage.Gantry($"build -q -t {Registry.Address}/gen:1 {stage.Context(Generator)}")).Succeeds();
        (await stage.Gantry($"build -q --sbom generator={Registry.Address}/gen:1,WORD=w -t {Registry.Address}/it --push {stage.Context(Dockerfile)}")).Succeeds();
        var (type, predicate) = Assert.Single(await SaidAsync(stage, "it"));
        Assert.Equal(("https://spdx.dev/Document", """{"word":"w","made":"it"}"""), (type, predicate));
        (await stage.Gantry($"build -q --sbom generator=busybox {stage.Directory}")).Fails().SaysSomewhere("wrote no file into /run/out");
        var made = Path.Combine(stage.Engine.Home, "out");
        (await stage.Gantry($"build --provenance=false --sbom generator={Registry.Address}/gen:1,WORD=w -o {made} {stage.Directory}")).Succeeds();
        Assert.Contains(Directory.EnumerateFiles(made), file => file.EndsWith(".json", StringComparison.Ordinal) && File.ReadAllText(file).Contains("\"word\": \"w\"", StringComparison.Ordinal));
        Assert.False(File.Exists(Path.Combine(made, "provenance.json")));
    }

    [Fact]
    public async Task The_same_image_is_said_different_things_of_and_each_can_be_pushed()
    {
        await using var stage = await BuildStage.CreateAsync();
        await using var registry = new Registry(stage.Sandbox);
        await registry.StartAsync();
        var context = stage.Context(Dockerfile);
        (await stage.Gantry($"build -q --annotation index,manifest:one=1 --provenance true -t {Registry.Address}/it:one {context}")).Succeeds();
        (await stage.Gantry($"build -q --annotation index,manifest:three=3 --provenance true -t {Registry.Address}/it:three {context}")).Succeeds();
        // An image has one manifest beside those of its indexes: that of its last build.
        (await stage.Gantry($"build -q --annotation two=2 -t {Registry.Address}/it:two {context}")).Succeeds();
        (await stage.Gantry("image prune -f")).Succeeds();
        foreach (var tag in (string[])["one", "two", "three"]) (await stage.Gantry($"push -q {Registry.Address}/it:{tag}")).Succeeds();
        foreach (var (tag, number) in (IEnumerable<(string, string)>)[("one", "1"), ("three", "3")])
        {
            using var index = await GetAsync(stage, $"it/manifests/{tag}");
            Assert.Equal(number, index.RootElement.GetProperty("annotations").GetProperty(tag).GetString());
            using var manifest = await GetAsync(stage, $"it/manifests/{index.RootElement.GetProperty("manifests")[0].GetProperty("digest").GetString()}");
            Assert.Equal(number, manifest.RootElement.GetProperty("annotations").GetProperty(tag).GetString());
        }

        using var alone = await GetAsync(stage, "it/manifests/two");
        Assert.Equal("2", alone.RootElement.GetProperty("annotations").GetProperty("two").GetString());
        Assert.All(alone.RootElement.GetProperty("layers").EnumerateArray(), layer => Assert.EndsWith("gzip", layer.GetProperty("mediaType").GetString(), StringComparison.Ordinal));
        (await stage.Gantry($"build --annotation index:a=b {context}")).Fails().SaysSomewhere("index annotations not supported for single platform export");
        await stage.IsEmptyAfterPruneAsync();
    }

    [Fact]
    public async Task Files_of_Bake_and_Compose_ask_for_it_too()
    {
        await using var stage = await BuildStage.CreateAsync();
        await using var registry = new Registry(stage.Sandbox);
        await registry.StartAsync();
        stage.Context(Dockerfile);
        stage.Write("bake.json", $$$$"""{"target":{"default":{"context":"{{{{stage.Directory}}}}","tags":["{{{{Registry.Address}}}}/baked"],"output":["type=image,push=true"],"attest":["type=provenance,mode=max"],"annotations":["index:one=1"]}}}""");
        (await stage.Gantry($"bake -f {stage.Directory}/bake.json --allow fs.read={stage.Directory}")).Succeeds();
        Assert.Equal("https://slsa.dev/provenance/v0.2", Assert.Single(await SaidAsync(stage, "baked")).Type);
        using var index = await GetAsync(stage, "baked/manifests/latest");
        Assert.Equal("1", index.RootElement.GetProperty("annotations").GetProperty("one").GetString());
        stage.Write("compose.yaml", $$$$"""{"services":{"it":{"image":"{{{{Registry.Address}}}}/composed","build":{"context":".","provenance":"mode=max,version=v1"} } } }""");
        (await stage.Gantry($"compose -f {stage.Directory}/compose.yaml build")).Succeeds();
        (await stage.Gantry($"push -q {Registry.Address}/composed")).Succeeds();
        Assert.Equal("https://slsa.dev/provenance/v1", Assert.Single(await SaidAsync(stage, "composed")).Type);
    }

    /// <summary>All that an image at the registry is said, by its type.</summary>
    private static async Task<IReadOnlyList<(string Type, string Predicate)>> SaidAsync(BuildStage stage, string name)
    {
        using var index = await GetAsync(stage, $"{name}/manifests/latest");
        var manifests = index.RootElement.GetProperty("manifests").EnumerateArray().ToDictionary(manifest => manifest.GetProperty("platform").GetProperty("os").GetString()!, manifest => manifest.GetProperty("digest").GetString());
        using var attestation = await GetAsync(stage, $"{name}/manifests/{manifests["unknown"]}");
        var said = new List<(string, string)>();
        foreach (var layer in attestation.RootElement.GetProperty("layers").EnumerateArray())
        {
            using var statement = await GetAsync(stage, $"{name}/blobs/{layer.GetProperty("digest").GetString()}");
            var subject = statement.RootElement.GetProperty("subject")[0];
            Assert.Equal(manifests["linux"], "sha256:" + subject.GetProperty("digest").GetProperty("sha256").GetString());
            said.Add((statement.RootElement.GetProperty("predicateType").GetString()!, statement.RootElement.GetProperty("predicate").GetRawText()));
        }

        return said;
    }

    private static async Task<JsonDocument> GetAsync(BuildStage stage, string path) => JsonDocument.Parse((await stage.Sandbox.RunAsync(
        "curl", "-sfL", "-H", "Accept: application/vnd.oci.image.index.v1+json, application/vnd.oci.image.manifest.v1+json", $"http://{Registry.Address}/v2/{path}")).Succeeds().Text);
}
