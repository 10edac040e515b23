using System.Text;
using System.Text.Json;
using Gantry.SystemTests.Infrastructure;

namespace Gantry.SystemTests.Daemon;

/// <summary>Another program judges each request and each answer, over Docker's authorization protocol.</summary>
public sealed class AuthorizationTests
{
    private const string Create = "http://x/v1.50/containers/create";
    private const string Forbidden = """{"Image":"busybox","Labels":{"a":"forbidden"}}""";

    [Fact]
    public async Task A_plugin_sees_what_is_asked_and_answered_and_what_it_denies_is_denied()
    {
        await using var stage = await DaemonStage.CreateAsync(_ => "{}");
        await using var judge = new Judge(stage);
        await stage.ReloadAsync("""{"authorization-plugins":["judge"]}""");
        (await stage.Docker("info --format {{.Plugins.Authorization}}")).Prints("[judge]");
        (await stage.Docker("run --rm --network none busybox echo let through")).Prints("let through");
        var create = judge.Asked().Last(call => call.GetProperty("RequestUri").GetString()!.EndsWith("/containers/create", StringComparison.Ordinal));
        Assert.Equal(("POST", "busybox"), (create.GetProperty("RequestMethod").GetString(), Json(create, "RequestBody").GetProperty("Image").GetString()));
        Assert.Equal("application/json", create.GetProperty("RequestHeaders").GetProperty("Content-Type").GetString());
        var created = judge.Answered().Last(call => call.GetProperty("RequestUri").GetString()!.EndsWith("/containers/create", StringComparison.Ordinal));
        Assert.Equal(201, created.GetProperty("ResponseStatusCode").GetInt32());
        Assert.Equal(64, Json(created, "ResponseBody").GetProperty("Id").GetString()!.Length);

        (await stage.Docker("create --label a=forbidden busybox")).Fails().Says("Error response from daemon: authorization denied by plugin judge: not this one");
        (await stage.Docker("volume ls")).Fails().Says("Error response from daemon: authorization denied by plugin judge: not the answer");
        (await Curl(stage, "-o", "/dev/null", "-w", "%{http_code}", "http://x/volumes")).Prints("403");
        (await stage.Docker("ps -aq")).Prints("");
        // Credentials are not for it.
        (await Curl(stage, "-H", "X-Registry-Auth: e30=", "-H", "Authorization: secret", "-H", "X-Other: seen", "http://x/v1.50/images/json")).Contains("busybox");
        var headers = judge.Asked().Last(call => call.GetProperty("RequestUri").GetString() == "/v1.50/images/json").GetProperty("RequestHeaders");
        Assert.Equal((false, false, "seen"), (headers.TryGetProperty("X-Registry-Auth", out _), headers.TryGetProperty("Authorization", out _), headers.GetProperty("X-Other").GetString()));

        judge.IsAway = true;
        (await stage.Docker("ps")).Fails().Says("plugin judge failed with error: AuthZPlugin.AuthZReq: out of order");
        await stage.ReloadAsync("""{"authorization-plugins":["nobody"]}""");
        Assert.Contains("error validating authorization plugin: plugin \\\"nobody\\\" not found", stage.Engine.Log(), StringComparison.Ordinal);
        await stage.ReloadAsync("{}");
        (await stage.Docker("ps -q")).Prints("");
    }

