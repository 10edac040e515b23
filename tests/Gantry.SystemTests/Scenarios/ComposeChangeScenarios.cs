using Gantry.SystemTests.Infrastructure;

namespace Gantry.SystemTests.Scenarios;

/// <summary>What follows from a change of the files beside a service's own keys, and what of them is looked at; as newer ones of Docker Compose do it.</summary>
public sealed class ComposeChangeScenarios(World world) : ComposeSuite(world)
{
    [Theory, MemberData(nameof(OwnWays))]
    public Task A_network_that_is_described_otherwise(string way) => Play(way, async project =>
    {
        void Write(string label) => project.Write("compose.yaml", $$"""
            services:
              web: { image: busybox, command: sleep 1000, stop_signal: SIGKILL, networks: [mine] }
              other: { image: busybox, command: sleep 1000, stop_signal: SIGKILL }
            networks: { mine: { labels: { kind: {{label}} } } }
            """);
        Write("one");
        (await project.Compose("up -d")).Succeeds();
        var (web, other) = (await project.IdAsync("web"), await project.IdAsync("other"));
        (await project.Compose("up -d")).Succeeds();
        Assert.Equal(web, await project.IdAsync("web"));
        Write("two");
        (await project.Compose("up --plan")).Succeeds().Contains("its network changed");
        (await project.Compose("up -d --no-recreate")).Succeeds();
        Assert.Equal(web, await project.IdAsync("web"));
        (await project.Compose("up -d")).Succeeds().Says($"Network {project.Name}_mine  Removed").Says($"Network {project.Name}_mine  Created");
        Assert.NotEqual(web, await project.IdAsync("web"));
        Assert.Equal(other, await project.IdAsync("other"));
        (await project.Stage.Run($"network inspect -f {{{{.Labels.kind}}}} {project.Name}_mine")).Prints("two");
    });

    [Theory, MemberData(nameof(OwnWays))]
    public Task A_volume_that_is_described_or_called_otherwise(string way) => Play(way, async project =>
    {
        void Write(string volume) => project.Write("compose.yaml", $$"""
            services:
              web: { image: busybox, command: sleep 1000, stop_signal: SIGKILL, volumes: ["data:/data"] }
            volumes: { data: {{volume}} }
            """);
        Write("{ labels: { kind: one } }");
        (await project.Compose("up -d")).Succeeds();
        await project.InWeb("touch /data/kept");
        Write("{ labels: { kind: two } }");
        (await project.Compose("up -d")).Succeeds();
        await project.InWeb("ls /data/kept");
        (await project.Compose("up -d --yes")).Succeeds();
        (await project.Compose("exec -T web ls /data/kept")).Fails();
        (await project.Stage.Run($"volume inspect -f {{{{.Labels.kind}}}} {project.Name}_data")).Prints("two");

        var external = project.Stage.Name("external");
        (await project.Stage.Run($"volume create {external}")).Succeeds();
        Write($"{{ external: true, name: {external} }}");
        (await project.Compose("up -d")).Succeeds();
        (await project.Stage.Run($"inspect -f '{{{{(index .Mounts 0).Name}}}}' {await project.IdAsync("web")}")).Prints(external);
        (await project.Compose("down")).Succeeds();
        (await project.Stage.Run($"volume rm {external}")).Succeeds();
    });

    [Theory, MemberData(nameof(OwnWays))]
    public Task What_only_others_need_may_be_missing(string way) => Play(way, async project =>
    {
        project.Write("compose.yaml", """
            services:
              web: { image: busybox, command: sleep 1000, stop_signal: SIGKILL, container_name: "same-of-${COMPOSE_PROJECT_NAME}" }
              other: { image: busybox, env_file: nowhere.env, networks: [nowhere], container_name: "same-of-${COMPOSE_PROJECT_NAME}" }
              hasty: { image: busybox, healthcheck: { test: "true", start_interval: 1s } }
            networks: { nowhere: { external: true } }
            """);
        (await project.Compose("up -d web")).Succeeds();
        (await project.Compose("ps")).Succeeds().Contains("same-of-");
        (await project.Compose("run --rm -T web true")).Succeeds();
        (await project.Compose("up -d other")).Fails().Says("nowhere.env not found");
        (await project.Compose("up -d hasty")).Fails().Says("healthcheck.start_interval requires healthcheck.start_period to be set");
        project.Write("nowhere.env", "A=1\n");
        (await project.Compose("up -d web other")).Fails().Says("is already in use by service");
        (await project.Compose("down")).Succeeds();
        (await project.Compose("up -d other")).Fails().Says("network nowhere declared as external, but could not be found");
        (await project.Compose("up --menu web")).Fails().Says("leave out --menu");
    });

    [Theory, MemberData(nameof(OwnWays))]
    public Task What_depends_with_restart_is_restarted_too(string way) => Play(way, async project =>
    {
        void Write(string label) => project.Write("compose.yaml", $$"""
            services:
              db: { image: busybox, command: sleep 1000, stop_signal: SIGKILL, labels: { kind: {{label}} }, healthcheck: { test: "true", interval: 1s } }
              web: { image: busybox, command: sleep 1000, stop_signal: SIGKILL, depends_on: { db: { condition: service_started, restart: true } } }
              other: { image: busybox, command: sleep 1000, stop_signal: SIGKILL, depends_on: { db: { condition: service_healthy } } }
            """);
        Write("one");
        (await project.Compose("up -d")).Succeeds();
        var web = await project.IdAsync("web");
        Write("two");
        (await project.Compose("up -d")).Succeeds().Says($"Container {project.Name}-web-1  Stopped").Says($"Container {project.Name}-web-1  Started").Says($"Container {project.Name}-other-1  Running");
        Assert.Equal(web, await project.IdAsync("web"));
        (await project.Compose("stop db")).Succeeds();
        (await project.Compose("restart other")).Succeeds();
    });

    [Theory, MemberData(nameof(OwnWays))]
    public Task What_a_build_is_based_on_is_built_with_it(string way) => Play(way, async project =>
    {
        RequireGantryd(way);
        project.Write("compose.yaml", """
            services:
              base: { build: { dockerfile_inline: "FROM busybox\nRUN echo base > /made" } }
              web: { build: { dockerfile_inline: "FROM below\nRUN echo web >> /made", additional_contexts: { below: "service:base" } }, command: cat /made }
            """);
        (await project.Compose("build web")).Succeeds().Says($"{project.Name}-base  Built").Says($"{project.Name}-web  Built");
        (await project.Compose("run --rm --quiet web")).Prints("base\nweb");
        (await project.Compose("down --rmi local")).Succeeds();
    });

    [Theory, MemberData(nameof(OwnWays))]
    public Task Links_have_the_names_that_files_give(string way) => Play(way, async project =>
    {
        RequireGantryd(way);
        project.Write("compose.yaml", """
            services:
              web: { image: busybox, command: ip link show, networks: { default: { interface_name: inward } } }
            """);
        project.Write("more.env", "ONE=1\nTWO=2\n");
        (await project.Compose("run --rm web")).Succeeds().Contains("inward@");
        (await project.Compose("run --rm --env-from-file " + Path.Combine(project.Directory, "more.env") + " -e TWO=3 web env")).Contains("ONE=1").Contains("TWO=3");
        (await project.Compose("run -d web cat")).Succeeds();
        (await project.Compose("exec -T web cat /proc/1/comm")).Prints("cat");
        (await project.Compose("exec -T --index 1 web true")).Fails().Says("service \"web\" is not running container #1");
        (await project.Compose("down --remove-orphans -t 0")).Succeeds();
    });
}
