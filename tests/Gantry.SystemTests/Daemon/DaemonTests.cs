using Gantry.SystemTests.Infrastructure;

namespace Gantry.SystemTests.Daemon;

/// <summary>What the daemon's configuration does, seen from outside.</summary>
public sealed class DaemonTests
{
    [Fact]
    public async Task Over_the_network_only_clients_with_a_certificate_are_heard()
    {
        await using var stage = await DaemonStage.CreateAsync(root =>
        {
            var server = Path.Combine(Certificates.Make(root), "server");
            return $$"""{"tlsverify":true,"tlscacert":"{{server}}/ca.pem","tlscert":"{{server}}/cert.pem","tlskey":"{{server}}/key.pem"}""";
        }, "--host", "tcp://127.0.0.1");
        var client = Path.Combine(stage.Sandbox.Root, "client");
        Task<CommandResult> Docker(string words) => stage.Sandbox.RunAsync("sh", "-c",
            $"DOCKER_HOST=tcp://127.0.0.1:2376 DOCKER_TLS_VERIFY=1 DOCKER_CERT_PATH={client} DOCKER_CONFIG={stage.Engine.Home} {words}");
        (await Docker("docker version --format '{{.Server.Platform.Name}}'")).Prints("Gantry");
        // The end of the input reaches the container, and its output the client after that.
        (await Docker("sh -c 'seq 100000 | docker run --rm -i busybox sh -c \"cat | wc -l; echo after\"'")).Prints("100000\nafter");
        (await Docker($"curl -s --cacert {client}/ca.pem --cert {client}/cert.pem --key {client}/key.pem https://127.0.0.1:2376/_ping")).Prints("OK");
        (await Docker($"curl -s --cacert {client}/ca.pem https://127.0.0.1:2376/_ping")).Fails();
        // Of the same authority, but not to be a client with.
        var server = Path.Combine(stage.Sandbox.Root, "server");
        (await Docker($"curl -s --cacert {client}/ca.pem --cert {server}/cert.pem --key {server}/key.pem https://127.0.0.1:2376/_ping")).Fails();
        (await Docker("curl -s http://127.0.0.1:2376/_ping")).Fails();
    }

    [Fact]
    public async Task A_service_manager_gives_it_its_socket_and_is_told_how_it_is()
    {
        Root.Require("unshare", "nsenter", "python3", "docker");
        await using var sandbox = await Sandbox.CreateAsync();
        var (socket, home) = (Path.Combine(sandbox.Root, "given.sock"), Path.Combine(sandbox.Root, "home"));
        var script = $"""
            import os, signal, socket
            s = socket.socket(socket.AF_UNIX); s.bind("{socket}"); s.listen(8)
            n = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM); n.bind("{sandbox.Root}/notify"); n.settimeout(20)
            pid = os.fork()
            if pid == 0:
                os.dup2(s.fileno(), 3); os.set_inheritable(3, True)
                os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS="1", LISTEN_FDNAMES="gantryd.socket", NOTIFY_SOCKET="{sandbox.Root}/notify")
                os.execv("{Programs.Gantryd}", ["gantryd", "--data-root", "{home}/data", "--exec-root", "{home}/exec", "-H", "fd://gantryd.socket"])
            def told(): return n.recv(1000).split(b"\n")[0].decode()
            print(told())
            os.system("docker -H unix://{socket} version --format '{"{{"}.Server.Platform.Name{"}}"}'")
            os.kill(pid, signal.SIGHUP)
            print(told()); print(told())
            os.kill(pid, signal.SIGTERM)
            print(told()); os.waitpid(pid, 0)
            """;
        (await sandbox.RunAsync("python3", "-u", "-c", script)).Prints("READY=1\nGantry\nRELOADING=1\nREADY=1\nSTOPPING=1");
    }

