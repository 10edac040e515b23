using Gantry.SystemTests.Infrastructure;

namespace Gantry.SystemTests.Scenarios;

/// <summary>What services have of each other: who starts, waits, stops, shares and builds for whom; as Docker Compose's own tests want it.</summary>
public sealed class ComposeDependencyScenarios(World world) : ComposeSuite(world)
{
    private const string Three = """
        services:
          web: { image: busybox, command: sleep 1000, stop_signal: SIGKILL, depends_on: [middle] }
          middle: { image: busybox, command: sleep 1000, stop_signal: SIGKILL, depends_on: [db] }
          db: { image: busybox, command: sleep 1000, stop_signal: SIGKILL }
          other: { image: busybox, command: sleep 1000, stop_signal: SIGKILL }
        """;

    [Theory, MemberData(nameof(OwnWays))]
    public Task A_start_starts_what_is_beneath(string way) => Play(way, async project =>
    {
        project.Write("compose.yaml", Three);
        (await project.Compose("create")).Succeeds();
        (await project.Compose("start web")).Succeeds().Says($"Container {project.Name}-db-1  Started").Says($"Container {project.Name}-web-1  Started");
        Assert.Empty(await project.IdAsync("other"));
    });

    /// <summary>What was not named may be used by others.</summary>
    [Theory, MemberData(nameof(OwnWays))]
    public Task An_interrupted_up_stops_what_was_named(string way) => Play(way, async project =>
    {
        project.Write("compose.yaml", Three);
        await using var up = project.Start("up web");
        await project.Stage.Until($"ps -q --filter name={project.Name}-web-1", result => result.Text.Length > 0);
        (await Command.RunAsync("kill", ["-INT", $"{up.ProcessId}"])).Succeeds();
        (await up.ExitAsync()).Exits(130);
        Assert.Empty(await project.IdAsync("web"));
        Assert.NotEmpty(await project.IdAsync("middle"));
    });

    [Theory, MemberData(nameof(OwnWays))]
    public Task An_up_ends_with_what_was_named(string way) => Play(way, async project =>
    {
        project.Write("compose.yaml", """
            services:
              web: { image: busybox, command: "sh -c 'sleep 0.5; echo done'", depends_on: [db] }
              db: { image: busybox, command: "sh -c 'echo here; exec sleep 1000'", stop_signal: SIGKILL }
            """);
        (await project.Compose("up --attach-dependencies web")).Succeeds().Contains("here").Contains("done").Contains("web-1 exited with code 0");
        Assert.NotEmpty(await project.IdAsync("db"));
    });

    [Theory, MemberData(nameof(OwnWays))]
    public Task Waiting_for_what_ends(string way) => Play(way, async project =>
    {
        project.Write("compose.yaml", """
            services:
              web: { image: busybox, command: sleep 1000, stop_signal: SIGKILL, depends_on: { task: { condition: service_completed_successfully } } }
              task: { image: busybox, command: "true" }
            """);
        (await project.Compose("up --wait")).Succeeds().Says($"Container {project.Name}-task-1  Exited");
        (await project.Compose("down")).Succeeds();
        project.Write("compose.yaml", """
            services:
              web: { image: busybox, command: sleep 1000, stop_signal: SIGKILL, depends_on: { db: { condition: service_healthy } } }
              db: { image: busybox, command: "sh -c 'sleep 0.2; exit 4'" }
            """);
        (await project.Compose("up -d")).Fails().Says($"dependency failed to start: container {project.Name}-db-1 exited (4)");
        (await project.Compose("down")).Succeeds();
        project.Write("compose.yaml", """
            services:
              web: { image: busybox, command: sleep 1000, stop_signal: SIGKILL, depends_on: { db: { condition: service_healthy, required: false } } }
              db: { image: busybox, command: sleep 1000, stop_signal: SIGKILL }
            """);
        (await project.Compose("up -d")).Succeeds().Says("optional dependency \"db\" failed to start");
    });

    /// <summary>Without what it shares with, a service is not brought up; the ports that its image exposes are no reason not to share.</summary>
    [Theory, MemberData(nameof(OwnWays))]
    public Task Sharing_with_what_is_there(string way) => Play(way, async project =>
    {
        project.Write("Dockerfile", "FROM busybox\nEXPOSE 80\nCMD [\"sleep\", \"1000\"]\n");
        foreach (var (shared, what) in new[] { ("network_mode: service:db", "network namespace"), ("volumes_from: [db]", "volume") })
        {
            project.Write("compose.yaml", $$"""
                services:
                  web: { build: ., stop_signal: SIGKILL, {{shared}} }
                  db: { image: busybox, command: sleep 1000, stop_signal: SIGKILL, volumes: [/data] }
                """);
            (await project.Compose("up -d")).Succeeds();
            (await project.Stage.Run($"rm -fv {project.Name}-db-1")).Succeeds();
            (await project.Compose("up -d --no-deps web")).Exits(1).Says($"cannot share {what} with service db: container missing");
            (await project.Compose("down")).Succeeds();
        }

        (await project.Stage.Run($"rmi {project.Name}-web")).Succeeds();
    });

