using System.Text;
using System.Text.Json;
using Gantry.Spec;
using Gantry.Spec.Image;

namespace Gantry.Tests.Images;

/// <summary>The bytes of what we author: a change here changes every id.</summary>
public sealed class ImageJsonTests
{
    private static readonly Digest Empty = Digest.Sha256([]);

    [Fact]
    public void A_configuration_is_written_in_these_bytes()
    {
        var configuration = new ImageConfiguration
        {
            Created = "2024-01-02T03:04:05.678901234Z",
            Architecture = "arm64",
            Variant = "v8",
            Os = "linux",
            Comment = "größer <a+b> & \"c\"",
            Config = new ImageConfig
            {
                User = "1000:1000",
                ExposedPorts = new SortedDictionary<string, EmptyObject> { ["80/tcp"] = EmptyObject.Value },
                Env = ["PATH=/bin", "X=<1>"],
                Entrypoint = ["/bin/sh", "-c"],
                Healthcheck = new ImageHealthcheck { Test = ["CMD", "true"], Interval = 30_000_000_000, Retries = 3 },
                Labels = new SortedDictionary<string, string> { ["a"] = "b" },
            },
            RootFs = new RootFs { DiffIds = [Empty] },
            History = [new HistoryEntry { CreatedBy = "RUN a && b" }, new HistoryEntry { CreatedBy = "CMD", EmptyLayer = true }],
        };
        Assert.Equal(
            """{"created":"2024-01-02T03:04:05.678901234Z","architecture":"arm64","variant":"v8","os":"linux","comment":"größer <a+b> & \"c\"","config":{"User":"1000:1000","ExposedPorts":{"80/tcp":{}},"Env":["PATH=/bin","X=<1>"],"Entrypoint":["/bin/sh","-c"],"Healthcheck":{"Test":["CMD","true"],"Interval":30000000000,"Retries":3},"Labels":{"a":"b"}},"rootfs":{"type":"layers","diff_ids":["sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"]},"history":[{"created_by":"RUN a && b"},{"created_by":"CMD","empty_layer":true}]}""",
            Encoding.UTF8.GetString(JsonSerializer.SerializeToUtf8Bytes(configuration, ImageJson.Canonical.ImageConfiguration)));
    }

    [Fact]
    public void A_manifest_is_written_in_these_bytes()
    {
        var manifest = new ImageManifest
        {
            SchemaVersion = 2,
            MediaType = MediaTypes.OciManifest,
            Config = new Descriptor { MediaType = MediaTypes.OciConfig, Digest = Empty, Size = 2 },
            Layers = [new Descriptor { MediaType = MediaTypes.OciLayer, Digest = Empty, Size = 1024 }],
        };
        Assert.Equal(
            """{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855","size":2},"layers":[{"mediaType":"application/vnd.oci.image.layer.v1.tar","digest":"sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855","size":1024}]}""",
            Encoding.UTF8.GetString(JsonSerializer.SerializeToUtf8Bytes(manifest, ImageJson.Canonical.ImageManifest)));
    }

    [Fact]
    public void Early_dockers_commands_are_read()
    {
        var configuration = JsonSerializer.Deserialize("""{"rootfs":{},"config":{"Cmd":"sh","Entrypoint":null,"Env":null}}""", ImageJson.Default.ImageConfiguration)!;
        Assert.Equal(["sh"], configuration.Config!.Cmd!);
        Assert.Null(configuration.Config.Entrypoint);
        Assert.Empty(configuration.RootFs.DiffIds);
    }
}
