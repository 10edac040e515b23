using Gantry.Engine.Bundles;
using Gantry.Spec;
using Gantry.Spec.Engine;

namespace Gantry.Tests.Engine;

public sealed class LimitsChangeTests
{
    [Fact]
    public void What_is_not_asked_for_stays()
    {
        var before = new HostConfig { Memory = 64 << 20, MemorySwap = 128 << 20, CpuShares = 5, PidsLimit = 7, RestartPolicy = new() { Name = "always" } };
        var change = new LimitsChange(new HostConfig { CpuShares = 9 });
        var after = change.ApplyTo(before);
        Assert.Equal((64 << 20, 128 << 20, 9, 7L, "always"), (after.Memory, after.MemorySwap, after.CpuShares, after.PidsLimit, after.RestartPolicy.Name));
        var resources = change.ResourcesOf(after)!;
        Assert.Equal(9UL, resources.Cpu!.Shares);
        Assert.Null(resources.Memory);
    }

    [Fact]
    public void A_new_policy_alone_asks_nothing_of_the_cgroup() =>
        Assert.Null(new LimitsChange(new HostConfig { RestartPolicy = new() { Name = "always" } }).ResourcesOf(new HostConfig()));

    [Fact]
    public void Memory_goes_with_its_swap()
    {
        var change = new LimitsChange(new HostConfig { Memory = 32 << 20 });
        var memory = change.ResourcesOf(change.ApplyTo(new HostConfig { Memory = 16 << 20, MemorySwap = 32 << 20 }))!.Memory!;
        Assert.Equal((32L << 20, 32L << 20), (memory.Limit, memory.Swap));
    }

    [Theory]
    [InlineData(64, 0, 0, "memoryswap")]
    [InlineData(0, 1, 0, "Nano CPUs")]
    [InlineData(0, 0, 1, null)]
    public void What_does_not_go_together_is_refused(int memory, int nanoCpus, int period, string? part)
    {
        var change = new LimitsChange(new HostConfig { Memory = (long)memory << 20, NanoCpus = nanoCpus, CpuPeriod = period });
        var before = new HostConfig { Memory = 16 << 20, MemorySwap = 32 << 20, CpuPeriod = 100_000 };
        if (part is null) change.ApplyTo(before);
        else Assert.Contains(part, Assert.Throws<ConflictException>(() => change.ApplyTo(before)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_container_that_goes_when_it_ends_is_not_restarted() =>
        Assert.Throws<ConflictException>(() => new LimitsChange(new HostConfig { RestartPolicy = new() { Name = "always" } }).ApplyTo(new HostConfig { AutoRemove = true }));
}
