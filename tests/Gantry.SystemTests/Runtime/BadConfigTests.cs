using System.Text.Json.Nodes;

namespace Gantry.SystemTests.Runtime;

/// <summary>A config.json that no container can be made from is refused with a word about what is wrong, and nothing is left.</summary>
public sealed class BadConfigTests(RuntimeWorld world) : RuntimeSuite(world)
{
    /// <summary>What is done to config.json, and a word of our message; with * where others do not refuse it.</summary>
    private static readonly Dictionary<string, (Action<OciContainer> Break, string Word)> Cases = new()
    {
        ["no program"] = (c => c.Process["args"] = new JsonArray(), "process.args is empty"),
        ["unknown namespace"] = (c => c.Linux["namespaces"]!.AsArray().Add(new JsonObject { ["type"] = "foo" }), "foo"),
        ["a namespace twice"] = (c => c.Linux["namespaces"]!.AsArray().Add(new JsonObject { ["type"] = "pid" }), "pid is there twice*"),
        ["namespace by a wrong path"] = (c => c.Linux["namespaces"]!.AsArray().Add(OciConfig.Namespace("user", "/nowhere")), "/nowhere"),
        ["unknown limit"] = (c => c.Process["rlimits"] = new JsonArray(new JsonObject { ["type"] = "RLIMIT_FOO", ["soft"] = 1, ["hard"] = 1 }), "RLIMIT_FOO"),
        ["relative working directory"] = (c => c.Process["cwd"] = "here", "here*"),
        ["missing root"] = (c => c.Config["root"]!["path"] = "nowhere", "nowhere"),
        ["missing source"] = (c => c.Config.Mounts().Add(OciConfig.Bind("/nowhere", "/mnt")), "/nowhere"),
        ["unknown file system"] = (c => c.Config.Mounts().Add(new JsonObject { ["destination"] = "/mnt", ["type"] = "nofs", ["source"] = "x" }), "nofs"),
        ["unknown mount option"] = (c => c.Config.Mounts().Add(new JsonObject { ["destination"] = "/mnt", ["type"] = "tmpfs", ["source"] = "t", ["options"] = new JsonArray("what=1") }), "what=1"),
        ["unknown action"] = (c => c.Linux["seccomp"] = new JsonObject { ["defaultAction"] = "SCMP_ACT_FOO" }, "SCMP_ACT_FOO"),
        ["AppArmor where there is none"] = (c => c.Process["apparmorProfile"] = "no-such-profile", "no-such-profile"),
        ["SELinux"] = (c => c.Process["selinuxLabel"] = "system_u:x:y:z", "system_u:x:y:z"),
        ["a hook that is not there"] = (c => c.Config["hooks"] = new JsonObject { ["prestart"] = new JsonArray(new JsonObject { ["path"] = "/nowhere" }) }, "hooks.prestart[0]: /nowhere: it cannot be run: no such file or directory"),
        ["a newer specification"] = (c => c.Config["ociVersion"] = "9.0.0", "9.0.0*"),
        ["a masked path that is none"] = (c => c.Linux["maskedPaths"] = new JsonArray("/proc/kcore", "here"), "linux.maskedPaths[1]: here is not an absolute path*"),
        ["a mount on nothing"] = (c => c.Config.Mounts().Insert(0, new JsonObject { ["destination"] = "here", ["type"] = "tmpfs", ["source"] = "t" }), "mounts[0].destination: here is not an absolute path*"),
        ["an unknown clock"] = (c => { c.Linux["namespaces"]!.AsArray().Add(new JsonObject { ["type"] = "time" }); c.Linux["timeOffsets"] = new JsonObject { ["realtime"] = new JsonObject { ["secs"] = 1 } }; }, "linux.timeOffsets: realtime is neither boottime nor monotonic*"),
        ["another time without a namespace for it"] = (c => c.Linux["timeOffsets"] = new JsonObject { ["boottime"] = new JsonObject { ["secs"] = 1 } }, "linux.timeOffsets.boottime: 1 would change the host*"),
        ["a hook without time"] = (c => c.Config["hooks"] = new JsonObject { ["poststop"] = new JsonArray(new JsonObject { ["path"] = "/bin/true", ["timeout"] = 0 }) }, "hooks.poststop[0].timeout: 0 is not above 0*"),
        ["an unknown personality"] = (c => c.Linux["personality"] = new JsonObject { ["domain"] = "BSD" }, "linux.personality.domain: BSD is neither LINUX nor LINUX32*"),
        ["no list of processors"] = (c => c.Process["execCPUAffinity"] = new JsonObject { ["initial"] = "0-x" }, "process.execCPUAffinity.initial: 0-x is not a list of processors*"),
        ["an empty mapping"] = (c => { c.Linux["namespaces"]!.AsArray().Add(new JsonObject { ["type"] = "user" }); foreach (var n in (string[])["uidMappings", "gidMappings"]) c.Linux[n] = new JsonArray(new JsonObject { ["containerID"] = 0, ["hostID"] = 7, ["size"] = 0 }); }, "linux.uidMappings[0]: size 0 from 0 and 7 on is not a range of ids"),
        ["a user that is no user"] = (c => c.Process["user"] = new JsonObject { ["uid"] = uint.MaxValue, ["gid"] = 0 }, "process.user.uid: 4294967295 is no id*"),
        ["a limit that is none"] = (c => c.Linux["resources"] = new JsonObject { ["cpu"] = new JsonObject { ["quota"] = 5 } }, "linux.resources.cpu.quota: 5 is not 1000 microseconds or more*"),
        ["device of no type"] = (c => c.Linux["devices"] = new JsonArray(new JsonObject { ["path"] = "/dev/x", ["type"] = "x", ["major"] = 1, ["minor"] = 1 }), "type x*"),
    };

    public static TheoryData<string, string> RuntimesAndCases => new(Runtimes.SelectMany(r => Cases.Keys.Select(c => (r.Data, c))));

    [Theory, MemberData(nameof(RuntimesAndCases))]
    public async Task Is_refused_with_a_word(string runtime, string what)
    {
        await using var container = await ContainerAsync(runtime);
        var (change, word) = Cases[what];
        change(container);
        var result = await container.RunAsync();
        if (runtime == Ours)
        {
            LifecycleTests.Failed(result);
            result.Says(word.TrimEnd('*'));
        }
        else if (!word.EndsWith('*'))
        {
            LifecycleTests.Failed(result);
        }

        LifecycleTests.Failed(await container.CallAsync("state", container.Id));
    }

    [Theory, MemberData(nameof(Runtimes))]
    public async Task Files_that_are_no_config_are_refused(string runtime)
    {
        await using var container = await ContainerAsync(runtime);
        var file = Path.Combine(container.Bundle, "config.json");
        LifecycleTests.Failed(await container.CallAsync("run", "--bundle", container.Bundle, container.Id));
        foreach (var text in (string[])["", "{", "[]", "{\"ociVersion\": 1}", "\0\0"])
        {
            await File.WriteAllTextAsync(file, text, TestContext.Current.CancellationToken);
            LifecycleTests.Failed(await container.CallAsync("run", "--bundle", container.Bundle, container.Id));
        }
    }

    [Theory, MemberData(nameof(Runtimes))]
    public async Task Ids_that_are_no_names_are_refused(string runtime)
    {
        await using var container = await ContainerAsync(runtime);
        container.Save();
        foreach (var id in (string[])["../x", "a/b", ""])
        {
            LifecycleTests.Failed(await container.CallAsync("run", "--bundle", container.Bundle, id));
        }
    }
}
