namespace Gantry.Cli.Run;

/// <summary>The shell's codes for a command that is missing or cannot be executed, told from the daemon's words as Docker's CLI does.</summary>
internal static class StartFailure
{
    public static int ExitCode(string message) =>
        message.Contains("executable file not found", StringComparison.Ordinal)
        || message.Contains("no such file or directory", StringComparison.Ordinal)
        || message.Contains("system cannot find the file specified", StringComparison.Ordinal) ? 127
        : message.Contains("permission denied", StringComparison.Ordinal) || message.Contains("is a directory", StringComparison.Ordinal) ? 126
        : 125;
}
