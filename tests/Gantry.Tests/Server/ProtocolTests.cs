using System.Text;

namespace Gantry.Tests.Server;

public sealed class ProtocolTests(ServerFixture server) : IClassFixture<ServerFixture>
{
    [Theory]
    [InlineData("GET", "/_ping", "OK")]
    [InlineData("GET", "/v1.24/_ping", "OK")]
    [InlineData("HEAD", "/_ping", "")]
    [InlineData("HEAD", "/v1.50/_ping", "")]
    public async Task Ping_has_all_of_its_headers(string method, string path, string body)
    {
        var answer = await server.RequestAsync(method, path);
        Assert.Equal((200, body), (answer.Status, answer.Body));
        Assert.Equal("1.50", answer.Headers["Api-Version"]);
        Assert.Equal("2", answer.Headers["Builder-Version"]);
        Assert.Equal("false", answer.Headers["Docker-Experimental"]);
        Assert.Equal("linux", answer.Headers["Ostype"]);
        Assert.Equal("inactive", answer.Headers["Swarm"]);
        Assert.Equal("no-cache, no-store, must-revalidate", answer.Headers["Cache-Control"]);
        Assert.Equal("no-cache", answer.Headers["Pragma"]);
        Assert.StartsWith("Gantry/", answer.Headers["Server"], StringComparison.Ordinal);
        Assert.Equal(body.Length.ToString(System.Globalization.CultureInfo.InvariantCulture), answer.Headers["Content-Length"]);
    }

    [Theory]
    [InlineData("GET", "/v1.51/_ping", 400, "client version 1.51 is too new. Maximum supported API version is 1.50")]
    [InlineData("GET", "/nowhere", 404, "page not found")]
    [InlineData("GET", "/v1.50/nowhere", 404, "page not found")]
    [InlineData("DELETE", "/_ping", 404, "page not found")]
    [InlineData("GET", "/containers/x/json/", 404, "page not found")]
    [InlineData("GET", "/containers//x/json", 404, "No such container: x")]
    [InlineData("GET", "/plugins/privileges", 501, "gantry does not support plugins yet (GET /plugins/privileges)")]
    [InlineData("GET", "/containers/x/json", 404, "No such container: x")]
    [InlineData("POST", "/containers/x/kill", 409, "cannot kill container: x: container x is not running")]
    [InlineData("POST", "/containers/x/rename?name=y", 500, "a defect")]
    [InlineData("POST", "/containers/x/resize?h=a&w=1", 400, "invalid resize height \\\"a\\\": invalid syntax")]
    [InlineData("GET", "/containers/json?filters=nonsense", 400, "invalid filters \\\"nonsense\\\": a JSON object of lists is expected")]
    [InlineData("GET", "/services", 503, "This node is not a swarm manager. Use \\\"docker swarm init\\\" or \\\"docker swarm join\\\" to connect this node to swarm and try again.")]
    public async Task Failures_are_a_status_and_a_message(string method, string path, int status, string message)
    {
        var answer = await server.RequestAsync(method, path);
        Assert.Equal((status, $"{{\"message\":\"{message}\"}}\n"), (answer.Status, answer.Body));
        Assert.Equal("application/json", answer.Headers["Content-Type"]);
    }

    [Fact]
    public async Task A_client_from_before_errors_were_JSON_gets_text()
    {
        var answer = await server.RequestAsync("GET", "/v1.22/_ping");
        Assert.Equal((400, "client version 1.22 is too old. Minimum supported API version is 1.24, please upgrade your client to a newer version\n"), (answer.Status, answer.Body));
        Assert.Equal("text/plain; charset=utf-8", answer.Headers["Content-Type"]);
    }

    [Fact]
    public async Task Not_modified_and_done_have_no_body()
    {
        var started = await server.RequestAsync("POST", "/containers/x/start");
        Assert.Equal((304, ""), (started.Status, started.Body));
        var stopped = await server.RequestAsync("POST", "/containers/x/stop?t=5");
        Assert.Equal((204, ""), (stopped.Status, stopped.Body));
    }

