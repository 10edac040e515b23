using System.Text.Json.Nodes;

namespace Gantry.SystemTests.Runtime;

/// <summary>User namespaces, owners shown through mappings, and what else only newer runtimes do: ours alone.</summary>
public sealed class OwnerTests(RuntimeWorld world) : RuntimeSuite(world)
{
    [Theory, InlineData("idmap", false), InlineData("ridmap", true), InlineData(null, true)]
    public async Task A_bind_shows_owners_through_a_mapping(string? option, bool own)
    {
        await using var container = await ContainerAsync(Ours);
        await WithUsersAsync(container);
        var source = await SourceAsync(container);
        var bind = OciConfig.Bind(source, "/mnt", [.. option is null ? (string[])["rbind"] : ["rbind", option]]);
        if (own)
        {
            // The file's owner on the disk, 0, is 100000 + 5 in the mount, which is 5 in the container.
            foreach (var name in (string[])["uidMappings", "gidMappings"]) bind[name] = Mapping(0, 100005, 10);
        }

        container.Config.Mounts().Add(bind);
        (await container.Does("stat -c '%u %g' /mnt/file; touch /mnt/new && echo wrote; true").RunAsync()).Succeeds()
            // Root has no number on that disk, when 5 is 0 there.
            .Matches(own ? "^5 5$" : "^0 0\nwrote$");
    }

    [Fact]
    public async Task A_mapping_without_users_is_refused()
    {
        await using var container = await ContainerAsync(Ours);
        container.Config.Mounts().Add(OciConfig.Bind(await SourceAsync(container), "/mnt", "idmap"));
        (await container.Runs("true").RunAsync()).Exits(1).Says("idmap needs uidMappings and gidMappings");
    }

    [Fact]
    public async Task A_source_that_only_the_host_may_reach_is_there()
    {
        await using var container = await ContainerAsync(Ours);
        await WithUsersAsync(container);
        var hidden = Path.Combine(container.Bundle, "hidden");
        (await container.ShellAsync($"mkdir -p '{hidden}/in' && echo there >'{hidden}/in/file' && chmod 700 '{hidden}'")).Succeeds();
        container.Config.Mounts().Add(OciConfig.Bind(hidden + "/in", "/mnt", "ro", "nosuid"));
        (await container.Does("cat /mnt/file; touch /mnt/x").RunAsync()).Exits(1).Prints("there").Says("Read-only");
    }

    [Fact]
    public async Task A_user_namespace_by_path_owns_the_others()
    {
        await using var first = await ContainerAsync(Ours);
        await WithUsersAsync(first);
        await first.Stays().BeginAsync();
        var pid = (await first.StateAsync()).GetProperty("pid").GetInt32();
        await using var second = await ContainerAsync(Ours);
        await WithUsersAsync(second);
        second.Linux.RemoveNamespace("user");
        second.Linux.RemoveNamespace("network");
        second.Linux.RemoveNamespace("pid");
        foreach (var (type, file) in new[] { ("network", "net"), ("user", "user"), ("pid", "pid") }) second.Linux["namespaces"]!.AsArray().Add(OciConfig.Namespace(type, $"/proc/{pid}/ns/{file}"));
        foreach (var name in (string[])["uidMappings", "gidMappings"]) second.Linux.AsObject().Remove(name);
        (await second.Does("cat /proc/self/uid_map; hostname; readlink /proc/self/ns/net; readlink /proc/self/ns/user; ps | grep -c '[s]leep'").RunAsync()).Succeeds()
            .Matches($@"^\s+0\s+100000\s+65536\nbox\n{Escaped(await LinkAsync(first, pid, "net"))}\n{Escaped(await LinkAsync(first, pid, "user"))}\n[12]$");
        (await first.ExecAsync("sh", "-c", "id -u; readlink /proc/self/ns/user")).Succeeds().Matches($"^0\n{Escaped(await LinkAsync(first, pid, "user"))}$");
    }

