using Gantry.SystemTests.Infrastructure;

namespace Gantry.SystemTests.Runtime;

/// <summary>
/// cgroup v2 with all its controllers, which few test machines have alone: a kernel of Debian's in qemu, which
/// scripts/test-kernel.sh fetches.
/// </summary>
public sealed class UnifiedCgroupTests
{
    [Fact]
    public async Task Limits_hold_on_a_machine_with_version_2_alone()
    {
        if (Programs.Find("qemu-system-x86_64") is null) Assert.Skip("qemu-system-x86_64 is not installed");
        var kernel = Path.Combine(Programs.Cache, "kernel");
        if (!File.Exists(Path.Combine(kernel, "vmlinuz"))) Assert.Skip("there is no kernel to boot: scripts/test-kernel.sh fetches one");
        var script = Path.Combine(Programs.Repository, "tests", "Gantry.SystemTests", "Runtime", "Unified", "boot.sh");
        var result = await Command.RunAsync("bash", [script, kernel, Programs.Runtime], timeout: TimeSpan.FromMinutes(11));
        // The console's first line may have the loader's own signs before it.
        var lines = result.Lines.Where(l => l.Contains("ok ", StringComparison.Ordinal) || l == "done").ToArray();
        Assert.DoesNotContain(lines, l => l.Contains("not ok", StringComparison.Ordinal));
        Assert.True(lines.Length > 55 && lines[^1] == "done", result.Out);
    }
}
