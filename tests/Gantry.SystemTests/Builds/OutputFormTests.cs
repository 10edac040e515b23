using System.Text.Json;
using Gantry.SystemTests.Faults;
using Gantry.SystemTests.Infrastructure;

namespace Gantry.SystemTests.Builds;

/// <summary>In what form a result comes: what is pushed and how it is called, how layers are compressed, which times and statements files have.</summary>
public sealed class OutputFormTests
{
    private const string Dockerfile = """
        FROM busybox
        RUN seq 100000 > /numbers
        CMD ["tail", "-n", "1", "/numbers"]
        """;

    [Fact]
    public async Task What_is_pushed_by_digest_has_the_digest_that_is_told_and_no_tag()
    {
        await using var place = await Place.CreateAsync();
        var stage = place.Stage;
        var told = Path.Combine(stage.Engine.Home, "told");
        (await stage.Gantry($"build --provenance=false --output type=image,name={Registry.Address}/made,push-by-digest=true,name-canonical=true,push=true --metadata-file {told} {stage.Context(Dockerfile)}")).Succeeds();
        var digest = JsonDocument.Parse(File.ReadAllText(told)).RootElement.GetProperty("containerimage.digest").GetString()!;
        (await stage.Gantry("images --digests")).Contains(digest);
        (await stage.Gantry($"rmi -f {Registry.Address}/made@{digest}")).Succeeds();
        (await stage.Gantry($"run --rm {Registry.Address}/made@{digest}")).Succeeds().Prints("100000");
        (await stage.Gantry($"pull {Registry.Address}/made")).Fails();
        (await stage.Gantry($"build --output type=image,name={Registry.Address}/made:1,push-by-digest=true,push=true {stage.Directory}")).Fails().SaysSomewhere("can't push tagged ref");
    }

    [Theory]
    [InlineData("compression=zstd,compression-level=7,force-compression=true", "tar+zstd", "tar+zstd")]
    [InlineData("compression=zstd", "tar+gzip", "tar+zstd")]
    [InlineData("compression=uncompressed,force-compression=true", "tar", "tar")]
    [InlineData("compression-level=1", "tar+gzip", "tar+gzip")]
    public async Task Layers_are_compressed_as_asked_and_run(string how, string beneath, string made)
    {
        await using var place = await Place.CreateAsync();
        var stage = place.Stage;
        (await stage.Gantry($"build --provenance=false --output type=image,name={Registry.Address}/made:1,push=true,{how} {stage.Context(Dockerfile)}")).Succeeds();
        var manifest = (await stage.Sandbox.RunAsync("skopeo", "inspect", "--raw", "--tls-verify=false", $"docker://{Registry.Address}/made:1")).Succeeds().Text;
        var layers = JsonDocument.Parse(manifest).RootElement.GetProperty("layers").EnumerateArray().Select(layer => layer.GetProperty("mediaType").GetString());
        Assert.Equal([$"application/vnd.oci.image.layer.v1.{beneath}", $"application/vnd.oci.image.layer.v1.{made}"], layers);
        (await stage.Gantry($"rmi -f {Registry.Address}/made:1")).Succeeds();
        (await stage.Gantry($"run --rm {Registry.Address}/made:1")).Succeeds().Prints("100000");
    }