    [Fact]
    public async Task A_network_of_the_host_is_joined_from_outside_the_users()
    {
        await using var first = await ContainerAsync(Ours);
        await first.Stays().BeginAsync();
        var pid = (await first.StateAsync()).GetProperty("pid").GetInt32();
        await using var second = await ContainerAsync(Ours);
        await WithUsersAsync(second);
        second.Linux.RemoveNamespace("network");
        second.Linux["namespaces"]!.AsArray().Add(OciConfig.Namespace("network", $"/proc/{pid}/ns/net"));
        // Its sysfs would show a network that is not of its users.
        second.Config.Mounts().Remove(second.Config.Mounts().Single(m => m!["type"]!.GetValue<string>() == "sysfs"));
        (await second.Does("readlink /proc/self/ns/net").RunAsync()).Succeeds().Prints(await LinkAsync(first, pid, "net"));
    }

    [Theory, InlineData("crun"), InlineData(Ours)]
    public async Task A_tmpfs_begins_with_a_copy(string runtime)
    {
        await using var container = await ContainerAsync(runtime);
        (await container.ShellAsync($"cd '{container.RootFs}/mnt' && mkdir -p a/b && echo deep >a/b/file && ln -s a/b/file link && chown 3:4 a && chmod 775 a && chmod 711 .")).Succeeds();
        container.Config.Mounts().Add(new JsonObject { ["destination"] = "/mnt", ["type"] = "tmpfs", ["source"] = "tmpfs", ["options"] = new JsonArray("tmpcopyup", "nosuid") });
        (await container.Does("cat /mnt/link; readlink /mnt/link; stat -c '%u %g %a' /mnt/a; stat -c %a /mnt; touch /mnt/new").RunAsync()).Succeeds()
            .Matches(runtime == Ours ? "^deep\na/b/file\n3 4 775\n711$" : "^deep\na/b/file\n3 4 775\n");
        Assert.False(File.Exists(Path.Combine(container.RootFs, "mnt", "new")));
    }

    [Theory, InlineData("runc"), InlineData(Ours)]
    public async Task A_tmpfs_has_the_mode_of_what_it_covers(string runtime)
    {
        await using var container = await ContainerAsync(runtime);
        await container.ShellAsync($"chmod 1711 '{container.RootFs}/mnt'");
        container.Config.Mounts().Add(new JsonObject { ["destination"] = "/mnt", ["type"] = "tmpfs", ["source"] = "tmpfs" });
        (await container.Does("stat -c %a /mnt").RunAsync()).Succeeds().Prints("1711");
    }

    [Fact]
    public async Task Read_only_reaches_what_is_mounted_inside()
    {
        await using var container = await ContainerAsync(Ours);
        (await container.ShellAsync($"mkdir -p '{container.Bundle}/tree/inner' && mount -t tmpfs t '{container.Bundle}/tree/inner'")).Succeeds();
        try
        {
            container.Config.Mounts().Add(OciConfig.Bind("tree", "/plain", "rbind", "ro"));
            container.Config.Mounts().Add(OciConfig.Bind("tree", "/whole", "rbind", "rro", "rnosuid"));
            (await container.Does("touch /plain/inner/x && echo plain; touch /whole/inner/x || echo refused; grep ' /whole/inner ' /proc/mounts").RunAsync()).Succeeds()
                .Matches("^plain\nrefused\n[^\n]*ro,nosuid");
        }
        finally
        {
            (await container.ShellAsync($"umount '{container.Bundle}/tree/inner'")).Succeeds();
        }
    }

