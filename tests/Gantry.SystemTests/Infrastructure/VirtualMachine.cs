namespace Gantry.SystemTests.Infrastructure;

/// <summary>A kernel of Debian's in qemu, which scripts/test-kernel.sh fetches, for what the machine's own kernel may not have.</summary>
public static class VirtualMachine
{
    /// <summary>Runs a directory's guest.sh there and gives its verdicts: all of them are good, or this fails.</summary>
    /// <param name="guest">The directory, beneath tests/Gantry.SystemTests.</param>
    /// <param name="megabytes">Of memory, which holds the files too.</param>
    /// <param name="programs">By path, or by a name that is in PATH.</param>
    public static async Task<string[]> RunAsync(string guest, int megabytes, params string[] programs)
    {
        if (Programs.Find("qemu-system-x86_64") is null) Assert.Skip("qemu-system-x86_64 is not installed");
        var kernel = Path.Combine(Programs.Cache, "kernel");
        if (!File.Exists(Path.Combine(kernel, "vmlinuz"))) Assert.Skip("there is no kernel to boot: scripts/test-kernel.sh fetches one");
        var tests = Path.Combine(Programs.Repository, "tests", "Gantry.SystemTests");
        string[] arguments =
        [
            Path.Combine(tests, "Infrastructure", "boot.sh"), kernel, Path.Combine(tests, guest), $"{megabytes}",
            .. programs.Select(program => Programs.Find(program) ?? program),
        ];
        var result = await Command.RunAsync("bash", arguments, timeout: TimeSpan.FromMinutes(11));
        // The console's first line may have the loader's own signs before it.
        var lines = result.Lines.Where(l => l.Contains("ok ", StringComparison.Ordinal) || l == "done").ToArray();
        Assert.DoesNotContain(lines, l => l.Contains("not ok", StringComparison.Ordinal));
        Assert.True(lines is [.., "done"], result.Out);
        return lines[..^1];
    }
}