    [Fact]
    public async Task What_is_said_of_files_lies_among_them_and_has_their_time()
    {
        await using var stage = await BuildStage.CreateAsync();
        var made = Path.Combine(stage.Engine.Home, "made");
        var context = stage.Context("FROM scratch\nCOPY Dockerfile /a/b\nCOPY Dockerfile /provenance.json");
        (await stage.Gantry($"build --provenance=mode=max --output type=local,dest={made},attestation-prefix=of-,source-date-epoch=1700000000 {context}")).Succeeds();
        Assert.All(Directory.EnumerateFiles(made, "*", SearchOption.AllDirectories), file => Assert.Equal(DateTimeOffset.FromUnixTimeSeconds(1700000000), File.GetLastWriteTimeUtc(file)));
        var statement = JsonDocument.Parse(File.ReadAllText(Path.Combine(made, "of-provenance.json"))).RootElement;
        Assert.Equal(["a/b", "provenance.json"], statement.GetProperty("subject").EnumerateArray().Select(subject => subject.GetProperty("name").GetString()));
        Assert.StartsWith("https://slsa.dev/provenance/", statement.GetProperty("predicateType").GetString(), StringComparison.Ordinal);
        // Without a prefix it takes the place of what has its name.
        (await stage.Gantry($"build --provenance=mode=max --output {made} {context}")).Succeeds();
        Assert.Contains("slsa.dev", File.ReadAllText(Path.Combine(made, "provenance.json")), StringComparison.Ordinal);
        (await stage.Gantry("builder prune -af")).Succeeds();
    }

    [Fact]
    public async Task Files_of_platforms_are_joined_where_they_are_not_the_same()
    {
        await using var stage = await BuildStage.CreateAsync();
        var made = Path.Combine(stage.Engine.Home, "made");
        const string Platforms = "--platform linux/amd64,linux/arm64 --provenance=true";
        (await stage.Gantry($"build {Platforms} --output type=local,dest={made},platform-split=false {stage.Context("FROM scratch\nARG TARGETARCH\nCOPY Dockerfile /all/of-$TARGETARCH")}")).Succeeds();
        Assert.Equal(["all/of-amd64", "all/of-arm64", "provenance.linux_amd64.json", "provenance.linux_arm64.json"], Directory.EnumerateFiles(made, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(made, file)).Order(StringComparer.Ordinal));
        (await stage.Gantry($"build {Platforms} --output type=tar,dest={made}.tar,platform-split=false {stage.Context("FROM scratch\nCOPY Dockerfile /same")}")).Fails().SaysSomewhere("cannot write same of one platform over that of another");
    }

    [Fact]
    public async Task A_manifest_stands_for_its_image_also_after_a_push_gave_that_another()
    {
        await using var place = await Place.CreateAsync();
        var stage = place.Stage;
        var told = Path.Combine(stage.Engine.Home, "told");
        (await stage.Gantry($"build --provenance=false -t {Registry.Address}/made:1 --metadata-file {told} {stage.Context(Dockerfile)}")).Succeeds();
        var digest = JsonDocument.Parse(File.ReadAllText(told)).RootElement.GetProperty("containerimage.digest").GetString()!;
        var id = (await stage.Gantry($"inspect --format {{{{.Id}}}} {digest}")).Succeeds().Text;
        Assert.NotEqual(digest, id);
        (await stage.Gantry($"push {Registry.Address}/made:1")).Succeeds();
        (await stage.Gantry($"run --rm {digest}")).Succeeds().Prints("100000");
        (await stage.Gantry($"rmi {digest[..30]}")).Succeeds();
        (await stage.Gantry($"inspect {id}")).Fails();
    }

    [Fact]
    public async Task A_cache_that_may_fail_does_not_fail_the_build()
    {
        await using var stage = await BuildStage.CreateAsync();
        const string To = "--cache-to type=registry,ref=127.0.0.1:9/cache";
        (await stage.Gantry($"build {To} {stage.Context(Dockerfile)}")).Fails();
        (await stage.Gantry($"build {To},ignore-error=true {stage.Directory}")).Succeeds().SaysSomewhere("ERROR");
    }

    private sealed class Place : IAsyncDisposable
    {
        private readonly Registry registry;

        private Place(BuildStage stage) => (Stage, registry) = (stage, new(stage.Sandbox));

        public BuildStage Stage { get; }

        public static async Task<Place> CreateAsync()
        {
            var place = new Place(await BuildStage.CreateAsync());
            await place.registry.StartAsync();
            return place;
        }

        public async ValueTask DisposeAsync()
        {
            await registry.DisposeAsync();
            await Stage.DisposeAsync();
        }
    }
}
