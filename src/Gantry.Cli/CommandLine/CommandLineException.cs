namespace Gantry.Cli.CommandLine;

/// <summary>A failure with the words for standard error and the exit code; an empty message prints nothing.</summary>
internal sealed class CommandLineException(string message, int exitCode = 1) : Exception(message)
{
    public int ExitCode => exitCode;
}
