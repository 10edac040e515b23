namespace Gantry.SystemTests.Infrastructure;

/// <summary>The programs under test, as ./build.sh published them.</summary>
internal static class Programs
{
    public static string Repository { get; } = FindRepository();

    public static string Bin { get; } = Environment.GetEnvironmentVariable("GANTRY_TEST_BIN") ?? Path.Combine(Repository, "out", "bin");

    public static string Gantry { get; } = Path.Combine(Bin, "gantry");

    public static string Gantryd { get; } = Path.Combine(Bin, "gantryd");

    public static string Runtime { get; } = Path.Combine(Bin, "gantry-runtime");

    /// <summary>Where scripts/test-images.sh put what it made.</summary>
    public static string Cache { get; } = Environment.GetEnvironmentVariable("GANTRY_TEST_CACHE")
        ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache", "gantry-tests");

    /// <summary>Where a program is, also in the directories that only root searches.</summary>
    public static string? Find(string program) =>
        program.Contains('/', StringComparison.Ordinal) ? (File.Exists(program) ? program : null)
        : (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Append("/usr/sbin").Append("/sbin")
            .Select(d => Path.Combine(d, program)).FirstOrDefault(File.Exists);

    /// <summary>
    /// Copies an executable by cp(1): a descriptor of ours that is open for writing may be in a fork of another test just then,
    /// and execve(2) of the copy fails with ETXTBSY.
    /// </summary>
    public static void Copy(string program, string target)
    {
        using var copy = System.Diagnostics.Process.Start("cp", [program, target]);
        copy.WaitForExit();
        if (copy.ExitCode != 0) throw new CommandException($"cp {program} {target} failed");
    }

    private static string FindRepository()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "Gantry.slnx"))) directory = directory.Parent;
        return directory?.FullName ?? throw new InvalidOperationException($"no Gantry.slnx above {AppContext.BaseDirectory}");
    }
}
