using Gantry.SystemTests.Infrastructure;

namespace Gantry.SystemTests.Scenarios;

/// <summary>Limits and restart policies of containers that exist.</summary>
public sealed class UpdateScenarios(World world) : ScenarioSuite(world)
{
    [Theory, MemberData(nameof(Way.All), MemberType = typeof(Way))]
    public Task Limits_change_while_a_container_runs(string way) => Play(way, async stage =>
    {
        var name = stage.Name();
        (await stage.Run($"run -d --name {name} -m 64m --network none busybox sleep 1000")).Succeeds();
        (await stage.Run($"update -m 32m --memory-swap 64m --pids-limit 50 --restart always {name}")).Prints(name);
        (await stage.Run($"inspect -f '{{{{.HostConfig.Memory}}}} {{{{.HostConfig.MemorySwap}}}} {{{{.HostConfig.PidsLimit}}}} {{{{.HostConfig.RestartPolicy.Name}}}}' {name}")).Prints($"{32 << 20} {64 << 20} 50 always");
        (await stage.Run($"exec {name} sh -c 'cat /sys/fs/cgroup/pids/pids.max /sys/fs/cgroup/pids.max 2>/dev/null'")).SaysSomewhere("50");
        (await stage.Run($"update -m 500m {name}")).Exits(1).Says("memoryswap");
        (await stage.Run($"update --restart sometimes {name}")).Exits(1).Says("restart policy");
        (await stage.Run($"update {name}")).Exits(1).Says("one or more flags");
        (await stage.Run($"update --restart no {name} nothing-here")).Exits(1).Says("no such container");
        (await stage.Run($"inspect -f '{{{{.HostConfig.Memory}}}} {{{{.HostConfig.RestartPolicy.Name}}}}' {name}")).Prints($"{32 << 20} no");
    });

    [Theory, MemberData(nameof(Way.All), MemberType = typeof(Way))]
    public Task A_container_that_does_not_run_starts_with_its_new_limits(string way) => Play(way, async stage =>
    {
        var name = stage.Name();
        (await stage.Run($"create --name {name} --network none busybox sh -c 'cat /sys/fs/cgroup/pids/pids.max /sys/fs/cgroup/pids.max 2>/dev/null'")).Succeeds();
        (await stage.Run($"update --pids-limit 40 {name}")).Prints(name);
        (await stage.Run($"start -a {name}")).SaysSomewhere("40");
    });
}
