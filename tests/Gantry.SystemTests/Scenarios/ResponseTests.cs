using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Gantry.SystemTests.Infrastructure;

namespace Gantry.SystemTests.Scenarios;

/// <summary>Every field of every answer about one machine, held against the specification of the Engine API and against Docker's own answers.</summary>
public sealed class ResponseTests(World world)
{
    private const string OldestOfBoth = "1.41";

    /// <summary>What Docker sends beside its specification, and what that asks for in error.</summary>
    private static readonly string[] s_beside = ["EventMessage.status", "EventMessage.id", "EventMessage.from", "ImageManifestSummary.ImageData.UnpackedSize"];

    /// <summary>Fields of Docker 20.10 that are not here.</summary>
    private static readonly Dictionary<string, string> s_left = new()
    {
        ["HostConfig.KernelMemory"] = "a limit that kernels no longer have",
        ["HostConfig.KernelMemoryTCP"] = "the same",
        ["SystemInfo.KernelMemory"] = "the same",
        ["SystemInfo.KernelMemoryTCP"] = "the same",
        ["ContainerWaitResponse.Error"] = "null, which later versions leave out",
        ["ImageConfig.StopTimeout"] = "of containers alone in later versions",
        ["SystemVersion.BuildTime"] = "builds of the same sources are the same",
        ["RegistryServiceConfig.AllowNondistributableArtifactsCIDRs"] = "later versions have it no more",
        ["RegistryServiceConfig.AllowNondistributableArtifactsHostnames"] = "the same",
    };

    private readonly ResponseSchema _schema = new(Path.Combine(Programs.Repository, "tests", "Gantry.SystemTests", "Scenarios", "responses.txt"));

    [Fact]
    public async Task Answers_hold_what_the_specification_says()
    {
        var (_, wrong) = await WalkAsync("gantryd", "1.50");
        Assert.Equal("", Lines(wrong.Where(pair => !s_beside.Contains(pair.Key)).Select(pair => $"{pair.Key}: {pair.Value}")));
    }

    [Fact]
    public async Task Answers_hold_what_Dockers_hold()
    {
        var (dockers, wrong) = await WalkAsync("dockerd", OldestOfBoth);
        // Docker 20.10 knows other fields, but those that it shares with the specification have its types.
        Assert.Equal("", Lines(wrong.Where(pair => pair.Value is not ("unknown" or "missing")).Select(pair => $"{pair.Key}: {pair.Value}")));
        var (ours, _) = await WalkAsync("gantryd", OldestOfBoth);
        Assert.Equal("", Lines(dockers.Except(ours).Except(s_left.Keys)));
    }

    private static string Lines(IEnumerable<string> lines) => string.Join('\n', lines.Order());

