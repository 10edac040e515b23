using System.Text;
using Gantry.Images.Archives;
using Gantry.Images.Pulling;
using Gantry.Images.Registry;
using Gantry.Spec;
using Gantry.Spec.Image;

namespace Gantry.Tests.Images;

public sealed class PullRulesTests
{
    private static readonly ImageReference Name = ImageReference.Parse("app:1");
    private const string Zero = "sha256:0000000000000000000000000000000000000000000000000000000000000000";
    private const string One = "sha256:1111111111111111111111111111111111111111111111111111111111111111";
    private const string Manifest = $$"""{"schemaVersion":2,"mediaType":"{{MediaTypes.OciManifest}}","config":{"mediaType":"{{MediaTypes.OciConfig}}","digest":"{{Zero}}","size":2},"layers":[]}""";

    [Theory]
    [InlineData("linux/arm64", One)]
    [InlineData("linux/amd64", Zero)]
    public async Task An_index_gives_the_manifest_of_the_platform(string platform, string digest)
    {
        var index = Index(("amd64", null, Zero), ("arm64", "v8", One), ("unknown", null, One));
        var asked = "";
        await PullManifest.ResolveAsync(Name.Tag!, Name.Familiar, Platform.Parse(platform), (what, _) =>
        {
            asked = what;
            return Task.FromResult(Document(what == "1" ? index : Manifest));
        }, PullManifest.ParseManifest, TestContext.Current.CancellationToken);
        Assert.Equal(digest, asked);
    }

    [Fact]
    public async Task A_platform_that_is_not_there_is_answered_with_those_that_are()
    {
        var index = Index(("arm64", "v8", One), ("arm", "v7", One));
        var failure = await Assert.ThrowsAsync<NotFoundException>(() => Resolve(index));
        Assert.Equal("no matching manifest for linux/amd64 in the manifest list entries of app:1: there is linux/arm64, linux/arm/v7", failure.Message);
    }

    [Theory]
    [InlineData("""{"schemaVersion":1,"name":"x"}""", "schema 1")]
    [InlineData("<html>", "not valid")]
    [InlineData("[]", "not valid")]
    [InlineData("{}", "is no image")]
    [InlineData("""{"schemaVersion":2,"manifests":[],"layers":[]}""", "is no image")]
    [InlineData("""{"schemaVersion":2,"config":{"mediaType":"application/vnd.cncf.helm.config.v1+json","digest":"sha256:0000000000000000000000000000000000000000000000000000000000000000","size":1},"layers":[]}""", "not a container image")]
    [InlineData("""{"schemaVersion":2,"config":{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"sha256:x","size":1},"layers":[]}""", "not valid")]
    public async Task What_is_no_image_is_refused_by_name(string document, string reason)
    {
        var failure = await Assert.ThrowsAnyAsync<GantryException>(() => Resolve(document));
        Assert.Contains("app:1", failure.Message, StringComparison.Ordinal);
        Assert.Contains(reason, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_index_of_itself_ends() =>
        Assert.Contains("nests deeper", (await Assert.ThrowsAsync<InvalidArgumentException>(() =>
            Resolve($$"""{"schemaVersion":2,"manifests":[{"mediaType":"{{MediaTypes.OciIndex}}","digest":"{{Zero}}","size":2}]}"""))).Message, StringComparison.Ordinal);

    [Fact]
    public void A_challenge_is_read_with_its_quotes()
    {
        var challenge = AuthChallenge.Parse("Bearer", """realm="https://auth.x/token?a=\"b\"", service="reg, x",scope="repository:a/b:pull,push" , error=invalid""");
        Assert.True(challenge.IsBearer);
        Assert.Equal("https://auth.x/token?a=\"b\"", challenge.Parameters["realm"]);
        Assert.Equal("reg, x", challenge.Parameters["service"]);
        Assert.Equal("repository:a/b:pull,push", challenge.Parameters["scope"]);
        Assert.Equal("invalid", challenge.Parameters["error"]);
    }

    [Fact]
    public void Changes_are_applied_in_order()
    {
        var config = ImageChanges.Apply(new ImageConfig(), ["CMD [\"a\", \"b\"]", "ENV A=1 B=\"x y\"", "ENV A=2", "EXPOSE 80 53/udp", "WORKDIR /a", "WORKDIR b", "HEALTHCHECK --interval=1m30s CMD true", "LABEL x='y z'"]);
        Assert.Equal(["a", "b"], config.Cmd!);
        Assert.Equal(["B=x y", "A=2"], config.Env!);
        Assert.Equal(["53/udp", "80/tcp"], config.ExposedPorts!.Keys);
        Assert.Equal("/a/b", config.WorkingDir);
        Assert.Equal(90_000_000_000, config.Healthcheck!.Interval);
        Assert.Equal(["CMD-SHELL", "true"], config.Healthcheck.Test!);
        Assert.Equal("y z", config.Labels!["x"]);
        var expanded = ImageChanges.Apply(new ImageConfig { Env = ["PATH=/bin"] }, ["ENV PATH=/usr/bin:$PATH", "CMD echo $PATH"], (text, env) => text.Replace("$PATH", env[0]["PATH=".Length..], StringComparison.Ordinal));
        Assert.Equal(["PATH=/usr/bin:/bin"], expanded.Env);
        Assert.Equal("echo $PATH", expanded.Cmd![^1]);
        Assert.Contains("RUN is not a valid change", Assert.Throws<InvalidArgumentException>(() => ImageChanges.Apply(new(), ["RUN x"])).Message, StringComparison.Ordinal);
    }

    private static Task<PullManifest> Resolve(string document) =>
        PullManifest.ResolveAsync(Name.Tag!, Name.Familiar, Platform.Parse("linux/amd64"), (_, _) => Task.FromResult(Document(document)), PullManifest.ParseManifest, TestContext.Current.CancellationToken);

    private static RegistryDocument Document(string text) => new(Encoding.UTF8.GetBytes(text), Digest.Sha256(Encoding.UTF8.GetBytes(text)), "text/html");

    private static string Index(params (string Architecture, string? Variant, string Digest)[] manifests) =>
        """{"schemaVersion":2,"manifests":[""" + string.Join(',', manifests.Select(m => Entry(m.Architecture, m.Variant, m.Digest))) + "]}";

    private static string Entry(string architecture, string? variant, string digest)
    {
        var os = architecture == "unknown" ? "unknown" : "linux";
        var more = variant is null ? "" : $",\"variant\":\"{variant}\"";
        return $"{{\"mediaType\":\"{MediaTypes.OciManifest}\",\"digest\":\"{digest}\",\"size\":2,\"platform\":{{\"os\":\"{os}\",\"architecture\":\"{architecture}\"{more}}}}}";
    }
}