    [Fact]
    public async Task What_can_change_while_it_runs_changes_on_SIGHUP()
    {
        await using var stage = await DaemonStage.CreateAsync(_ => """{"labels":["a=b"]}""");
        await stage.ReloadAsync("""{"labels":["c=d"],"default-shm-size":"32m","debug":true,"insecure-registries":["registry.test:5000"],"metrics-addr":"127.0.0.1:9323"}""");
        (await stage.Docker("info --format {{.Labels}}")).Prints("[c=d]");
        (await stage.Docker("info --format '{{json .RegistryConfig.InsecureRegistryCIDRs}}{{json .RegistryConfig.IndexConfigs}}'")).Contains("registry.test:5000");
        (await stage.Docker("run --rm busybox df -k /dev/shm")).Contains("32768");
        Assert.Contains("metrics-addr is another in the configuration now: that needs a restart of gantryd", stage.Engine.Log(), StringComparison.Ordinal);
        // Its end is a whole second.
        await Task.Delay(1100, TestContext.Current.CancellationToken);
        (await stage.Docker("events --since 10s --until 0s --filter type=daemon")).Contains("daemon reload").Contains("labels=[\"c=d\"]");
        await stage.ReloadAsync("""{"labels":["e=f"],"frobnicate":1}""");
        Assert.Contains("the directive \\\"frobnicate\\\" is not supported", stage.Engine.Log(), StringComparison.Ordinal);
        (await stage.Docker("info --format {{.Labels}}")).Prints("[c=d]");
    }

    [Fact]
    public async Task Switches_of_Docker_do_what_they_say()
    {
        await using var stage = await DaemonStage.CreateAsync(_ => """{"features":{"buildkit":false,"cdi":false}}""");
        Task<CommandResult> Curl(string words) => stage.Sandbox.RunAsync("sh", "-c", $"curl -s --unix-socket {stage.Engine.Socket} {words}");
        (await Curl("-I http://localhost/_ping")).Contains("Builder-Version: 1\r\n");
        (await stage.Docker("info --format '{{json .CDISpecDirs}}'")).Prints("[]");
        (await stage.Docker("run --rm --device vendor.com/class=one busybox true")).Exits(125).SaysLike("unresolvable CDI devices vendor.com/class=one");
        await stage.ReloadAsync("""{"features":{"buildkit":true,"cdi":false}}""");
        (await Curl("-I http://localhost/_ping")).Contains("Builder-Version: 2\r\n");
    }