    /// <summary>Makes objects of every kind in an engine and asks for all of them.</summary>
    private async Task<(IReadOnlySet<string> Fields, IReadOnlyDictionary<string, string> Wrong)> WalkAsync(string engineName, string version)
    {
        var engine = await world.EngineAsync(engineName);
        await using var stage = new Stage(world, engine, "docker");
        var (fields, wrong) = (new HashSet<string>(), new Dictionary<string, string>());
        async Task<JsonElement> AskAsync(string endpoint, string path, string? body = null, string type = "application/json")
        {
            using var request = new HttpRequestMessage(new(endpoint.Split(' ')[0]), new Uri($"http://engine/v{version}{path}"));
            if (body is not null) request.Content = new StringContent(body, Encoding.UTF8, new MediaTypeHeaderValue(type));
            using var response = await engine.Http.SendAsync(request, TestContext.Current.CancellationToken);
            var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
            Assert.True((int)response.StatusCode < 300, $"{endpoint} {path}: {(int)response.StatusCode} {text}");
            JsonElement last = default;
            // A stream of events is one answer after another.
            foreach (var part in endpoint == "GET /events" ? text.Split('\n', StringSplitOptions.RemoveEmptyEntries) : [text])
            {
                last = JsonElement.Parse(part);
                var (some, bad) = _schema.Walk(endpoint, last);
                fields.UnionWith(some);
                foreach (var (name, reason) in bad) wrong[name] = reason;
            }

            return last;
        }

        var (network, plain, full, ended, host) = (stage.Network(), stage.Name("plain"), stage.Name("full"), stage.Name("ended"), stage.Name("host"));
        var (volume, tmpfs, image) = (stage.Volume(), stage.Volume("t"), stage.Image());
        await AskAsync("POST /networks/create", "/networks/create", $$$"""{"Name":"{{{network}}}","Driver":"bridge","Internal":true,"Labels":{"a":"b"},"Options":{"com.docker.network.driver.mtu":"1400"}}""");
        await AskAsync("POST /volumes/create", "/volumes/create", $$$"""{"Name":"{{{volume}}}","Labels":{"a":"b"}}""");
        await AskAsync("POST /volumes/create", "/volumes/create", $$$"""{"Name":"{{{tmpfs}}}","DriverOpts":{"type":"tmpfs","device":"tmpfs","o":"size=1m"}}""");
        await AskAsync("POST /containers/create", $"/containers/create?name={plain}", """{"Image":"busybox"}""");
        await AskAsync("POST /containers/create", $"/containers/create?name={ended}", """{"Image":"busybox","Cmd":["sh","-c","exit 3"],"HostConfig":{"NetworkMode":"none"}}""");
        await AskAsync("POST /containers/create", $"/containers/create?name={host}", """{"Image":"busybox","Tty":true,"OpenStdin":true,"Cmd":["sh"],"HostConfig":{"NetworkMode":"host","PidMode":"host"}}""");
        await AskAsync("POST /containers/create", $"/containers/create?name={full}", $$$"""
            {
              "Image": "busybox", "Cmd": ["sleep", "1000"], "Hostname": "h", "Domainname": "d", "User": "0", "Env": ["A=b"], "Labels": {"x": "y"}, "ExposedPorts": {"80/tcp": {}, "81/udp": {}},
              "Volumes": {"/anonymous": {}}, "StopSignal": "SIGINT", "StopTimeout": 3, "OpenStdin": true,
              "Healthcheck": {"Test": ["CMD-SHELL", "echo well"], "Interval": 200000000, "Timeout": 10000000000, "Retries": 2},
              "HostConfig": {
                "NetworkMode": "{{{network}}}", "Binds": ["/usr/lib:/host:ro", "{{{volume}}}:/volume"],
                "Mounts": [
                  {"Type": "volume", "Source": "{{{tmpfs}}}", "Target": "/tmpfs"}, {"Type": "tmpfs", "Target": "/t", "TmpfsOptions": {"SizeBytes": 1000000}},
                  {"Type": "bind", "Source": "/usr/lib", "Target": "/bind", "ReadOnly": true, "BindOptions": {"Propagation": "rprivate"}}],
                "Memory": 67108864, "PidsLimit": 100, "Ulimits": [{"Name": "nofile", "Soft": 100, "Hard": 200}],
                "Devices": [{"PathOnHost": "/dev/null", "PathInContainer": "/dev/other", "CgroupPermissions": "rwm"}], "CapAdd": ["NET_ADMIN"], "CapDrop": ["MKNOD"],
                "Dns": ["1.1.1.1"], "DnsSearch": ["x"], "ExtraHosts": ["a:1.2.3.4"], "GroupAdd": ["3"], "Tmpfs": {"/t1": "size=1m"}, "Sysctls": {"net.ipv4.ip_forward": "0"},
                "SecurityOpt": ["no-new-privileges"], "RestartPolicy": {"Name": "on-failure", "MaximumRetryCount": 2}, "LogConfig": {"Type": "json-file", "Config": {"max-size": "1m"}}, "Init": true
              },
              "NetworkingConfig": {"EndpointsConfig": {"{{{network}}}": {"Aliases": ["other"]}} }
            }
            """);
        (await stage.Run($"start {full} {ended} {host}")).Succeeds();
        await AskAsync("POST /containers/{id}/wait", $"/containers/{ended}/wait");
        (await stage.Until("inspect -f {{.State.Health.Status}} " + full, result => result.Out.Trim() == "healthy")).Succeeds();
        (await stage.Run($"exec {full} touch /new")).Succeeds();
        foreach (var name in (string[])[plain, full, ended, host]) await AskAsync("GET /containers/{id}/json", $"/containers/{name}/json?size=1");
        await AskAsync("GET /containers/json", "/containers/json?all=1&size=1");
        await AskAsync("GET /containers/{id}/top", $"/containers/{full}/top");
        await AskAsync("GET /containers/{id}/changes", $"/containers/{full}/changes");
        await AskAsync("GET /containers/{id}/stats", $"/containers/{full}/stats?stream=0");
        await AskAsync("POST /containers/{id}/update", $"/containers/{full}/update", """{"Memory":134217728,"MemorySwap":268435456}""");
        var exec = (await AskAsync("POST /containers/{id}/exec", $"/containers/{full}/exec", """{"Cmd":["true"],"Env":["A=b"],"WorkingDir":"/","User":"0"}""")).GetProperty("Id");
        await AskAsync("GET /exec/{id}/json", $"/exec/{exec}/json");
        await AskAsync("POST /commit", $"/commit?container={full}&repo={image}&tag=t&author=a&comment=c&changes=ENV%20A=b&changes=EXPOSE%2090&changes=ONBUILD%20RUN%20true", "{}");
        foreach (var name in (string[])[World.Busybox, $"{image}:t"])
        {
            await AskAsync("GET /images/{name}/json", $"/images/{name}/json?manifests=1");
            await AskAsync("GET /images/{name}/history", $"/images/{name}/history");
        }

        await AskAsync("GET /images/json", "/images/json?shared-size=1&digests=1&manifests=1");
        await AskAsync("GET /networks", "/networks");
        foreach (var name in (string[])[network, "host", "none"]) await AskAsync("GET /networks/{id}", $"/networks/{name}?verbose=true");
        await AskAsync("GET /volumes", "/volumes");
        foreach (var name in (string[])[volume, tmpfs]) await AskAsync("GET /volumes/{name}", $"/volumes/{name}");
        foreach (var name in (string[])["info", "version", "system/df"]) await AskAsync($"GET /{name}", $"/{name}");
        await AskAsync("GET /distribution/{name}/json", $"/distribution/{Registry.Address}/busybox/json");
        await AskAsync("GET /events", $"/events?since=1&until={DateTimeOffset.UtcNow.ToUnixTimeSeconds() + 1}");
        await AskAsync("DELETE /images/{name}", $"/images/{image}:t");
        // What no other test has: nothing of theirs is pruned.
        foreach (var kind in (string[])["containers", "images", "volumes", "networks"]) await AskAsync($"POST /{kind}/prune", $$$"""/{{{kind}}}/prune?filters={"label":["of-nobody={{{network}}}"]}""");
        return (fields, wrong);
    }
}