    /// <summary>CVE-2024-41110 and its like: what is done must be what was judged.</summary>
    [Fact]
    public async Task No_spelling_of_a_request_gets_around_it()
    {
        await using var stage = await DaemonStage.CreateAsync(_ => "{}");
        await using var judge = new Judge(stage);
        await stage.ReloadAsync("""{"authorization-plugins":["judge"]}""");
        string[] json = ["-H", "Content-Type: application/json", "-d", Forbidden];
        string[][] attempts =
        [
            [.. json, Create],
            ["-H", "Content-Type: Application/JSON;charset=utf-8", "-d", Forbidden, Create],
            ["-H", "Content-Type:", "-d", Forbidden, Create],
            ["-H", "Content-Type: text/plain", "-d", Forbidden, Create],
            ["-H", "Content-Type: application/jsonx", "-d", Forbidden, Create],
            ["-H", "Transfer-Encoding: chunked", .. json, Create],
            ["-H", "Content-Length: 0", .. json, Create],
            ["-H", "Content-Length: 0", "-H", "Transfer-Encoding: chunked", .. json, Create],
            [.. json, "http://x//v1.50//containers///create"],
            [.. json, "http://x/v1.50/%63ontainers/create"],
            [.. json, "http://x/v1.50/auth/../containers/create"],
            [.. json, "http://x/containers/create"],
            ["-X", "DELETE", "http://x/v1.50//%63ontainers//denied"],
        ];
        foreach (var attempt in attempts)
        {
            string[] words = ["-m", "5", "-o", "/dev/null", "-w", "%{http_code}", .. attempt];
            (await Curl(stage, words)).Matches("^(400|403|404)$");
        }

        // A body that is too large to be judged is not served.
        var large = Path.Combine(stage.Sandbox.Root, "large.json");
        await File.WriteAllTextAsync(large, Forbidden + new string(' ', 4 * 1024 * 1024), TestContext.Current.CancellationToken);
        (await Curl(stage, "-H", "Content-Type: application/json", "-d", "@" + large, Create)).Contains("request body too large for authorization plugin");
        Assert.All(judge.Asked(), call => Assert.DoesNotContain("//", call.GetProperty("RequestUri").GetString(), StringComparison.Ordinal));
        await stage.ReloadAsync("{}");
        (await stage.Docker("ps -aq")).Prints("");
    }

    private static Task<CommandResult> Curl(DaemonStage stage, params string[] words) =>
        stage.Sandbox.RunAsync(["curl", "-s", "--path-as-is", "--unix-socket", stage.Engine.Address["unix://".Length..], .. words]);

    private static JsonElement Json(JsonElement call, string member)
    {
        using var document = JsonDocument.Parse(call.GetProperty(member).GetBytesFromBase64());
        return document.RootElement.Clone();
    }

    /// <summary>Denies what has <c>forbidden</c> in its body or <c>denied</c> in its path, and the answers about volumes.</summary>
    private sealed class Judge : IAsyncDisposable
    {
        private readonly List<JsonElement> asked = [];
        private readonly List<JsonElement> answered = [];
        private readonly PluginServer server;

        public Judge(DaemonStage stage) => server = new(stage.Sandbox.PathInside("/run/docker/plugins/judge.sock"), Answer);

        public bool IsAway { get; set; }

        public JsonElement[] Asked()
        {
            lock (asked) return [.. asked];
        }

        public JsonElement[] Answered()
        {
            lock (asked) return [.. answered];
        }

        public ValueTask DisposeAsync() => server.DisposeAsync();

        private string Answer(string method, JsonElement request)
        {
            if (method == "Plugin.Activate")
            {
                return """{"Implements":["authz"]}""";
            }

            if (IsAway)
            {
                return """{"Err":"out of order"}""";
            }

            lock (asked) (method == "AuthZPlugin.AuthZReq" ? asked : answered).Add(request.Clone());
            var uri = request.GetProperty("RequestUri").GetString()!;
            var body = request.TryGetProperty("RequestBody", out var bytes) ? Encoding.UTF8.GetString(bytes.GetBytesFromBase64()) : "";
            return method == "AuthZPlugin.AuthZReq" && (body.Contains("forbidden", StringComparison.Ordinal) || uri.Contains("/containers/denied", StringComparison.Ordinal)) ? """{"Allow":false,"Msg":"not this one"}"""
                : method == "AuthZPlugin.AuthZRes" && uri.Contains("/volumes", StringComparison.Ordinal) ? """{"Allow":false,"Msg":"not the answer"}"""
                : """{"Allow":true}""";
        }
    }
}
