using System.Text.Json.Nodes;

namespace Gantry.SystemTests.Runtime;

/// <summary>What config.json's process and linux say of privileges and limits.</summary>
public sealed class ProcessTests(RuntimeWorld world) : RuntimeSuite(world)
{
    // CAP_CHOWN 0, CAP_KILL 5, CAP_SETGID 6, CAP_SETUID 7, CAP_MKNOD 27
    private const string Default = "00000000080000e1";

    [Theory, MemberData(nameof(Runtimes))]
    public async Task Capabilities_are_the_ones_given(string runtime)
    {
        await using var container = await ContainerAsync(runtime);
        (await container.Does("grep Cap /proc/self/status").RunAsync())
            .Succeeds().Prints($"CapInh:\t0000000000000000\nCapPrm:\t{Default}\nCapEff:\t{Default}\nCapBnd:\t{Default}\nCapAmb:\t0000000000000000");
    }

    [Theory, MemberData(nameof(Runtimes))]
    public async Task Another_user_has_no_capabilities_but_ambient_ones(string runtime)
    {
        await using var container = await ContainerAsync(runtime);
        container.Process["user"] = new JsonObject { ["uid"] = 1000, ["gid"] = 1000 };
        (await container.Does("grep -E 'CapPrm|CapEff' /proc/self/status").RunAsync()).Succeeds().Prints("CapPrm:\t0000000000000000\nCapEff:\t0000000000000000");
        foreach (var set in (string[])["inheritable", "ambient"]) container.Process["capabilities"]![set] = new JsonArray("CAP_KILL");
        (await container.Does("grep -E 'CapPrm|CapEff|CapAmb' /proc/self/status").RunAsync())
            .Succeeds().Prints("CapPrm:\t0000000000000020\nCapEff:\t0000000000000020\nCapAmb:\t0000000000000020");
    }

    [Theory, MemberData(nameof(Runtimes))]
    public async Task User_groups_and_umask_are_set(string runtime)
    {
        await using var container = await ContainerAsync(runtime);
        container.Process["user"] = new JsonObject { ["uid"] = 1000, ["gid"] = 1001, ["additionalGids"] = new JsonArray(5, 6), ["umask"] = 63 };
        (await container.Does("id -u; id -g; id -G; umask").RunAsync()).Succeeds().Prints("1000\n1001\n1001 5 6\n0077");
    }

    [Theory, MemberData(nameof(Runtimes))]
    public async Task No_new_privileges_is_as_asked(string runtime)
    {
        await using var container = await ContainerAsync(runtime);
        container.Does("grep NoNewPrivs /proc/self/status");
        (await container.RunAsync()).Succeeds().Prints("NoNewPrivs:\t1");
        container.Process["noNewPrivileges"] = false;
        (await container.RunAsync()).Succeeds().Prints("NoNewPrivs:\t0");
    }

    [Theory, MemberData(nameof(Runtimes))]
    public async Task Resource_limits_are_set(string runtime)
    {
        await using var container = await ContainerAsync(runtime);
        container.Process["rlimits"] = new JsonArray(
            new JsonObject { ["type"] = "RLIMIT_NOFILE", ["soft"] = 123, ["hard"] = 456 }, new JsonObject { ["type"] = "RLIMIT_CORE", ["soft"] = 0, ["hard"] = 0 });
        (await container.Does("ulimit -Sn; ulimit -Hn; ulimit -c").RunAsync()).Succeeds().Prints("123\n456\n0");
    }

    [Theory, MemberData(nameof(Runtimes))]
    public async Task Environment_and_working_directory_are_the_containers(string runtime)
    {
        await using var container = await ContainerAsync(runtime);
        container.Process["cwd"] = "/made/for/it";
        container.Process["env"] = new JsonArray("PATH=/bin", "A=1", "B=with blank");
        (await container.Does("pwd; echo \"$A|$B|$HOME|$OLDPWD\"").RunAsync()).Succeeds().Prints("/made/for/it\n1|with blank|/|");
        await File.WriteAllTextAsync(Path.Combine(container.RootFs, "etc", "passwd"), "other:x:7:7::/other:/bin/sh\nroot:x:0:0:root:/home of root:/bin/sh\n", TestContext.Current.CancellationToken);
        (await container.Does("echo \"$HOME\"").RunAsync()).Succeeds().Prints("/home of root");
        container.Process["env"]!.AsArray().Add("HOME=/mine");
        (await container.RunAsync()).Succeeds().Prints("/mine");
    }

