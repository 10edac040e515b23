using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Gantry.SystemTests.Infrastructure;

namespace Gantry.SystemTests.Faults;

/// <summary>Builds that are cut off, and images that try to get out: what is left, and what the next build makes of it.</summary>
public sealed class BuildFaultTests
{
    private const string Slow = """
        FROM busybox AS one
        RUN echo one > /one; sleep 0.3
        RUN sleep 0.3; cat /one > /two
        FROM busybox AS other
        COPY . /context
        RUN sleep 0.4; ls /context > /listed
        FROM busybox
        COPY --from=one /two /
        COPY --from=other /listed /
        RUN --mount=type=cache,target=/cache echo x >> /cache/count; sleep 0.2
        CMD ["cat", "/two", "/listed"]
        """;

    [Fact]
    public async Task Killed_while_it_builds_gantryd_goes_on_and_nothing_is_left()
    {
        await using var stage = await BuildStage.CreateAsync();
        (await stage.Gantry("run --rm --network none busybox true")).Succeeds();
        var (mounts, groups) = (stage.Sandbox.Mounts(), WithoutContainers(stage.Sandbox.ControlGroups()));
        stage.Write("Dockerfile", Slow);
        stage.Write("file", "x");
        var random = new Random(7);
        for (var kill = 0; kill < 12; kill++)
        {
            var building = stage.Gantry($"build --progress plain -t built {stage.Directory}");
            await Task.Delay(random.Next(20, 1500), TestContext.Current.CancellationToken);
            await stage.Engine.KillAsync();
            await building;
            await stage.Engine.StartAsync();
        }

        (await stage.Gantry($"build -t built {stage.Directory}")).Succeeds();
        (await stage.Gantry("run --rm --network none built")).Succeeds().Prints("one\nDockerfile\nfile");
        Assert.Equal(mounts, stage.Sandbox.Mounts());
        await GroupsComeToAsync(groups, stage);
        (await stage.Gantry("ps -aq")).Succeeds().Prints("");
        await stage.IsEmptyAfterPruneAsync();
    }

    // A machine under load can let a monitor come to its container only after the daemon is back and has swept.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_monitor_that_is_slower_than_the_daemons_return_leaves_nothing(bool builds)
    {
        await using var stage = await BuildStage.CreateAsync();
        (await stage.Gantry("run --rm --network none busybox true")).Succeeds();
        await Task.Delay(500, TestContext.Current.CancellationToken);
        var groups = WithoutContainers(stage.Sandbox.ControlGroups());
        (await stage.Sandbox.RunAsync("pkill", "-STOP", "-f", "gantry-runtime monitor .*/---")).Succeeds();
        // Whoever comes first gets the monitor that waits.
        var running = builds ? stage.BuildAsync("FROM busybox\nRUN sleep 1000\n") : stage.Gantry("run --rm --network none busybox sleep 1000");
        await Task.Delay(500, TestContext.Current.CancellationToken);
        await stage.Engine.KillAsync();
        await running;
        await stage.Engine.StartAsync();
        (await stage.Gantry("ps -aq")).Succeeds().Prints("");
        (await stage.Sandbox.RunAsync("pkill", "-CONT", "-f", "gantry-runtime monitor")).Succeeds();
        for (var attempt = 0; stage.Sandbox.Monitors().Length > 0 && attempt < 50; attempt++) await Task.Delay(100, TestContext.Current.CancellationToken);
        Assert.Empty(stage.Sandbox.Monitors());
        await GroupsComeToAsync(groups, stage);
        await stage.IsEmptyAfterPruneAsync();
    }

