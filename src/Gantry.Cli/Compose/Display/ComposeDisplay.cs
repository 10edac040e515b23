using Gantry.Cli.CommandLine;
using Gantry.Cli.Terminals;
using Gantry.Compose.Running;

namespace Gantry.Cli.Compose.Display;

/// <summary>How it is shown what happens to a project.</summary>
internal static class ComposeDisplay
{
    /// <param name="progress">auto, tty, plain or quiet.</param>
    /// <param name="ansi">never, always or auto.</param>
    public static IComposeProgress Create(Output output, string progress, string ansi) => progress switch
    {
        "quiet" => new NoProgress(),
        "plain" => new PlainProgress(output),
        "tty" => new TerminalProgress(output),
        "auto" or "" => Terminal.ErrorIsTerminal && ansi != "never" ? new TerminalProgress(output) : new PlainProgress(output),
        _ => throw new CommandLineException($"unsupported --progress value {OptionValues.Quote(progress)}"),
    };
}
