using Gantry.Cli.CommandLine;
using Gantry.Cli.Terminals;
using Gantry.Compose.Running;

namespace Gantry.Cli.Compose.Display;

/// <summary>How it is shown what happens to a project.</summary>
internal static class ComposeDisplay
{
    /// <param name="progress">auto, tty, plain or quiet.</param>
    /// <param name="ansi">never, always or auto.</param>
    /// <param name="isOnOutput">Lines go to standard output.</param>
    public static IComposeProgress Create(Output output, string progress, string ansi, bool isOnOutput)
    {
        return progress switch
        {
            "quiet" => new NoProgress(),
            "plain" => Plain(),
            "tty" => new TerminalProgress(output),
            "auto" or "" => Terminal.ErrorIsTerminal && ansi != "never" ? new TerminalProgress(output) : Plain(),
            _ => throw new CommandLineException($"unsupported --progress value {OptionValues.Quote(progress)}"),
        };

        PlainProgress Plain() => new(isOnOutput ? output.LineNow : output.ErrorLine);
    }
}
