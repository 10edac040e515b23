using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Gantry.Server.Http;
using Gantry.Spec.Engine;

namespace Gantry.Tests.Server;

/// <summary>Documents from the docker CLI 28.2 and from a dockerd (API 1.41), read and written again: nothing known is lost or changed.</summary>
public sealed class GoldenJsonTests
{
    // What the newest API omits when it is empty, has dropped, or writes as [] where it was null (RepoDigests of a list).
    private static readonly HashSet<string> Gone =
        ["KernelMemory", "KernelMemoryTCP", "RepoDigests", "AllowNondistributableArtifactsCIDRs", "AllowNondistributableArtifactsHostnames"];

    [Fact]
    public void The_docker_CLIs_create_request_comes_out_byte_for_byte()
    {
        var original = Read("create-request.json").TrimEnd();
        var type = EngineJsonContext.Wire;
        var request = JsonSerializer.Deserialize(original, type.ContainerCreateRequest)!;
        var config = JsonSerializer.Serialize(request.ToConfig(), type.ContainerConfig);
        var host = JsonSerializer.Serialize(request.HostConfig!, type.HostConfig);
        var network = JsonSerializer.Serialize(request.NetworkingConfig!, type.NetworkingConfig);
        Assert.Equal(original, $"{config[..^1]},\"HostConfig\":{host},\"NetworkingConfig\":{network}}}");
    }

    [Fact]
    public void A_container_survives() => AssertSurvives("container-inspect.json", EngineJsonContext.Wire.ContainerInspectResponse);

    [Fact]
    public void A_list_of_containers_survives() => AssertSurvives("containers.json", EngineJsonContext.Wire.ContainerSummaryArray);

    [Fact]
    public void An_exec_survives() => AssertSurvives("exec-inspect.json", EngineJsonContext.Wire.ExecInspectResponse, exactly: true);

    [Fact]
    public void Processes_survive() => AssertSurvives("top.json", EngineJsonContext.Wire.ContainerTopResponse, exactly: true);

    [Fact]
    public void An_image_survives() => AssertSurvives("image-inspect.json", EngineJsonContext.Wire.ImageInspectResponse);

    [Fact]
    public void A_list_of_images_survives() => AssertSurvives("images.json", EngineJsonContext.Wire.ImageSummaryArray);

    [Fact]
    public void A_history_survives() => AssertSurvives("image-history.json", EngineJsonContext.Wire.ImageHistoryItemArray, exactly: true);

    [Fact]
    public void A_removal_survives() => AssertSurvives("image-delete.json", EngineJsonContext.Wire.ImageDeleteItemArray);

    [Fact]
    public void The_version_survives() => AssertSurvives("version.json", EngineJsonContext.Wire.VersionResponse, exactly: true);

    [Fact]
    public void The_info_survives() => AssertSurvives("info.json", EngineJsonContext.Wire.SystemInfo);

    [Fact]
    public void Events_survive()
    {
        foreach (var line in Read("events.jsonl").Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            AssertTextSurvives(line, EngineJsonContext.Wire.EventMessage, exactly: true);
        }
    }

    [Fact]
    public void What_is_not_given_is_as_in_Go()
    {
        var host = JsonSerializer.Deserialize("{}", EngineJsonContext.Default.HostConfig)!;
        Assert.Equal("", host.NetworkMode);
        Assert.Equal("", host.LogConfig.Type);
        Assert.Equal([0, 0], host.ConsoleSize);
        Assert.Null(host.PidsLimit);
        Assert.Null(host.Binds);
    }

    [Fact]
    public void Text_is_written_as_it_is()
    {
        var output = new ArrayBufferWriter<byte>();
        JsonAnswer.Write(output, new ErrorResponse { Message = "<a> & 'b' + ü\n" }, EngineJsonContext.Wire.ErrorResponse);
        Assert.Equal("{\"message\":\"<a> & 'b' + ü\\n\"}\n", Encoding.UTF8.GetString(output.WrittenSpan));
    }

    private static void AssertSurvives<T>(string file, JsonTypeInfo<T> type, bool exactly = false) =>
        AssertTextSurvives(Read(file).TrimEnd(), type, exactly);

    private static void AssertTextSurvives<T>(string text, JsonTypeInfo<T> type, bool exactly)
    {
        var written = JsonSerializer.Serialize(JsonSerializer.Deserialize(text, type)!, type);
        if (exactly)
        {
            Assert.Equal(text, written);
            return;
        }

        using var before = JsonDocument.Parse(text);
        using var after = JsonDocument.Parse(written);
        AssertContains(before.RootElement, after.RootElement, "$");
    }

    private static void AssertContains(JsonElement expected, JsonElement actual, string path)
    {
        Assert.True(expected.ValueKind == actual.ValueKind, $"{path}: {expected} became {actual}");
        switch (expected.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (var member in expected.EnumerateObject().Where(member => !Gone.Contains(member.Name)))
                {
                    Assert.True(actual.TryGetProperty(member.Name, out var value), $"{path}.{member.Name} is gone");
                    AssertContains(member.Value, value, $"{path}.{member.Name}");
                }

                break;
            case JsonValueKind.Array:
                Assert.Equal(expected.GetArrayLength(), actual.GetArrayLength());
                foreach (var (index, pair) in expected.EnumerateArray().Zip(actual.EnumerateArray()).Index())
                {
                    AssertContains(pair.First, pair.Second, $"{path}[{index}]");
                }

                break;
            default:
                Assert.Equal(expected.GetRawText(), actual.GetRawText());
                break;
        }
    }

    private static string Read(string file) =>
        File.ReadAllText(Path.Combine(RepositoryRoot.Path, "tests", "Gantry.Tests", "Server", "Golden", file));
}
