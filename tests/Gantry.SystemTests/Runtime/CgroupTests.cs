using System.Text.Json.Nodes;

namespace Gantry.SystemTests.Runtime;

/// <summary>linux.resources, as the files of the control groups show them.</summary>
public sealed class CgroupTests(RuntimeWorld world) : RuntimeSuite(world)
{
    [Theory, MemberData(nameof(Runtimes))]
    public async Task Limits_are_in_the_files(string runtime)
    {
        await using var container = await ContainerAsync(runtime);
        container.Linux["resources"] = JsonNode.Parse("""
            {
              "devices": [{ "allow": false, "access": "rwm" }],
              "memory": { "limit": 67108864, "reservation": 33554432 },
              "cpu": { "shares": 512, "quota": 50000, "period": 100000, "cpus": "0", "mems": "0" },
              "pids": { "limit": 42 }
            }
            """);
        await container.Stays().BeginAsync();
        if (Directory.Exists("/sys/fs/cgroup/memory"))
        {
            foreach (var (controller, file, value) in new[]
            {
                ("memory", "memory.limit_in_bytes", "67108864"), ("memory", "memory.soft_limit_in_bytes", "33554432"), ("cpu", "cpu.shares", "512"),
                ("cpu", "cpu.cfs_quota_us", "50000"), ("cpu", "cpu.cfs_period_us", "100000"), ("cpuset", "cpuset.cpus", "0"), ("cpuset", "cpuset.mems", "0"),
                ("pids", "pids.max", "42"),
            })
            {
                Assert.Equal((file, value), (file, await container.CgroupFileAsync(controller, file)));
            }
        }
        else
        {
            foreach (var (file, value) in new[]
            {
                ("memory.max", "67108864"), ("memory.low", "33554432"), ("cpu.max", "50000 100000"), ("cpuset.cpus", "0"), ("pids.max", "42"),
            })
            {
                Assert.Equal((file, value), (file, await container.CgroupFileAsync("", file)));
            }
        }
    }

    [Theory, MemberData(nameof(Runtimes))]
    public async Task Every_process_is_in_every_hierarchy(string runtime)
    {
        await using var container = await ContainerAsync(runtime);
        await container.Runs("sleep", "300").BeginAsync();
        var pid = (await container.StateAsync()).GetProperty("pid").GetInt32();
        var lines = (await container.ShellAsync($"cat /proc/{pid}/cgroup")).Succeeds().Lines;
        Assert.All(lines.Where(l => !l.StartsWith("0::", StringComparison.Ordinal) && !l.Contains("name=", StringComparison.Ordinal)), l => Assert.EndsWith(container.CgroupsPath, l, StringComparison.Ordinal));
        (await container.DetachedAsync("exec", "--detach", container.Id, "sleep", "300")).Succeeds();
        var members = (await container.ShellAsync($"cat /sys/fs/cgroup/pids{container.CgroupsPath}/cgroup.procs /sys/fs/cgroup{container.CgroupsPath}/cgroup.procs 2>/dev/null")).Lines;
        var listed = (await container.CallAsync("ps", "--format", "json", container.Id)).Succeeds().Text;
        Assert.All(members, m => Assert.Contains(m, listed, StringComparison.Ordinal));
        Assert.True(members.Length >= 2);
    }

    [Theory, MemberData(nameof(Runtimes))]
    public async Task A_fork_above_the_limit_fails(string runtime)
    {
        await using var container = await ContainerAsync(runtime);
        container.Linux["resources"]!["pids"] = new JsonObject { ["limit"] = 5 };
        (await container.Does("for i in 1 2 3 4 5 6 7 8; do sleep 1 & done; wait").RunAsync()).Says("fork");
    }

    [Theory, MemberData(nameof(Runtimes))]
    public async Task A_limit_that_cannot_be_is_refused_and_leaves_nothing(string runtime)
    {
        await using var container = await ContainerAsync(runtime);
        container.Linux["resources"]!["cpu"] = new JsonObject { ["cpus"] = "4000" };
        LifecycleTests.Failed(await container.Runs("true").RunAsync());
        LifecycleTests.Failed(await container.CallAsync("state", container.Id));
        if (runtime == Ours) (await container.ShellAsync($"ls -d /sys/fs/cgroup/*{container.CgroupsPath}")).ExitsWithOneOf(1, 2);
    }

    [Fact]
    public async Task A_controller_that_the_machine_lacks_is_named()
    {
        Assert.SkipWhen(Directory.Exists("/sys/fs/cgroup/net_cls") || Directory.Exists("/sys/fs/cgroup/net_cls,net_prio"), "this machine has net_cls");
        await using var container = await ContainerAsync(Ours);
        container.Linux["resources"] = new JsonObject { ["network"] = new JsonObject { ["classID"] = 7 } };
        var result = await container.Runs("true").RunAsync();
        LifecycleTests.Failed(result);
        result.Says("controller net_cls");
        Assert.Single(result.Error.TrimEnd().Split('\n'));
    }
}