    [Fact]
    public async Task Create_takes_what_Go_takes()
    {
        // docker-py sends nulls for what was not given; names may come in any case; commands may be one string.
        var answer = await server.RequestAsync(
            "POST", "/v1.50/containers/create",
            """{"image":"busybox","Hostname":null,"User":null,"Tty":null,"Cmd":"true","Env":null,"Unknown":{"a":[1]},"HostConfig":{"Memory":null,"NetworkMode":"none","Mounts":[{"Type":"bind","ReadOnly":true,"Source":"/a","Target":"/b"}]}}""");
        Assert.Equal((201, "{\"Id\":\"abc\",\"Warnings\":[]}\n"), (answer.Status, answer.Body));
        var request = server.Containers.Created!;
        Assert.Equal(("busybox", "", false, "true", "none"), (request.Image, request.User, request.Tty, request.Cmd![0], request.HostConfig!.NetworkMode));
        Assert.Null(request.HostConfig.Mounts![0].BindOptions);
    }

    [Fact]
    public async Task Create_of_an_older_version_has_its_meaning()
    {
        await server.RequestAsync(
            "POST", "/v1.39/containers/create",
            """{"Image":"busybox","Healthcheck":{"StartInterval":5},"HostConfig":{"ConsoleSize":[1,2],"Annotations":{"a":"b"},"Mounts":[{"Type":"bind","ReadOnly":true}]}}""");
        var host = server.Containers.Created!.HostConfig!;
        Assert.Equal("shareable", host.IpcMode);
        Assert.Equal([0, 0], host.ConsoleSize);
        Assert.Null(host.Annotations);
        Assert.True(host.Mounts![0].BindOptions!.ReadOnlyNonRecursive);
        Assert.Equal(0, server.Containers.Created.Healthcheck!.StartInterval);
    }