    [Theory, MemberData(nameof(OwnWays))]
    public Task An_image_that_another_service_builds(string way) => Play(way, async project =>
    {
        var image = project.Stage.Image();
        project.Write("Dockerfile", "FROM busybox\nCMD [\"true\"]\n");
        project.Write("compose.yaml", $$"""
            services:
              one: { image: {{image}}, build: . }
              two: { image: {{image}}, depends_on: [one] }
            """);
        (await project.Compose("up")).Succeeds().Contains("two-1 exited with code 0");
        (await project.Compose("down")).Succeeds();
        (await project.Stage.Run($"rmi {image}")).Succeeds();
    });

    [Theory, MemberData(nameof(OwnWays))]
    public Task Each_stream_on_its_own(string way) => Play(way, async project =>
    {
        project.Write("compose.yaml", "services:\n  web: { image: busybox, command: \"sh -c 'echo to output; echo to error >&2'\" }\n");
        (await project.Compose("up")).Succeeds().Contains("| to output").Lacks("| to error").Says("| to error");
        (await project.Compose("logs")).Succeeds().Contains("| to output").Contains("| to error");
        (await project.Compose("up -d", ("COMPOSE_STATUS_STDOUT", "1"))).Succeeds().Contains("Started");
    });

    /// <summary>Options that help no longer shows, and what the environment says in place of options.</summary>
    [Theory, MemberData(nameof(OwnWays))]
    public Task As_it_was_said_before(string way) => Play(way, async project =>
    {
        project.Write("compose.yaml", "services:\n  web: { image: busybox, command: sleep 1000, stop_signal: SIGKILL }\n  gone: { image: busybox, command: sleep 1000, stop_signal: SIGKILL }\n");
        (await project.Compose($"--no-ansi --verbose --workdir {project.Directory} up -d", ("COMPOSE_PARALLEL_LIMIT", "2"))).Succeeds();
        (await project.Compose("up -d", ("COMPOSE_PARALLEL_LIMIT", "two"))).Fails().Says("COMPOSE_PARALLEL_LIMIT must be an integer (found: \"two\")");
        (await project.Compose($"run --rm -T --volumes {project.Directory}:/there --labels a=b web ls /there")).Succeeds().Prints("compose.yaml");
        (await project.Compose("run -tT web true")).Fails().Says("--tty and --no-TTY can't be used together");
        (await project.Compose("run -d web true")).Succeeds();
        Assert.NotEmpty((await project.Stage.Run($"ps -aq --filter label=com.docker.compose.project={project.Name} --filter label=com.docker.compose.oneoff=True --filter label=com.docker.compose.container-number=1")).Succeeds().Text);
        project.Write("compose.yaml", "services:\n  web: { image: busybox, command: sleep 1000, stop_signal: SIGKILL }\n");
        (await project.Compose("up -d", ("COMPOSE_IGNORE_ORPHANS", "True"))).Succeeds().SaysNowhere("orphan");
        (await project.Compose("up -d")).Succeeds().Says($"Found orphan containers ([{project.Name}-gone-1])");
        project.Write(".env", "COMPOSE_REMOVE_ORPHANS=true\n");
        (await project.Compose("up -d")).Succeeds().Says($"Container {project.Name}-gone-1  Removed");
        File.Delete(Path.Combine(project.Directory, ".env"));
        (await project.Compose("run -d web sleep 1000")).Succeeds();
        (await project.Compose("down -t 0", ("COMPOSE_REMOVE_ORPHANS", "1"))).Succeeds();
        (await project.Stage.Run($"ps -aq --filter label=com.docker.compose.project={project.Name}")).Succeeds().Prints("");
    });

    /// <summary>As Docker Compose, which programs that start it see.</summary>
    [Theory, MemberData(nameof(GantrydOnly))]
    public Task An_interrupted_build(string way) => Play(way, async project =>
    {
        project.Write("compose.yaml", "services:\n  web: { build: { dockerfile_inline: \"FROM busybox\\nRUN echo begun; sleep 1000\\n\" } }\n");
        await using var build = project.Start("build --progress plain");
        await build.WaitForAsync("begun");
        (await Command.RunAsync("kill", ["-INT", $"{build.ProcessId}"])).Succeeds();
        (await build.ExitAsync()).Exits(130);
    });
}
