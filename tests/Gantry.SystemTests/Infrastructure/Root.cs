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
            if (Programs.Find(program) is null) return $"needs {program} (./test.sh installs it)";
        }

        return null;
    }
}
