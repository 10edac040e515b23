using Gantry.SystemTests.Infrastructure;

namespace Gantry.SystemTests.Runtime;

/// <summary>cgroup v2 with all its controllers, which few test machines have alone.</summary>
public sealed class UnifiedCgroupTests
{
    [Fact]
    public async Task Limits_hold_on_a_machine_with_version_2_alone() =>
        Assert.True((await VirtualMachine.RunAsync("Runtime/Unified", 1024, Programs.Runtime)).Length > 54);
}
