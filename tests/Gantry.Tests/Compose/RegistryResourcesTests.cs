using System.Text;
using Gantry.Compose;
using Gantry.Compose.Loading;
using Gantry.Compose.Publishing;
using Gantry.Spec;

namespace Gantry.Tests.Compose;

/// <summary>Published projects, from a registry that is a dictionary.</summary>
public sealed class RegistryResourcesTests : IDisposable
{
    private const string ComposeFile = "application/vnd.docker.compose.file+yaml";
    private const string EnvironmentFile = "application/vnd.docker.compose.envfile";
    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("gantry-test-");

    public void Dispose() => directory.Delete(recursive: true);

    [Fact]
    public void Files_lie_over_each_other_with_their_environment_files_beside_them()
    {
        var project = Load(
            (ComposeFile, "", "services:\n  web: {image: first, env_file: some.env}\n"),
            (ComposeFile, "", "services:\n  web: {image: second}\n"),
            (EnvironmentFile, "some.env", "A=1\n"),
            ("application/octet-stream", "", "other"));
        Assert.Equal("second", project.Services["web"].Image);
        Assert.Equal("1", project.Services["web"].Environment["A"]);
        Assert.Equal("app", project.Name);
    }

    [Theory]
    [InlineData("../../outside.env")]
    [InlineData("/tmp/outside.env")]
    [InlineData("..")]
    [InlineData("")]
    [InlineData("compose.yaml")]
    [InlineData("a/b.env")]
    public void An_environment_file_elsewhere_is_refused(string name)
    {
        var error = Assert.Throws<ComposeException>(() => Load((ComposeFile, "", "services: {web: {image: a}}\n"), (EnvironmentFile, name, "A=1\n")));
        Assert.Contains($"the environment file \"{name}\" of it is not in its own directory", error.Message, StringComparison.Ordinal);
        Assert.Empty(directory.GetFiles("*", SearchOption.AllDirectories));
    }

    [Fact]
    public void What_is_no_project_says_so()
    {
        var error = Assert.Throws<ComposeException>(() => Load(("application/vnd.oci.image.layer.v1.tar", "", "layer")));
        Assert.Equal("oci://example.com/app:1: it is no published Compose project: it has no Compose file", error.Message);
        Assert.StartsWith("oci://Not A Name: ", Assert.Throws<ComposeException>(() => Load("oci://Not A Name", new Shelf([]))).Message, StringComparison.Ordinal);
    }

    private Gantry.Compose.Model.ComposeProject Load(params (string Type, string Name, string Text)[] layers) => Load("oci://example.com/app:1", new Shelf(layers));

    private Gantry.Compose.Model.ComposeProject Load(string file, Shelf shelf) => ComposeLoader.Load(new LoadOptions
    {
        Files = [file],
        Artifacts = shelf,
        CurrentDirectory = directory.FullName,
        Environment = new Dictionary<string, string> { ["XDG_CACHE_HOME"] = Path.Combine(directory.FullName, "cache") },
    }).Project;

    private sealed class Shelf((string Type, string Name, string Text)[] layers) : IArtifactSource
    {
        public (Digest Digest, byte[] Content)? FindManifest(ImageReference name)
        {
            var entries = layers.Select(layer => Encoding.UTF8.GetBytes(layer.Text) is var content
                ? $$"""{"mediaType":"{{layer.Type}}","digest":"{{Digest.Sha256(content)}}","size":{{content.Length}},"annotations":{"com.docker.compose.envfile":"{{layer.Name}}"} }""" : "");
            var manifest = Encoding.UTF8.GetBytes($$"""
                {"schemaVersion":2,"config":{"mediaType":"application/vnd.oci.empty.v1+json","digest":"{{Digest.Sha256([])}}","size":0},"layers":[{{string.Join(',', entries)}}]}
                """);
            return (Digest.Sha256(manifest), manifest);
        }

        public byte[] GetBlob(ImageReference blob) => layers.Select(layer => Encoding.UTF8.GetBytes(layer.Text)).First(content => Digest.Sha256(content) == blob.Digest);
    }
}
