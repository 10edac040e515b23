namespace Gantry.SystemTests.Infrastructure;

/// <summary>What the machine must give for a privileged test.</summary>
internal static class Root
{
    /// <summary>Skips with the reason where it is missing; fails instead when GANTRY_TEST_ROOT=1 asks for it.</summary>
    public static void Require(params ReadOnlySpan<string> programs)
    {
        if (Missing(programs) is not { } reason) return;
        if (Environment.GetEnvironmentVariable("GANTRY_TEST_ROOT") == "1") Assert.Fail(reason);
        Assert.Skip(reason);
    }

    private static string? Missing(ReadOnlySpan<string> programs)
    {
        if (Environment.UserName != "root") return "needs root";
        foreach (var program in programs)
        {
            if (Find(program) is null) return $"needs {program} (./test.sh installs it)";
        }

        return null;
    }

    public static string? Find(string program) =>
        program.Contains('/', StringComparison.Ordinal) ? (File.Exists(program) ? program : null)
        : (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Append("/usr/sbin").Append("/sbin")
            .Select(d => Path.Combine(d, program)).FirstOrDefault(File.Exists);
}
