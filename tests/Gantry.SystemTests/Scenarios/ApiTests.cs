using System.Text;
using System.Text.Json;
using Gantry.SystemTests.Infrastructure;

namespace Gantry.SystemTests.Scenarios;

/// <summary>What no command line sends, or shows: statuses, messages, nulls. Both engines are asked the same.</summary>
public sealed class ApiTests(World world)
{
    private const string Json = "application/json";

    public static TheoryData<string> Engines => ["gantryd", "dockerd"];

    [Theory, MemberData(nameof(Engines))]
    public async Task Requests_that_are_wrong_are_refused_in_the_same_words(string name)
    {
        var engine = await world.EngineAsync(name);
        await using var stage = new Stage(world, engine, "docker");
        var container = stage.Name();
        (await stage.Run($"create --name {container} --network none busybox true")).Succeeds();
        foreach (var (method, path, body, status, message) in ((string, string, string?, int, string)[])
        [
            ("POST", $"/containers/{container}/start", """{"Binds":["/a:/b"]}""", 400, "starting container with non-empty request body was deprecated since API v1.22 and removed in v1.24"),
            ("POST", "/containers/create", """{"Image":"busybox","HostConfig":{"CpusetCpus":"8000"}}""", 400, "Requested CPUs are not available - requested 8000, available: "),
            ("POST", "/containers/create", """{"Image":"busybox","HostConfig":{"CpusetMems":"a"}}""", 400, "Invalid value a for cpuset mems"),
            ("POST", "/containers/create", """{"Image":"busybox","HostConfig":{"ExtraHosts":["lonely"]}}""", 400, "bad format for add-host: \"lonely\""),
            ("POST", "/containers/create", $$$"""{"Image":"busybox","ExposedPorts":{"80/tcp":{}},"HostConfig":{"NetworkMode":"container:{{{container}}}"}}""", 400, "conflicting options: port exposing and the container type network mode"),
            ("POST", "/containers/create", """{"Image":"busybox","NetworkingConfig":{"EndpointsConfig":{"bridge":{},"other":{}}}}""", 400, "network endpoints: "),
            ("POST", "/containers/create", """{"Image":"busybox","HostConfig":{"Mounts":[{"Type":"volume","Source":"some","Target":"/v","VolumeOptions":{"DriverConfig":{"Name":"nobody"}}}]}}""", 404, "error looking up volume plugin nobody"),
            ("POST", "/containers/create", """{"Image":"busybox","HostConfig":{"VolumesFrom":["no-such-one"]}}""", 400, "No such container: no-such-one"),
            ("POST", "/networks/none/connect", """{"Container":""}""", 400, "invalid name or ID supplied: \"\""),
            ("GET", "/networks/none?verbose=perhaps", null, 400, "invalid value for verbose: perhaps"),
            ("GET", "/events?since=3&until=2", null, 400, "`since` time (3) cannot be after `until` time (2)"),
            ("GET", "/volumes?filters={\"dangling\":[\"x\"]}", null, 400, "invalid filter 'dangling=[x]'"),
            ("GET", "/plugins?filters={\"colour\":[\"x\"]}", null, 400, "invalid filter 'colour'"),
            ("DELETE", "/plugins/x", null, 404, "plugin \"x\" not found"),
            ("POST", "/images/create?fromImage=registry.invalid/x&tag=1", null, 500, "registry.invalid"),
            ("POST", "/auth", """{"username":"a","password":"b","serveraddress":"https://registry.invalid"}""", 500, "registry.invalid"),
            ("POST", "/swarm/leave", null, 503, "This node is not part of a swarm"),
            ("POST", $"/containers/{container}/resize?h=x&w=1", null, 400, ""),
        ])
        {
            var (got, answer) = await AskAsync(engine, method, path, body);
            Assert.True(status == got && answer.Contains(JsonEncodedText.Encode(message, System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping).ToString(), StringComparison.OrdinalIgnoreCase), $"{method} {path}: {got} {answer}");
        }

        // Nothing has been said by then: it is an answer of its own, and no line of one.
        var (failed, reason) = await AskAsync(engine, "POST", "/build", "", "application/x-tar");
        Assert.True(failed >= 400, reason);
        Assert.Equal("""{"message":"Cannot locate specified Dockerfile: Dockerfile"}""", reason);
        Assert.Equal(400, (await AskAsync(engine, "POST", "/containers/create", """{"Image":"busybox"}""", "text/plain")).Status);
        Assert.Equal((200, ""), await AskAsync(engine, "OPTIONS", "/info"));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task What_is_empty_in_a_request_is_not_in_inspect(string name)
    {
        var engine = await world.EngineAsync(name);
        var (status, made) = await AskAsync(engine, "POST", "/containers/create", """{"Image":"busybox","Volumes":{},"ExposedPorts":{},"HostConfig":{"Links":[],"Mounts":[],"StorageOpt":{},"Sysctls":{},"Tmpfs":{}}}""");
        Assert.True(status == 201, made);
        var id = JsonDocument.Parse(made).RootElement.GetProperty("Id").GetString();
        var answer = JsonDocument.Parse((await AskAsync(engine, "GET", $"/containers/{id}/json")).Body).RootElement;
        await AskAsync(engine, "DELETE", $"/containers/{id}");
        Assert.Equal(JsonValueKind.Null, answer.GetProperty("Config").GetProperty("Volumes").ValueKind);
        Assert.False(answer.GetProperty("Config").TryGetProperty("ExposedPorts", out _));
        Assert.Equal(JsonValueKind.Null, answer.GetProperty("HostConfig").GetProperty("Links").ValueKind);
        foreach (var left in (string[])["Mounts", "StorageOpt", "Sysctls", "Tmpfs"]) Assert.False(answer.GetProperty("HostConfig").TryGetProperty(left, out _), left);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Nothing_is_null_where_Docker_says_null(string name)
    {
        var engine = await world.EngineAsync(name);
        await using var stage = new Stage(world, engine, "docker");
        var container = stage.Name();
        (await stage.Run($"run -d --name {container} --network none busybox sleep 1000")).Succeeds();
        Assert.Equal((200, "null"), await AskAsync(engine, "GET", $"/containers/{container}/changes"));
        Assert.Equal((200, """{"Warnings":null}"""), await AskAsync(engine, "POST", $"/containers/{container}/update", "{}", Json));
        // Without a terminal there is nothing to resize, and nothing wrong.
        Assert.Equal((200, ""), await AskAsync(engine, "POST", $"/containers/{container}/resize?h=10&w=20"));
        var (_, created) = await AskAsync(engine, "POST", $"/containers/{container}/exec", """{"Cmd":["/missing"]}""", Json);
        using var exec = JsonDocument.Parse(created);
        var (status, message) = await AskAsync(engine, "POST", $"/exec/{exec.RootElement.GetProperty("Id").GetString()}/start", """{"Detach":true}""", Json);
        Assert.Equal(400, status);
        Assert.StartsWith("{\"message\":\"OCI runtime exec failed: exec failed: ", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_container_names_the_manifest_it_is_of()
    {
        var engine = await world.EngineAsync("gantryd");
        await using var stage = new Stage(world, engine, "docker");
        var container = stage.Name();
        (await stage.Run($"create --name {container} --network none busybox")).Succeeds();
        using var image = JsonDocument.Parse((await AskAsync(engine, "GET", "/images/busybox/json?manifests=1", version: "1.48")).Body);
        var manifest = image.RootElement.GetProperty("Manifests").EnumerateArray().Single(one => one.GetProperty("Available").GetBoolean()).GetProperty("Descriptor");
        var all = Uri.EscapeDataString($$"""{"name":["{{container}}"]}""");
        foreach (var path in (string[])[$"/containers/{container}/json", $"/containers/json?all=1&filters={all}"])
        {
            using var answer = JsonDocument.Parse((await AskAsync(engine, "GET", path, version: "1.48")).Body);
            var found = (answer.RootElement.ValueKind == JsonValueKind.Array ? answer.RootElement[0] : answer.RootElement).GetProperty("ImageManifestDescriptor");
            Assert.Equal(manifest.GetProperty("digest").GetString(), found.GetProperty("digest").GetString());
            Assert.Equal(manifest.GetProperty("size").GetInt64(), found.GetProperty("size").GetInt64());
            Assert.Equal("linux", found.GetProperty("platform").GetProperty("os").GetString());
            Assert.DoesNotContain("ImageManifestDescriptor", (await AskAsync(engine, "GET", path, version: "1.47")).Body, StringComparison.Ordinal);
        }
    }

    private static async Task<(int Status, string Body)> AskAsync(Engine engine, string method, string path, string? body = null, string type = Json, string version = "1.41")
    {
        using var request = new HttpRequestMessage(new(method), new Uri($"http://engine/v{version}{path}"));
        if (body is not null) request.Content = new StringContent(body, Encoding.UTF8, new System.Net.Http.Headers.MediaTypeHeaderValue(type));
        using var response = await engine.Http.SendAsync(request, TestContext.Current.CancellationToken);
        return ((int)response.StatusCode, (await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).Trim());
    }
}