    [Fact]
    public async Task A_build_ends_while_its_context_is_still_on_its_way()
    {
        await using var stage = await BuildStage.CreateAsync();
        using (var large = File.Create(Path.Combine(stage.Directory, "large"))) large.SetLength(4L << 30);
        // Of 4 GB it would come in ten seconds or so.
        (await stage.BuildAsync("FROM busybox\nRUN exit 3\nCOPY large /\n")).Exits(1).SaysSomewhere("exit code: 3");
        (await stage.BuildAsync("FROM busybox\nRUN echo 1\n")).Succeeds();
        Assert.InRange(Directory.EnumerateFiles(Path.Combine(stage.Engine.DataRoot, "build", "contexts", "files"), "*").Sum(file => new FileInfo(file).Length), 0, 3L << 30);
        using var client = stage.Start($"build -q {stage.Context("FROM busybox\nCOPY large /\n")}");
        await Task.Delay(300, TestContext.Current.CancellationToken);
        using (var shorter = File.OpenWrite(Path.Combine(stage.Directory, "large"))) shorter.SetLength(1);
        await client.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(1, client.ExitCode);
        Assert.DoesNotContain("level=error", stage.Engine.Log(), StringComparison.Ordinal);
        await stage.IsEmptyAfterPruneAsync();
    }

