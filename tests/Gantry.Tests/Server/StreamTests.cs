using System.Text;
using Gantry.Engine.Backends;
using Gantry.Spec.Engine;

namespace Gantry.Tests.Server;

public sealed class StreamTests(ServerFixture server) : IClassFixture<ServerFixture>
{
    private const string Upgrade = "Connection: Upgrade\nUpgrade: tcp\n";

    [Theory]
    [InlineData("v1.50", Upgrade, "HTTP/1.1 101 UPGRADED", "application/vnd.docker.multiplexed-stream")]
    [InlineData("v1.41", Upgrade, "HTTP/1.1 101 UPGRADED", "application/vnd.docker.raw-stream")]
    [InlineData("v1.50", "", "HTTP/1.1 200 OK", "application/vnd.docker.multiplexed-stream")]
    public async Task Attach_goes_on_with_output_after_the_end_of_input(string version, string upgrade, string status, string type)
    {
        var (name, session) = Session(isTerminal: false);
        using var client = await server.SendAsync($"POST /{version}/containers/{name}/attach?stream=1&stdin=1&stdout=1 HTTP/1.1\nHost: x\n{upgrade}\nearly ");
        var head = await client.ReadUntilAsync("\r\n\r\n");
        Assert.StartsWith(status, head, StringComparison.Ordinal);
        Assert.Contains($"Content-Type: {type}\r\n", head, StringComparison.Ordinal);
        Assert.Contains("Api-Version: 1.50\r\n", head, StringComparison.Ordinal);

        await client.WriteAsync("and late");
        client.CloseWrite();
        using var input = new StreamReader(session.ProcessInput);
        Assert.Equal("early and late", await input.ReadToEndAsync(TestContext.Current.CancellationToken));

        for (var i = 0; i < 3; i++)
        {
            await Task.Delay(50, TestContext.Current.CancellationToken);
            await session.ProcessOutput.WriteAsync(Encoding.ASCII.GetBytes($"line {i}\n"), TestContext.Current.CancellationToken);
        }

        await session.ProcessOutput.CompleteAsync();
        Assert.Equal("line 0\nline 1\nline 2\n", await client.ReadToEndAsync());
        await session.Disposed.Task.WaitAsync(TimeSpan.FromSeconds(5), TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Attach_sends_all_of_a_large_output_before_it_closes()
    {
        var (name, session) = Session(isTerminal: true);
        using var client = await server.SendAsync($"POST /containers/{name}/attach?stream=1&stdout=1 HTTP/1.1\nHost: x\n{Upgrade}\n");
        var head = await client.ReadUntilAsync("\r\n\r\n");
        Assert.Contains("application/vnd.docker.raw-stream", head, StringComparison.Ordinal);
        var writing = Task.Run(
            async () =>
            {
                await session.ProcessOutput.WriteAsync(new byte[3_000_000]);
                await session.ProcessOutput.CompleteAsync();
            },
            TestContext.Current.CancellationToken);
        Assert.Equal(3_000_000, (await client.ReadToEndAsync()).Length);
        await writing;
    }

    [Fact]
    public async Task Attach_ends_when_the_client_goes_away()
    {
        var (name, session) = Session(isTerminal: false);
        var client = await server.SendAsync($"POST /containers/{name}/attach?stream=1&stdout=1 HTTP/1.1\nHost: x\n{Upgrade}\n");
        await client.ReadUntilAsync("\r\n\r\n");
        client.Dispose();
        await session.Disposed.Task.WaitAsync(TimeSpan.FromSeconds(8), TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Exec_start_takes_a_body_and_an_upgrade_in_one_request()
    {
        var session = new MemorySession(isTerminal: false, stdin: true);
        server.Execs.Sessions["e1"] = session;
        const string Body = """{"Detach":false,"Tty":false}""";
        using var client = await server.SendAsync(
            $"POST /v1.50/exec/e1/start HTTP/1.1\nHost: x\n{Upgrade}Content-Type: application/json\nContent-Length: {Body.Length}\n\n");
        await client.WriteAsync(Body);
        Assert.StartsWith("HTTP/1.1 101", await client.ReadUntilAsync("\r\n\r\n"), StringComparison.Ordinal);
        await client.WriteAsync("typed");
        client.CloseWrite();
        using var input = new StreamReader(session.ProcessInput);
        Assert.Equal("typed", await input.ReadToEndAsync(TestContext.Current.CancellationToken));
        await session.ProcessOutput.WriteAsync("answer"u8.ToArray(), TestContext.Current.CancellationToken);
        await session.ProcessOutput.CompleteAsync();
        Assert.Equal("answer", await client.ReadToEndAsync());
    }

    [Fact]
    public async Task Exec_start_detached_answers_200_with_no_body()
    {
        var answer = await server.RequestAsync("POST", "/exec/e2/start", """{"Detach":true}""");
        Assert.Equal((200, ""), (answer.Status, answer.Body));
    }

    [Fact]
    public async Task Attach_to_nothing_is_an_ordinary_error()
    {
        using var client = await server.SendAsync($"POST /containers/nothing/attach?stream=1 HTTP/1.1\nHost: x\n{Upgrade}\n");
        Assert.StartsWith("HTTP/1.1 404", await client.ReadUntilAsync("\r\n\r\n"), StringComparison.Ordinal);
        Assert.Contains("No such container: nothing", await client.ReadUntilAsync("}"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Websocket_carries_the_contents_of_the_frames()
    {
        var (name, session) = Session(isTerminal: false);
        using var client = await server.SendAsync(
            $"GET /containers/{name}/attach/ws?stream=1&stdin=1&stdout=1 HTTP/1.1\nHost: x\nConnection: Upgrade\nUpgrade: websocket\n"
            + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\nSec-WebSocket-Version: 13\n\n");
        // The key and its answer are the example of RFC 6455, section 1.3.
        Assert.Contains("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n", await client.ReadUntilAsync("\r\n\r\n"), StringComparison.Ordinal);
        await session.ProcessOutput.WriteAsync(new byte[] { 1, 0, 0, 0, 0, 0, 0, 3, (byte)'h', (byte)'e', (byte)'y' }, TestContext.Current.CancellationToken);
        Assert.EndsWith("hey", await client.ReadUntilAsync("hey"), StringComparison.Ordinal);

        // A masked text frame "hi", then close.
        await client.WriteAsync(new byte[] { 0x81, 0x82, 0, 0, 0, 0, (byte)'h', (byte)'i', 0x88, 0x80, 0, 0, 0, 0 });
        using var input = new StreamReader(session.ProcessInput);
        Assert.Equal("hi", await input.ReadToEndAsync(TestContext.Current.CancellationToken));
        await session.Disposed.Task.WaitAsync(TimeSpan.FromSeconds(5), TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Wait_sends_its_head_before_the_exit()
    {
        var wait = server.Containers.Waits["w"] = new TaskCompletionSource<ContainerWaitResponse>();
        using var client = await server.SendAsync("POST /v1.50/containers/w/wait?condition=next-exit HTTP/1.1\nHost: x\n\n");
        Assert.StartsWith("HTTP/1.1 200", await client.ReadUntilAsync("\r\n\r\n"), StringComparison.Ordinal);
        wait.SetResult(new ContainerWaitResponse { StatusCode = 7 });
        Assert.Contains("""{"StatusCode":7}""", await client.ReadUntilAsync("}"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Wait_refuses_an_unknown_condition()
    {
        var answer = await server.RequestAsync("POST", "/containers/w/wait?condition=sometime");
        Assert.Equal((400, "{\"message\":\"invalid condition: \\\"sometime\\\"\"}\n"), (answer.Status, answer.Body));
    }

    [Theory]
    [InlineData(false, "", "\u0001\0\0\0\0\0\0\u0004out\n\u0002\0\0\0\0\0\0\u0004err\n")]
    [InlineData(true, "", "out\nerr\n")]
    [InlineData(true, "&timestamps=1", "2020-01-02T03:04:05.000000006Z out\n2020-01-02T03:04:05.000000006Z err\n")]
    public async Task Logs_are_framed_unless_from_a_terminal(bool isTerminal, string query, string expected)
    {
        var time = (DateTimeOffset.Parse("2020-01-02T03:04:05Z", System.Globalization.CultureInfo.InvariantCulture).ToUnixTimeSeconds() * 1_000_000_000) + 6;
        var name = Guid.NewGuid().ToString("N");
        server.Containers.Logs[name] = new LogStream(isTerminal, Entries(time));
        var answer = await server.RequestAsync("GET", $"/containers/{name}/logs?stdout=1&stderr=1{query}");
        Assert.Equal(expected, answer.Body);
    }

    [Fact]
    public async Task Logs_need_a_stream()
    {
        var answer = await server.RequestAsync("GET", "/containers/x/logs");
        Assert.Equal((400, "{\"message\":\"Bad parameters: you must choose at least one stream\"}\n"), (answer.Status, answer.Body));
    }

    private static async IAsyncEnumerable<LogEntry> Entries(long time)
    {
        yield return new LogEntry(LogSource.Stdout, time, "out\n"u8.ToArray());
        await Task.Yield();
        yield return new LogEntry(LogSource.Stderr, time, "err\n"u8.ToArray());
    }

    private (string Name, MemorySession Session) Session(bool isTerminal)
    {
        var name = Guid.NewGuid().ToString("N");
        var session = new MemorySession(isTerminal, stdin: true);
        server.Containers.Sessions[name] = session;
        return (name, session);
    }
}
