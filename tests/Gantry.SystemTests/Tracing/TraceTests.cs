using Gantry.SystemTests.Infrastructure;

namespace Gantry.SystemTests.Tracing;

/// <summary>What a receiver of OpenTelemetry sees of gantryd.</summary>
public sealed class TraceTests
{
    [Fact]
    public async Task Requests_and_what_the_engine_does_for_them_are_spans()
    {
        await using var sandbox = await OpenAsync();
        await using var receiver = await TraceReceiver.StartAsync(sandbox);
        await using var engine = await StartAsync(sandbox, receiver.Address);
        Task<CommandResult> Docker(params string[] words) => Command.RunAsync(
            "docker", words, new Dictionary<string, string?> { ["DOCKER_HOST"] = engine.Address, ["DOCKER_CONFIG"] = engine.Home, ["DOCKER_BUILDKIT"] = "0" }, timeout: TimeSpan.FromMinutes(1));

        (await Docker("load", "-i", Path.Combine(Programs.Cache, "busybox.tar"))).Succeeds();
        (await receiver.FindBelowAsync(await receiver.FindAsync("POST /images/load"), "layer.extract")).Attributes.ContainsKey("layer.diffId");

        var id = (await Docker("run", "-d", "--name", "traced", "busybox", "sleep", "1000")).Succeeds().Text;
        await receiver.FindBelowAsync(await receiver.FindAsync("POST /containers/create"), "daemon.containerCreate");
        var request = await receiver.FindAsync("POST /containers/{id}/start");
        var start = await receiver.FindBelowAsync(request, "daemon.containerStart");
        Assert.Equal((id, "traced"), (start.Attributes["container.ID"], start.Attributes["container.Name"]));
        Assert.True(request.Start <= start.Start && start.Start < start.End && start.End <= request.End);
        Assert.Equal("POST", request.Attributes["http.request.method"]);
        Assert.EndsWith($"/containers/{id}/start", request.Attributes["url.path"], StringComparison.Ordinal);
        Assert.Equal(("gantryd", "blue"), (request.Resource["service.name"], request.Resource["team"]));

        (await Docker("exec", "traced", "true")).Succeeds();
        await receiver.FindBelowAsync(await receiver.FindAsync("POST /exec/{id}/start"), "daemon.execStart");
        (await Docker("rm", "-f", "traced")).Succeeds();

        (await Docker("run", "--rm", "busybox", "nothing-here")).Exits(127);
        var failed = await receiver.FindAsync("a start that failed", span => span is { Name: "daemon.containerStart", Status: 2 });
        Assert.Equal(2UL, failed.Status);

        (await sandbox.RunAsync("sh", "-c", $"mkdir {sandbox.Root}/context && printf 'FROM busybox\\nRUN echo built > /built\\n' > {sandbox.Root}/context/Dockerfile")).Succeeds();
        (await Docker("build", "-q", Path.Combine(sandbox.Root, "context"))).Succeeds();
        var build = await receiver.FindBelowAsync(await receiver.FindAsync("POST /build"), "build");
        var step = await receiver.FindBelowAsync(build, "RUN echo built");
        Assert.Equal("completed", step.Attributes["step.state"]);
        Assert.True(step.Start < step.End);
    }

    [Fact]
    public async Task A_caller_that_traces_is_the_parent_and_the_last_spans_come_before_the_end()
    {
        await using var sandbox = await OpenAsync();
        await using var receiver = await TraceReceiver.StartAsync(sandbox);
        await using var engine = await StartAsync(sandbox, receiver.Address, ("OTEL_SERVICE_NAME", "mine"), ("OTEL_BSP_SCHEDULE_DELAY", "100000"));
        const string trace = "4bf92f3577b34da6a3ce929d0e0e4736", parent = "00f067aa0ba902b7";
        await GetAsync(engine, "v1.50/containers/json", $"00-{trace}-{parent}-01");
        // One that says that it shall not be recorded.
        await GetAsync(engine, "v1.50/images/json", $"00-{trace}-{parent}-00");
        await engine.StopAsync();
        var span = await receiver.FindAsync("GET /containers/json");
        Assert.Equal((trace, parent, "mine"), (span.TraceId, span.ParentId, span.Resource["service.name"]));
        Assert.DoesNotContain(receiver.Spans(), other => other.Name == "GET /images/json");
    }

    [Fact]
    public async Task Nothing_is_sent_to_who_was_not_asked_for()
    {
        await using var sandbox = await OpenAsync();
        await using var receiver = await TraceReceiver.StartAsync(sandbox);
        await using (var silent = await StartAsync(sandbox, receiver.Address, ("OTEL_TRACES_EXPORTER", "none"))) await GetAsync(silent, "version");
        await using (var disabled = await StartAsync(sandbox, receiver.Address, ("OTEL_SDK_DISABLED", "true"))) await GetAsync(disabled, "version");
        // Nobody listens there: the daemon works all the same.
        await using (var alone = await StartAsync(sandbox, "http://127.0.0.1:9")) await GetAsync(alone, "version");
        await using (var specific = await StartAsync(sandbox, "http://127.0.0.1:9", ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", receiver.Address + "/v1/traces"))) await GetAsync(specific, "info");
        await receiver.FindAsync("GET /info");
        Assert.DoesNotContain(receiver.Spans(), span => span.Name == "GET /version");
        var refused = await Assert.ThrowsAsync<CommandException>(() => StartAsync(sandbox, receiver.Address, ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/json")));
        Assert.Contains("OTEL_EXPORTER_OTLP_PROTOCOL \"http/json\" is not supported: http/protobuf or grpc", refused.Message, StringComparison.Ordinal);
    }

    private static Task<Sandbox> OpenAsync()
    {
        Root.Require("unshare", "nsenter", "docker", "python3");
        return Sandbox.CreateAsync();
    }

    private static async Task<Engine> StartAsync(Sandbox sandbox, string address, params (string Name, string Value)[] more)
    {
        var engine = Engine.Gantryd(sandbox);
        var variables = new Dictionary<string, string?>
        {
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = address,
            ["OTEL_EXPORTER_OTLP_HEADERS"] = $"x-key={TraceReceiver.Key}",
            ["OTEL_RESOURCE_ATTRIBUTES"] = "team=blue",
            ["OTEL_BSP_SCHEDULE_DELAY"] = "100",
        };
        foreach (var (name, value) in more) variables[name] = value;
        engine.Variables = variables;
        await engine.StartAsync();
        return engine;
    }

    private static async Task GetAsync(Engine engine, string path, string? parent = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (parent is not null) request.Headers.Add("traceparent", parent);
        using var answer = await engine.Http.SendAsync(request, TestContext.Current.CancellationToken);
        answer.EnsureSuccessStatusCode();
    }
}