    [Fact]
    public async Task Time_and_personality_are_the_containers()
    {
        await using var container = await ContainerAsync(Ours);
        container.Linux["namespaces"]!.AsArray().Add(new JsonObject { ["type"] = "time" });
        container.Linux["timeOffsets"] = new JsonObject { ["boottime"] = new JsonObject { ["secs"] = 100_000_000 } };
        container.Linux["personality"] = new JsonObject { ["domain"] = "LINUX32" };
        (await container.Does("head -n 1 /proc/uptime; cat /proc/self/personality").RunAsync()).Succeeds().Matches(@"^10\d{7}\.\d+ [\d.]+\n0*8$");
    }

    [Fact]
    public async Task An_exec_runs_on_the_processors_it_asks_for()
    {
        await using var container = await ContainerAsync(Ours);
        await container.Stays().BeginAsync();
        var file = Path.Combine(container.Bundle, "process.json");
        await File.WriteAllTextAsync(file, """
            { "args": ["grep", "Cpus_allowed_list", "/proc/self/status"], "cwd": "/", "env": ["PATH=/bin"], "execCPUAffinity": { "initial": "0", "final": "0" } }
            """, TestContext.Current.CancellationToken);
        (await container.CallAsync("exec", "--process", file, container.Id)).Succeeds().Prints("Cpus_allowed_list:\t0");
    }

    [Theory, MemberData(nameof(Runtimes))]
    public async Task Whoever_listens_gets_the_descriptor_of_the_filter(string runtime)
    {
        await using var container = await ContainerAsync(runtime);
        var path = Path.Combine(container.Bundle, "agent");
        container.Linux["seccomp"] = new JsonObject
        {
            ["defaultAction"] = "SCMP_ACT_ALLOW", ["listenerPath"] = path, ["listenerMetadata"] = "about it",
            ["syscalls"] = new JsonArray(new JsonObject { ["names"] = new JsonArray("mkdir", "mkdirat"), ["action"] = "SCMP_ACT_NOTIFY" }),
        };
        // The descriptor is closed when the agent ends: a call that asks is then told ENOSYS.
        using var listener = new System.Net.Sockets.Socket(System.Net.Sockets.AddressFamily.Unix, System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Unspecified);
        listener.Bind(new System.Net.Sockets.UnixDomainSocketEndPoint(path));
        listener.Listen();
        var run = container.Does("mkdir /tmp/x").RunAsync();
        using (var connection = await listener.AcceptAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken))
        {
            var buffer = new byte[8192];
            var length = await connection.ReceiveAsync(buffer, TestContext.Current.CancellationToken);
            var state = JsonNode.Parse(buffer.AsSpan(0, length))!;
            Assert.Equal(("seccompFd", "about it", container.Id), (state["fds"]![0]!.GetValue<string>(), state["metadata"]!.GetValue<string>(), state["state"]!["id"]!.GetValue<string>()));
            Assert.True(state["pid"]!.GetValue<int>() > 1);
        }

        (await run).Exits(1).Says("not implemented");
    }

    private static async Task WithUsersAsync(OciContainer container)
    {
        container.Linux["namespaces"]!.AsArray().Add(new JsonObject { ["type"] = "user" });
        foreach (var name in (string[])["uidMappings", "gidMappings"]) container.Linux[name] = Mapping(0, 100000, 65536);
        await container.ShellAsync($"chmod 755 '{container.Bundle}' && chown -R 100000:100000 '{container.RootFs}'");
    }

    private static JsonArray Mapping(int inside, int outside, int size) =>
        new(new JsonObject { ["containerID"] = inside, ["hostID"] = outside, ["size"] = size });

    private static async Task<string> SourceAsync(OciContainer container)
    {
        var source = Path.Combine(container.Bundle, "source");
        (await container.ShellAsync($"mkdir -p '{source}' && echo x >'{source}/file'")).Succeeds();
        return source;
    }

    private static async Task<string> LinkAsync(OciContainer container, int pid, string file) => (await container.ShellAsync($"readlink /proc/{pid}/ns/{file}")).Succeeds().Text;

    private static string Escaped(string text) => System.Text.RegularExpressions.Regex.Escape(text);
}