    [Theory, MemberData(nameof(Runtimes))]
    public async Task A_denied_system_call_gets_its_error(string runtime)
    {
        foreach (var noNewPrivileges in (bool[])[true, false])
        {
            await using var container = await ContainerAsync(runtime);
            container.Process["noNewPrivileges"] = noNewPrivileges;
            container.Linux["seccomp"] = new JsonObject
            {
                ["defaultAction"] = "SCMP_ACT_ALLOW",
                ["architectures"] = new JsonArray("SCMP_ARCH_X86_64", "SCMP_ARCH_AARCH64"),
                ["syscalls"] = new JsonArray(
                    new JsonObject { ["names"] = new JsonArray("mkdir", "mkdirat"), ["action"] = "SCMP_ACT_ERRNO" },
                    new JsonObject { ["names"] = new JsonArray("sethostname", "no_such_call"), ["action"] = "SCMP_ACT_ERRNO", ["errnoRet"] = 38 },
                    new JsonObject
                    {
                        ["names"] = new JsonArray("kill"), ["action"] = "SCMP_ACT_ERRNO", ["errnoRet"] = 13,
                        ["args"] = new JsonArray(new JsonObject { ["index"] = 1, ["value"] = 10, ["op"] = "SCMP_CMP_EQ" }),
                    }),
            };
            var result = await container.Does("mkdir /tmp/x; hostname y; kill -USR1 1; kill -CONT 1 && grep -E '^Seccomp:' /proc/self/status").RunAsync();
            result.Succeeds().Prints("Seccomp:\t2").SaysLike("mkdir.*Operation not permitted").SaysLike("hostname.*Function not implemented").SaysLike("kill.*Permission denied");
        }
    }

    [Theory, MemberData(nameof(Runtimes))]
    public async Task Sysctls_of_a_namespace_are_set_and_others_refused(string runtime)
    {
        await using var container = await ContainerAsync(runtime);
        container.Linux["sysctl"] = new JsonObject { ["net.ipv4.ip_forward"] = "1", ["kernel.shmmni"] = "123" };
        (await container.Does("cat /proc/sys/net/ipv4/ip_forward /proc/sys/kernel/shmmni").RunAsync()).Succeeds().Prints("1\n123");
        Assert.NotEqual("123", (await container.ShellAsync("cat /proc/sys/kernel/shmmni")).Text);
        container.Linux["sysctl"] = new JsonObject { ["kernel.panic"] = "3" };
        var refused = await container.RunAsync();
        LifecycleTests.Failed(refused);
        refused.Says("kernel.panic");
    }

    [Theory, MemberData(nameof(Runtimes))]
    public async Task The_score_for_want_of_memory_is_set(string runtime)
    {
        await using var container = await ContainerAsync(runtime);
        container.Process["oomScoreAdj"] = 321;
        (await container.Does("cat /proc/self/oom_score_adj").RunAsync()).Succeeds().Prints("321");
    }

    [Theory, MemberData(nameof(Runtimes))]
    public async Task No_descriptor_and_no_ignored_signal_is_inherited(string runtime)
    {
        await using var container = await ContainerAsync(runtime);
        (await container.Runs("ls", "/proc/self/fd").RunAsync()).Succeeds().Prints("0\n1\n2\n3");
        (await container.Runs("grep", "-E", "SigIgn|SigBlk", "/proc/self/status").RunAsync())
            .Succeeds().Prints("SigBlk:\t0000000000000000\nSigIgn:\t0000000000000000");
    }
}