    [Fact]
    public async Task Who_is_gone_is_not_counted_among_what_goes_on()
    {
        await using var stage = await DaemonStage.CreateAsync(_ => "{}");
        (await stage.Docker("run -d --name busy busybox sleep 1000")).Succeeds();
        async Task<int> Count() => int.Parse((await stage.Docker("info --format {{.NGoroutines}}")).Succeeds().Text, System.Globalization.CultureInfo.InvariantCulture);
        var alone = await Count();
        using (var attached = stage.Sandbox.Start(["docker", "-H", stage.Engine.Address, "attach", "--no-stdin", "busy"]))
        {
            for (var attempt = 0; await Count() == alone && attempt < 100; attempt++) await Task.Delay(50, TestContext.Current.CancellationToken);
            Assert.True(await Count() > alone);
            await Command.RunAsync("kill", ["-KILL", $"{Sandbox.ChildOf(attached.Id)}"]);
            await attached.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        for (var attempt = 0; await Count() != alone && attempt < 100; attempt++) await Task.Delay(50, TestContext.Current.CancellationToken);
        Assert.Equal(alone, await Count());
        (await stage.Docker("rm -f busy")).Succeeds();
    }

    [Fact]
    public async Task Containers_have_what_the_daemon_says_unless_they_say_otherwise()
    {
        await using var stage = await DaemonStage.CreateAsync(root =>
        {
            File.WriteAllText(Path.Combine(root, "profile.json"), """{"defaultAction":"SCMP_ACT_ALLOW","syscalls":[{"names":["mkdir","mkdirat"],"action":"SCMP_ACT_ERRNO"}]}""");
            return $$$$"""
                {"default-ulimits":{"nofile":{"Name":"nofile","Soft":1000,"Hard":2000}},"init":true,"no-new-privileges":true,"default-ipc-mode":"shareable",
                 "default-cgroupns-mode":"private","cgroup-parent":"/of-the-daemon","seccomp-profile":"{{{{root}}}}/profile.json","default-network-opts":{"bridge":{"com.docker.network.driver.mtu":"1234"}}}
                """;
        });
        (await stage.Docker("run --rm busybox sh -c 'ulimit -n; ulimit -Hn; grep NoNewPrivs /proc/self/status; cat /proc/1/comm; mkdir /x 2>&1'")).Matches(@"^1000\n2000\nNoNewPrivs:\s1\n\S+\nmkdir: can't create directory '/x': Operation not permitted$").Contains("docker-init");
        (await stage.Docker("run --rm --ulimit nofile=50:60 --init=false --security-opt no-new-privileges=false --security-opt seccomp=builtin busybox sh -c 'ulimit -n; grep NoNewPrivs /proc/self/status; cat /proc/1/comm; mkdir /x'"))
            .Matches(@"^50\nNoNewPrivs:\s0\nsh$");
        (await stage.Docker("run -d --name own busybox sleep 1000")).Succeeds();
        (await stage.Docker("inspect own --format '{{.HostConfig.IpcMode}} {{.HostConfig.CgroupnsMode}}'")).Prints("shareable private");
        Assert.Contains(stage.Sandbox.ControlGroups(), group => group.StartsWith("of-the-daemon/", StringComparison.Ordinal));
        (await stage.Docker("network create made")).Succeeds();
        (await stage.Docker("run --rm --network made busybox cat /sys/class/net/eth0/mtu")).Prints("1234");
        // A step of a build is its program alone, and leaves no memory to share.
        var context = Directory.CreateDirectory(Path.Combine(stage.Sandbox.Root, "context")).FullName;
        await File.WriteAllTextAsync(Path.Combine(context, "Dockerfile"), "FROM busybox\nRUN cat /proc/1/comm\n", TestContext.Current.CancellationToken);
        (await stage.Sandbox.RunAsync(Programs.Gantry, "-H", stage.Engine.Address, "build", "--progress", "plain", context)).Succeeds().SaysLike(@"#\d+ [\d.]+ (sh|cat)\n");
        Assert.Single(Directory.EnumerateDirectories(Path.Combine(stage.Engine.DataRoot, "containers")));
        (await stage.Docker("rm -f own")).Succeeds();
    }

    [Fact]
    public async Task Networks_have_the_families_that_the_daemon_says_unless_they_say_otherwise()
    {
        await using var stage = await DaemonStage.CreateAsync(_ => """{"default-network-opts":{"bridge":{"com.docker.network.enable_ipv4":"false","com.docker.network.enable_ipv6":"true"}}}""");
        const string shown = "network inspect -f '{{.EnableIPv4}} {{.EnableIPv6}} {{json .Options}}'";
        (await stage.Docker("network create plain")).Succeeds();
        (await stage.Docker($"{shown} plain")).Prints("""false true {"com.docker.network.enable_ipv4":"false","com.docker.network.enable_ipv6":"true"}""");
        (await stage.Docker("network create --ipv4 four")).Succeeds();
        (await stage.Docker($"{shown} four")).Prints("""true true {"com.docker.network.enable_ipv6":"true"}""");
        (await stage.Docker("network create -o com.docker.network.enable_ipv6=false nothing")).Fails().SaysSomewhere("IPv4 or IPv6 must be enabled");
        (await stage.Docker("network create -o com.docker.network.enable_ipv6=perhaps wrong")).Fails().SaysSomewhere("driver-opt \"com.docker.network.enable_ipv6\" is not a valid bool");
    }

    [Fact]
    public async Task A_containers_link_has_the_kernels_settings_that_are_asked_for_it()
    {
        const string show = "busybox sh -c 'cat /proc/sys/net/ipv4/conf/eth0/forwarding; ip -6 -o addr show eth0 | grep -c inet6'";
        await using var stage = await DaemonStage.CreateAsync(_ => "{}");
        (await stage.Docker("network create --ipv6 both")).Succeeds();
        const string option = "com.docker.network.endpoint.sysctls";
        (await stage.Docker($"run --rm --network name=both,driver-opt={option}=net.ipv4.conf.IFNAME.forwarding=0 {show}")).Prints("0\n2");
        (await stage.Docker($"run --rm --network name=both,driver-opt={option}=net.ipv4.conf.ifname.forwarding=1 {show}")).Prints("1\n2");
        (await stage.Docker($"run --rm --network name=both,driver-opt={option}=net.ipv4.conf.eth0.forwarding=1 {show}")).Exits(125).SaysSomewhere("to have format net.X.Y.IFNAME.Z");
        (await stage.Docker($"run --rm --network name=both,driver-opt={option}=net.ipv4.conf.IFNAME.nothing=1 {show}")).Exits(125).SaysSomewhere("is not a setting of this kernel");
        (await stage.Docker($"run --rm --network both --sysctl net.ipv4.conf.eth0.forwarding=0 {show}")).Exits(125).SaysSomewhere("must be supplied using driver option");
        (await stage.Sandbox.RunAsync("env", "DOCKER_API_VERSION=1.47", $"DOCKER_HOST={stage.Engine.Address}", "sh", "-c", $"docker run --rm --network both --sysctl net.ipv4.conf.eth0.forwarding=0 {show}"))
            .Prints("0\n2").Says("Migrated sysctl");
        (await stage.Docker($"run --rm --network both --sysctl net.ipv6.conf.all.disable_ipv6=1 {show}")).Matches(@"^\d\n0$");
    }

    [Fact]
    public async Task A_container_is_committed_while_it_ends()
    {
        await using var stage = await DaemonStage.CreateAsync(_ => "{}");
        for (var i = 0; i < 25; i++)
        {
            // It is paused for it, at whatever moment of its end.
            (await stage.Docker($"run -d --name short{i} --network none busybox touch /made")).Succeeds();
            (await stage.Docker($"commit short{i} made")).Succeeds();
        }

        (await stage.Docker("run --rm --network none made ls /made")).Prints("/made");
        (await stage.Docker("container prune -f")).Succeeds();
    }

    [Fact]
    public async Task Starts_are_told_to_a_command_given_before_them()
    {
        await using var stage = await DaemonStage.CreateAsync(_ => "{}");
        // A development container's CLI gives both at once and waits for the event, however late it comes to be asked for.
        async Task<CommandResult> Starts(string before, string within) => await stage.Sandbox.RunAsync("sh", "-c", $"""
            export DOCKER_HOST={stage.Engine.Address} DOCKER_CONFIG={stage.Engine.Home} NAMES='{"{{"}.Actor.Attributes.name{"}}"}'
            {before}
            sh -c 'sleep 0.5; exec docker events --filter event=start --format "$NAMES"' &
            {within}
            sleep 2
            kill $!
            """);
        (await Starts("", "sleep 0.1; docker run -d --name early --network none busybox true >/dev/null")).Prints("early");
        (await Starts("docker run -d --name past --network none busybox true >/dev/null", "sleep 1; docker run -d --name late --network none busybox true >/dev/null")).Prints("late");
    }

    [Fact]
    public async Task An_address_asked_for_a_network_shows_where_older_clients_look()
    {
        await using var stage = await DaemonStage.CreateAsync(_ => "{}");
        (await stage.Docker("network create own")).Succeeds();
        (await stage.Docker("create --name one --network name=own,mac-address=02:42:ac:11:00:42 busybox true")).Succeeds();
        (await stage.Docker("create --name other --network own busybox true")).Succeeds();
        (await stage.Docker("inspect -f {{.Config.MacAddress}} one other")).Prints("02:42:ac:11:00:42");
        (await stage.Docker("rm one other")).Succeeds();
    }

    [Fact]
    public async Task A_port_is_answered_by_a_container_that_listens_a_moment_later()
    {
        await using var stage = await DaemonStage.CreateAsync(_ => "{}");
        (await stage.Docker("run -d --name late -p 127.0.0.1:8091:80 busybox sh -c 'sleep 0.4; echo here | nc -l -p 80'")).Succeeds();
        (await stage.Sandbox.RunAsync("sh", "-c", "busybox nc 127.0.0.1 8091 < /dev/null || nc 127.0.0.1 8091 < /dev/null")).Prints("here");
        (await stage.Docker("rm -f late")).Succeeds();
    }

    [Fact]
    public async Task Without_live_restore_containers_end_with_it_and_come_back_by_their_policies()
    {
        await using var stage = await DaemonStage.CreateAsync(_ => """{"log-format":"json"}""");
        await stage.ReloadAsync("""{"live-restore":false,"shutdown-timeout":1,"log-format":"json"}""");
        (await stage.Docker("run -d --name stays --restart always busybox sh -c 'trap \"echo asked; exit 3\" TERM; while :; do sleep 0.1; done'")).Succeeds();
        (await stage.Docker("run -d --name deaf busybox sh -c 'trap \"\" TERM; while :; do sleep 0.1; done'")).Succeeds();
        await stage.Engine.StopAsync();
        Assert.Empty(stage.Sandbox.Monitors());
        Assert.Contains("\"level\":\"info\",\"msg\":\"stopping\"", stage.Engine.Log(), StringComparison.Ordinal);
        await stage.Engine.StartAsync();
        (await stage.Docker("inspect deaf --format '{{.State.Status}} {{.State.ExitCode}}'")).Prints("exited 137");
        for (var attempt = 0; attempt < 100 && (await stage.Docker("inspect stays --format {{.State.Status}}")).Text != "running"; attempt++) await Task.Delay(50, TestContext.Current.CancellationToken);
        (await stage.Docker("logs stays")).Contains("asked");
        (await stage.Docker("inspect stays --format {{.State.Status}}")).Prints("running");
        (await stage.Docker("rm -f stays deaf")).Succeeds();
    }

    [Fact]
    public async Task Prometheus_reads_its_numbers()
    {
        await using var stage = await DaemonStage.CreateAsync(_ => """{"metrics-addr":"127.0.0.1:9323"}""");
        (await stage.Docker("run -d --name counted busybox sleep 1000")).Succeeds();
        var text = await stage.Sandbox.RunAsync("curl", "-sf", "http://127.0.0.1:9323/metrics");
        text.Succeeds().Contains("engine_daemon_container_states_containers{state=\"running\"} 1\n").Contains("engine_daemon_container_actions_seconds_count{action=\"start\"} 1\n").Contains("# TYPE process_open_fds gauge\n");
        (await stage.Sandbox.RunAsync("curl", "-sf", "http://127.0.0.1:9323/containers/json")).Fails();
        (await stage.Docker("rm -f counted")).Succeeds();
    }

    [Fact]
    public async Task Devices_are_what_their_vendors_describe()
    {
        await using var stage = await DaemonStage.CreateAsync(root =>
        {
            var directory = Directory.CreateDirectory(Path.Combine(root, "cdi")).FullName;
            File.WriteAllText(Path.Combine(root, "library"), "of the vendor");
            File.WriteAllText(Path.Combine(directory, "vendor.yaml"), $"""
                cdiVersion: 0.7.0
                kind: vendor.test/device
                devices:
                - name: first
                  containerEdits:
                    env: [VENDOR=yes]
                    deviceNodes:
                    - path: /dev/vendor0
                      hostPath: /dev/zero
                      permissions: rw
                      fileMode: 432
                      gid: 77
                    mounts:
                    - hostPath: {root}/library
                      containerPath: /usr/lib/vendor
                      options: [ro, rbind]
                    hooks:
                    - hookName: createContainer
                      path: /bin/sh
                      args: [sh, -c, "cat > {root}/hook"]
                    additionalGids: [77]
                """);
            return $$"""{"cdi-spec-dirs":["{{directory}}"]}""";
        });
        (await stage.Docker("run --rm --device vendor.test/device=first busybox sh -c 'head -c 3 /dev/vendor0 | wc -c; stat -c %a:%g /dev/vendor0; cat /usr/lib/vendor; echo; echo $VENDOR; id -G; echo x 2>&1 > /usr/lib/vendor'"))
            .Fails().Prints("3\n660:77\nof the vendor\nyes\n0 77\nsh: can't create /usr/lib/vendor: Read-only file system");
        Assert.Contains("\"status\":\"created\"", await File.ReadAllTextAsync(Path.Combine(stage.Sandbox.Root, "hook"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
        (await stage.Docker("run --rm --device vendor.test/device=second busybox true")).Exits(125).Says("unresolvable CDI devices vendor.test/device=second");
        (await stage.Docker("run --rm --gpus all busybox true")).Exits(125).Says("could not select device driver \"\" with capabilities: [[gpu]]");
        (await stage.Docker("info --format '{{json .DiscoveredDevices}}'")).Contains("vendor.test/device=first");
    }

    [Fact]
    public async Task Builds_may_have_what_the_configuration_lets_them_have()
    {
        await using var stage = await DaemonStage.CreateAsync(root =>
        {
            var directory = Directory.CreateDirectory(Path.Combine(root, "cdi")).FullName;
            File.WriteAllText(Path.Combine(directory, "vendor.yaml"), """
                cdiVersion: 0.6.0
                kind: vendor.test/device
                devices:
                - name: foo
                  annotations:
                    org.mobyproject.buildkit.device.autoallow: true
                  containerEdits: { env: [FOO=yes] }
                - name: bar
                  annotations: { org.mobyproject.buildkit.device.class: class1 }
                  containerEdits: { env: [BAR=yes] }
                """);
            return $$"""{"cdi-spec-dirs":["{{directory}}"],"builder":{"entitlements":{"security-insecure":true} } }""";
        });
        Task<CommandResult> Build(string run, string options = "") => Command.RunAsync(
            Programs.Gantry, Command.Words($"build --progress plain {options} -"), new Dictionary<string, string?> { ["GANTRY_HOST"] = stage.Engine.Address, ["DOCKER_CONFIG"] = stage.Engine.Home },
            input: $"FROM busybox\nRUN {run}\n");
        (await Build("--device=vendor.test/device=foo,required [ $FOO = yes ]")).Succeeds();
        (await Build("--device=vendor.test/device=* true")).Fails().Says("--device=vendor.test/device=* needs --allow device for vendor.test/device=bar");
        (await Build("--device=vendor.test/device=* [ $FOO$BAR = yesyes ]", "--allow device")).Succeeds();
        (await Build("--device=class1 [ \"$FOO$BAR\" = yes ]", "--allow device=class1")).Succeeds();
        (await Build("--device=vendor.test/device [ \"$FOO$BAR\" = yes ]", "--allow device")).Succeeds();
        (await Build("--device=vendor.test/none true")).Succeeds();
        (await Build("--device=vendor.test/none,required true")).Fails().Says("the device vendor.test/none is required by the build");
        (await Build("--security=insecure mount -t tmpfs none /home", "--allow security.insecure")).Succeeds();
        (await Build("--security=insecure true")).Fails().Says("entitlement security.insecure is not allowed");
        await stage.ReloadAsync("""{"builder":{"entitlements":{"device":false,"network-host":false}}}""");
        (await Build("true", "--allow device")).Fails().Says("\"device\": true");
        (await Build("true", "--network host")).Fails().Says("\"network-host\": true");
    }
}
