using System.Text.Json.Nodes;

namespace Gantry.SystemTests.Runtime;

/// <summary>linux.namespaces: new, by path, or none.</summary>
public sealed class NamespaceTests(RuntimeWorld world) : RuntimeSuite(world)
{
    private static readonly (string Type, string File)[] Kinds =
        [("pid", "pid"), ("network", "net"), ("ipc", "ipc"), ("uts", "uts"), ("mount", "mnt"), ("cgroup", "cgroup")];

    [Theory, MemberData(nameof(Runtimes))]
    public async Task Each_one_asked_for_is_new(string runtime)
    {
        await using var container = await ContainerAsync(runtime);
        var inside = (await container.Does(Links("self")).RunAsync()).Succeeds().Lines;
        var host = (await container.ShellAsync(Links("self"))).Succeeds().Lines;
        for (var i = 0; i < Kinds.Length; i++) Assert.NotEqual(host[i], inside[i]);
    }

    [Theory, MemberData(nameof(Runtimes))]
    public async Task One_not_asked_for_is_the_hosts(string runtime)
    {
        await using var container = await ContainerAsync(runtime);
        foreach (var type in (string[])["pid", "network", "ipc", "cgroup"]) container.Linux.RemoveNamespace(type);
        // Without a network namespace of its own, sysfs cannot be mounted anew everywhere: what is there is bound.
        container.Config.Mounts().Remove(container.Config.Mounts().Single(m => m!["type"]!.GetValue<string>() == "sysfs"));
        container.Linux["maskedPaths"] = new JsonArray();
        var inside = (await container.Does(Links("self")).RunAsync()).Succeeds().Lines;
        var host = (await container.ShellAsync(Links("self"))).Succeeds().Lines;
        Assert.Equal(Kinds.Select((k, i) => (k.Type, Same: k.Type is not ("uts" or "mount"))), Kinds.Select((k, i) => (k.Type, Same: host[i] == inside[i])));
    }

    [Theory, MemberData(nameof(Runtimes))]
    public async Task One_with_a_path_is_joined(string runtime)
    {
        await using var first = await ContainerAsync(runtime);
        await first.Stays().BeginAsync();
        var pid = (await first.StateAsync()).GetProperty("pid").GetInt32();
        await using var second = await ContainerAsync(runtime);
        string[] joined = ["pid", "network", "ipc", "uts"];
        foreach (var type in joined)
        {
            second.Linux.RemoveNamespace(type);
            second.Linux["namespaces"]!.AsArray().Add(OciConfig.Namespace(type, $"/proc/{pid}/ns/{Kinds.Single(k => k.Type == type).File}"));
        }

        second.Config.Remove("hostname");
        var inside = (await second.Does(Links("self") + "; hostname").RunAsync()).Succeeds().Lines;
        var theirs = (await first.ShellAsync(Links($"{pid}"))).Succeeds().Lines;
        Assert.Equal(Kinds.Select(k => (k.Type, Same: joined.Contains(k.Type))), Kinds.Select((k, i) => (k.Type, Same: theirs[i] == inside[i])));
        Assert.Equal("box", inside[^1]);
    }

    [Theory, MemberData(nameof(Runtimes))]
    public async Task A_user_namespace_has_its_mapping(string runtime)
    {
        await using var container = await ContainerAsync(runtime);
        container.Linux["namespaces"]!.AsArray().Add(new JsonObject { ["type"] = "user" });
        foreach (var name in (string[])["uidMappings", "gidMappings"])
        {
            container.Linux[name] = new JsonArray(new JsonObject { ["containerID"] = 0, ["hostID"] = 100000, ["size"] = 1000 });
        }

        await container.ShellAsync($"chmod 755 '{container.Bundle}' && chown -R 100000:100000 '{container.RootFs}'");
        (await container.Does("cat /proc/self/uid_map /proc/self/gid_map; id -u; touch /tmp/x && stat -c %u /tmp/x; mknod /tmp/d c 1 3 || echo refused").RunAsync())
            .Succeeds().Matches(@"^\s+0\s+100000\s+1000\n\s+0\s+100000\s+1000\n0\n0\nrefused$");
        Assert.Equal("100000", (await container.ShellAsync($"stat -c %u '{container.RootFs}/tmp/x'")).Succeeds().Text);
    }

    [Theory, MemberData(nameof(Runtimes))]
    public async Task The_program_is_the_init_and_sees_only_its_own(string runtime)
    {
        await using var container = await ContainerAsync(runtime);
        (await container.Does("echo $$; ls -d /proc/[0-9]* | wc -l; cat /proc/self/cgroup | grep -vc ':/$'; ls /sys/class/net").RunAsync())
            .ExitsWithOneOf(0).Matches(@"^1\n[23]\n0\nlo$");
    }

    [Theory, MemberData(nameof(Runtimes))]
    public async Task Host_and_domain_name_are_the_containers(string runtime)
    {
        await using var container = await ContainerAsync(runtime);
        var before = (await container.ShellAsync("hostname")).Text;
        (await container.Does("hostname; cat /proc/sys/kernel/hostname").RunAsync()).Succeeds().Prints("box\nbox");
        Assert.Equal(before, (await container.ShellAsync("hostname")).Text);
    }

    [Theory, MemberData(nameof(Runtimes))]
    public async Task A_host_name_without_a_namespace_for_it_is_refused(string runtime)
    {
        await using var container = await ContainerAsync(runtime);
        container.Linux.RemoveNamespace("uts");
        LifecycleTests.Failed(await container.Runs("true").RunAsync());
    }

    private static string Links(string process) => string.Join("; ", Kinds.Select(k => $"readlink /proc/{process}/ns/{k.File}"));
}
