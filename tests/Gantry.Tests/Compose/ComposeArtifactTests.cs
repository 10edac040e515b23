using System.Text;
using System.Text.Json;
using Gantry.Compose;
using Gantry.Compose.Publishing;
using Gantry.Spec;

namespace Gantry.Tests.Compose;

public sealed class ComposeArtifactTests : IDisposable
{
    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("gantry-test-");

    public void Dispose() => directory.Delete(recursive: true);

    [Fact]
    public void A_project_is_its_files_what_is_changed_of_them_and_its_environment_files()
    {
        Write("compose.yaml", "services:\n  web: {image: app, env_file: web.env}\n");
        Write("web.env", "A=1\n");
        var project = Project();
        var pinned = project with { Services = project.Services.ToDictionary(pair => pair.Key, pair => pair.Value with { Image = "docker.io/library/app:1@sha256:00" }) };
        var artifact = ComposeArtifact.Of(project, pinned);
        var name = $"{Digest.Sha256("A=1\n"u8).Hex}.env";
        Assert.Equal(
        [
            "{}",
            "services:\n  web: {image: app, env_file: web.env}\n",
            "A=1\n",
            $"services:\n  web:\n    image: docker.io/library/app:1@sha256:00\n    env_file: !override\n      - path: {name}\n        required: true\n",
        ], artifact.Blobs.Select(Encoding.UTF8.GetString));
    }

    [Fact]
    public void The_manifest_is_an_artifact_of_Docker_Compose()
    {
        Write("compose.yaml", "services: {web: {image: app}}\n");
        var artifact = ComposeArtifact.Of(Project(), pinned: null);
        var created = new DateTimeOffset(2026, 11, 26, 1, 2, 3, TimeSpan.Zero);
        var file = Digest.Sha256("services: {web: {image: app}}\n"u8);
        Assert.Equal(
            "{\"schemaVersion\":2,\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\",\"artifactType\":\"application/vnd.docker.compose.project\","
            + "\"config\":{\"mediaType\":\"application/vnd.oci.empty.v1+json\",\"digest\":\"sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a\",\"size\":2},"
            + $"\"layers\":[{{\"mediaType\":\"application/vnd.docker.compose.file+yaml\",\"digest\":\"{file}\",\"size\":30,\"annotations\":{{\"com.docker.compose.file\":\"compose.yaml\"}}}}],"
            + "\"annotations\":{\"org.opencontainers.image.created\":\"2026-11-26T01:02:03Z\"}}",
            Encoding.UTF8.GetString(artifact.Manifest("1.1", created)));
        var old = JsonDocument.Parse(artifact.Manifest("1.0", created)).RootElement;
        Assert.False(old.TryGetProperty("artifactType", out _));
        Assert.Equal("application/vnd.docker.compose.config.empty.v1+json", old.GetProperty("config").GetProperty("mediaType").GetString());
    }

    [Fact]
    public void A_file_that_needs_another_is_refused()
    {
        Write("compose.yaml", "include: [other.yaml]\nservices: {web: {image: app}}\n");
        Write("other.yaml", "services: {db: {image: db}}\n");
        var error = Assert.Throws<ComposeException>(() => ComposeArtifact.Of(Project(), pinned: null));
        Assert.Equal($"{directory.FullName}/compose.yaml:1:11: include: a local file is not published with this one; publish the output of compose config", error.Message);
    }

    private Gantry.Compose.Model.ComposeProject Project() =>
        ComposeLoader.Load(new() { CurrentDirectory = directory.FullName, Environment = new Dictionary<string, string>(), ReadsEnvFiles = false }).Project;

    private void Write(string file, string text) => File.WriteAllText(Path.Combine(directory.FullName, file), text);
}