    [Fact]
    public async Task A_client_that_goes_away_ends_its_build()
    {
        await using var stage = await BuildStage.CreateAsync();
        stage.Write("Dockerfile", "FROM busybox\nRUN touch /begun; sleep 1000\n");
        var mounts = stage.Sandbox.Mounts();
        using (var client = stage.Start($"build {stage.Directory}"))
        {
            for (var i = 0; i < 200 && !stage.Sandbox.Processes().Values.Any(command => command.Contains("sleep 1000", StringComparison.Ordinal)); i++)
            {
                await Task.Delay(50, TestContext.Current.CancellationToken);
            }

            client.Kill();
            await client.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        for (var i = 0; i < 200 && stage.Sandbox.Processes().Values.Any(command => command.Contains("sleep 1000", StringComparison.Ordinal)); i++)
        {
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }

        Assert.DoesNotContain(stage.Sandbox.Processes().Values, command => command.Contains("sleep 1000", StringComparison.Ordinal));
        for (var i = 0; i < 100 && !mounts.SequenceEqual(stage.Sandbox.Mounts()); i++) await Task.Delay(50, TestContext.Current.CancellationToken);
        Assert.Equal(mounts, stage.Sandbox.Mounts());
        await stage.IsEmptyAfterPruneAsync();
    }

    [Fact]
    public async Task A_client_that_goes_away_at_once_leaves_no_build_waiting_for_its_context()
    {
        await using var stage = await BuildStage.CreateAsync();
        // Some of them are gone before the daemon looks.
        for (var attempt = 0; attempt < 30; attempt++)
        {
            using var offered = await stage.Engine.Http.PostAsync("gantry/build/contexts", new StringContent($$"""{"Key":"gone{{attempt}}","IsNew":true}"""), TestContext.Current.CancellationToken);
            var id = JsonDocument.Parse(await offered.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).RootElement.GetProperty("Id").GetString();
            using (var client = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
            {
                await client.ConnectAsync(new UnixDomainSocketEndPoint(stage.Engine.Socket), TestContext.Current.CancellationToken);
                await client.SendAsync(Encoding.ASCII.GetBytes($"POST /gantry/build/contexts/{id} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"), TestContext.Current.CancellationToken);
            }

            using var built = await stage.Engine.Http.PostAsync($"build?progress=steps&context={id}", null, TestContext.Current.CancellationToken);
            Assert.Contains("Failure", await built.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        }

        await stage.IsEmptyAfterPruneAsync();
    }

    [Fact]
    public async Task Nothing_in_a_build_reaches_out_of_it()
    {
        await using var stage = await BuildStage.CreateAsync();
        File.WriteAllText(Path.Combine(stage.Engine.Home, "host-secret"), "of the host");
        stage.Write("inside", "x");
        File.CreateSymbolicLink(Path.Combine(stage.Directory, "out"), Path.Combine(stage.Engine.Home, "host-secret"));
        File.CreateSymbolicLink(Path.Combine(stage.Directory, "up"), "../host-secret");
        foreach (var source in (string[])["out", "up", "../host-secret", "/../host-secret"])
        {
            (await stage.BuildAsync($"FROM busybox\nCOPY {source} /stolen\n")).Fails().SaysSomewhere("not found");
        }

        // A link in an image leads to where it leads there: what is copied through it stays in the build.
        (await stage.BuildAsync($"""
            FROM busybox AS trap
            RUN ln -s {stage.Engine.Home} /link && ln -s / /root-link && mkdir -p {stage.Engine.Home} && ln -s /etc/hostname /file-link
            COPY inside /link/written
            COPY inside /root-link/at-root
            WORKDIR /link/made
            FROM busybox
            COPY --from=trap {stage.Engine.Home}/written /seen
            COPY --from=trap /at-root /seen-too
            """)).Succeeds();
        Assert.False(File.Exists(Path.Combine(stage.Engine.Home, "written")));
        Assert.False(Directory.Exists(Path.Combine(stage.Engine.Home, "made")));
        (await stage.BuildAsync("FROM busybox AS a\nRUN ln -s /proc/1/root/etc /e\nFROM busybox\nCOPY --from=a /e /x\n")).Fails();
        (await stage.BuildAsync("FROM busybox\nRUN mount -t tmpfs none /tmp\n")).Fails();
        (await stage.BuildAsync("FROM busybox\nRUN --security=insecure true\n")).Fails().SaysSomewhere("security.insecure");
        (await stage.BuildAsync("FROM busybox\nRUN --network=host true\n")).Fails().SaysSomewhere("network.host");
        (await stage.BuildAsync("FROM busybox\nRUN --mount=type=bind,source=../..,target=/x ls /x\n")).Succeeds().Says(" inside").SaysNowhere("host-secret");
        (await stage.BuildAsync("FROM busybox\nRUN grep -q '^Seccomp:.2' /proc/self/status && grep -q '^CapEff:.00000000a80425fb' /proc/self/status\n")).Succeeds();
    }

    [Fact]
    public async Task A_secret_is_seen_by_its_step_and_nowhere_else()
    {
        await using var stage = await BuildStage.CreateAsync();
        var secret = "secret-" + Guid.NewGuid().ToString("N");
        File.WriteAllText(Path.Combine(stage.Engine.Home, "token"), secret);
        // By its sum: the context is kept.
        var sum = (await Command.RunAsync("md5sum", [Path.Combine(stage.Engine.Home, "token")])).Text.Split(' ')[0];
        stage.Write("Dockerfile", $"""
            FROM busybox
            RUN --mount=type=secret,id=token test "$(md5sum < /run/secrets/token)" = "{sum}  -" && test "$(stat -c %a /run/secrets/token)" = 400
            RUN --mount=type=secret,id=token,env=TOKEN test "$(printf %s "$TOKEN" | md5sum)" = "{sum}  -"
            RUN --mount=type=secret,id=token,target=/etc/deep/token,uid=5,mode=0440 test "$(stat -c %u:%a /etc/deep/token)" = 5:440
            RUN test ! -e /run/secrets/token && test -z "$TOKEN" && test ! -e /etc/deep
            RUN --mount=type=secret,id=absent true
            """);
        (await stage.Gantry($"build -t told --secret id=token,src={stage.Engine.Home}/token {stage.Directory}")).Succeeds();
        (await stage.Gantry("history --no-trunc told")).Succeeds().Lacks(secret);
        (await Command.RunAsync("grep", ["-rl", secret, stage.Engine.DataRoot, stage.Engine.ExecRoot])).Prints("");
        stage.Write("Dockerfile", "FROM busybox\nRUN --mount=type=secret,id=absent,required=true true\n");
        (await stage.Gantry($"build {stage.Directory}")).Fails().SaysSomewhere("absent");
    }

    private static string[] WithoutContainers(string[] groups) => [.. groups.Where(group => Path.GetFileName(group).Length < 64)];

    // The control group of a container that removes itself goes a moment after its client is told.
    private static async Task GroupsComeToAsync(string[] wanted, BuildStage stage)
    {
        for (var attempt = 0; !wanted.SequenceEqual(stage.Sandbox.ControlGroups()) && attempt < 50; attempt++) await Task.Delay(100, TestContext.Current.CancellationToken);
        Assert.Equal(wanted, stage.Sandbox.ControlGroups());
    }
}