    [Theory]
    [InlineData("{\"Image\":", "invalid JSON: unexpected EOF")]
    [InlineData("{\"Image\":\"a\"}{", "\"unexpected content after JSON\"")]
    [InlineData("{\"Image\":\"a\"}trash", "\"unexpected content after JSON\"")]
    [InlineData("{\"Tty\":\"yes\"}", "invalid JSON: the value of Tty is of the wrong kind")]
    [InlineData("{\"Cmd\":5}", "invalid JSON: a string or a list of strings is expected at Cmd")]
    [InlineData("[]", "invalid JSON: its value is of the wrong kind")]
    [InlineData("{invalid", "invalid JSON: invalid character 'i' looking for beginning of object key string")]
    [InlineData("{\"a\" 1}", "invalid JSON: invalid character '1' after object key")]
    [InlineData("{\"a\":1 2}", "invalid JSON: invalid character '2' after object key:value pair")]
    [InlineData("{\"a\":[1 2]}", "invalid JSON: invalid character '2' after array element")]
    [InlineData("{\"a\":tru}", "invalid JSON: invalid character '}' in literal true (expecting 'e')")]
    [InlineData("{\"a\":-}", "invalid JSON: invalid character '}' in numeric literal")]
    [InlineData("{\"a\":[1,]}", "invalid JSON: invalid character ']' looking for beginning of value")]
    [InlineData("", "invalid JSON: got EOF while reading request body")]
    public async Task Create_refuses_what_is_not_its_JSON(string json, string message)
    {
        var answer = await server.RequestAsync("POST", "/containers/create", json);
        Assert.Equal(400, answer.Status);
        Assert.Contains(message, answer.Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"label":["a","b=c"]}""")]
    [InlineData("""{"label":{"a":true,"b=c":true}}""")]
    public async Task Filters_come_in_two_forms(string filters)
    {
        await server.RequestAsync("GET", "/containers/json?all=1&filters=" + Uri.EscapeDataString(filters));
        Assert.Equal(["a", "b=c"], server.Containers.Listed!.Filters["label"]);
        Assert.True(server.Containers.Listed.All);
    }

    [Theory]
    [InlineData("/images/localhost:5000/a/b:tag/json")]
    [InlineData("/images/localhost%3A5000%2Fa%2fb:tag/json")]
    public async Task Image_names_have_slashes(string path)
    {
        await server.RequestAsync("GET", path);
        Assert.Equal("localhost:5000/a/b:tag", server.Images.Inspected);
    }

    [Fact]
    public async Task A_pull_that_fails_at_once_is_an_error_and_one_that_fails_later_says_so_in_its_last_line()
    {
        var missing = await server.RequestAsync("POST", "/images/create?fromImage=missing&tag=1");
        Assert.Equal((404, "{\"message\":\"manifest for missing:1 not found: manifest unknown\"}\n"), (missing.Status, missing.Body));
        var broken = await server.RequestAsync("POST", "/images/create?fromImage=broken&tag=1");
        Assert.Equal(200, broken.Status);
        Assert.Equal(
            "{\"status\":\"Pulling from library/broken\",\"id\":\"1\"}\n"
            + "{\"errorDetail\":{\"message\":\"the registry went away\"},\"error\":\"the registry went away\"}\n",
            broken.Body);
    }

    [Fact]
    public async Task Credentials_of_a_pull_are_in_a_header()
    {
        var header = Convert.ToBase64String("""{"username":"me","password":"s?>cret"}"""u8).Replace('+', '-').Replace('/', '_');
        using var client = await server.SendAsync(
            $"POST /images/create?fromImage=a&tag=b HTTP/1.1\nHost: x\nConnection: close\nX-Registry-Auth: {header}\nContent-Length: 0\n\n");
        await client.ReadToEndAsync();
        Assert.Equal(("me", "s?>cret"), (server.Images.PulledWith!.Username, server.Images.PulledWith.Password));
    }

    [Fact]
    public async Task An_archive_may_be_larger_than_any_JSON()
    {
        using var client = await server.SendAsync("POST /images/load?quiet=1 HTTP/1.1\nHost: x\nConnection: close\nContent-Length: 40000000\n\n");
        var chunk = new byte[1_000_000];
        for (var i = 0; i < 40; i++)
        {
            await client.WriteAsync(chunk);
        }

        var answer = Answer.Parse(await client.ReadToEndAsync());
        Assert.Equal("{\"stream\":\"Loaded image: x:latest\\n\"}\n", answer.Body);
        Assert.Equal(40_000_000, server.Images.LoadedBytes);
    }

    [Fact]
    public async Task Json_bodies_are_bounded()
    {
        using var client = await server.SendAsync("POST /containers/create HTTP/1.1\nHost: x\nConnection: close\nContent-Length: 16777217\n\n");
        Assert.StartsWith("HTTP/1.1 413", await client.ReadUntilAsync("\r\n"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Save_names_many()
    {
        var answer = await server.RequestAsync("GET", "/images/get?names=a:1&names=b/c:2");
        Assert.Equal(("a:1,b/c:2", "application/x-tar"), (answer.Body, answer.Headers["Content-Type"]));
    }

    [Theory]
    [InlineData("1.43", "\"VirtualSize\":7", "\"Hostname\":\"\"")]
    [InlineData("1.49", "\"Size\":7", "\"StdinOnce\":false")]
    public async Task An_image_of_an_older_version_has_its_members(string version, params string[] members)
    {
        var answer = await server.RequestAsync("GET", $"/v{version}/images/x/json");
        Assert.All(members, member => Assert.Contains(member, answer.Body, StringComparison.Ordinal));
        var newest = await server.RequestAsync("GET", "/images/x/json");
        Assert.DoesNotContain("Hostname", newest.Body, StringComparison.Ordinal);
        Assert.DoesNotContain("VirtualSize", newest.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_connection_serves_many_requests()
    {
        using var client = await server.SendAsync("GET /_ping HTTP/1.1\nHost: x\n\n");
        await client.ReadUntilAsync("OK");
        await client.WriteAsync(Encoding.ASCII.GetBytes("GET /_ping HTTP/1.1\r\nHost: x\r\n\r\n"));
        await client.ReadUntilAsync("OK");
    }
}
