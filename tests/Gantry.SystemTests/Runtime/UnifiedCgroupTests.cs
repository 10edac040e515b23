using Gantry.SystemTests.Infrastructure;

namespace Gantry.SystemTests.Runtime;

/// <summary>
/// cgroup v2 with all its controllers, which few test machines have alone: a kernel of Debian's in qemu. It takes
/// qemu-system-x86 and linux-image-cloud-amd64, or GANTRY_TEST_KERNEL and GANTRY_TEST_MODULES that name them elsewhere.
/// </summary>
public sealed class UnifiedCgroupTests
{
    [Fact]
    public async Task Limits_hold_on_a_machine_with_version_2_alone()
    {
        if (Programs.Find("qemu-system-x86_64") is null) Assert.Skip("qemu-system-x86_64 is not installed");
        var kernel = Environment.GetEnvironmentVariable("GANTRY_TEST_KERNEL")
            ?? (Directory.Exists("/boot") ? Directory.EnumerateFiles("/boot", "vmlinuz-*-cloud-amd64").Order(StringComparer.Ordinal).LastOrDefault() : null);
        if (kernel is null) Assert.Skip("no kernel to boot: linux-image-cloud-amd64 is not installed");
        var modules = Environment.GetEnvironmentVariable("GANTRY_TEST_MODULES") ?? $"/lib/modules/{Path.GetFileName(kernel)["vmlinuz-".Length..]}";
        var script = Path.Combine(Programs.Repository, "tests", "Gantry.SystemTests", "Runtime", "Unified", "boot.sh");
        var result = await Command.RunAsync("bash", [script, kernel, Programs.Runtime, .. Directory.Exists(modules) ? (string[])[modules] : []], timeout: TimeSpan.FromMinutes(5));
        // The console's first line may have the loader's own signs before it.
        var lines = result.Lines.Where(l => l.Contains("ok ", StringComparison.Ordinal) || l == "done").ToArray();
        Assert.DoesNotContain(lines, l => l.Contains("not ok", StringComparison.Ordinal));
        Assert.True(lines.Length > 30 && lines[^1] == "done", result.Out);
    }
}
