namespace Gantry.SystemTests.Infrastructure;

/// <summary>How a command ended; the checks return it, so that they chain, and say everything when they fail.</summary>
public sealed record CommandResult(string Command, int ExitCode, string Out, string Error)
{
    /// <summary>The output without its last line ends.</summary>
    public string Text => Out.TrimEnd('\r', '\n');

    public string[] Lines => Text.Length == 0 ? [] : Text.Split('\n').Select(l => l.TrimEnd('\r')).ToArray();

    public CommandResult Exits(int code) => Check(ExitCode == code, $"exit code {code}");

    public CommandResult ExitsWithOneOf(params int[] codes) => Check(codes.Contains(ExitCode), "exit code " + string.Join(" or ", codes));

    /// <summary>On either stream: Docker writes a failed exec to the output.</summary>
    public CommandResult SaysSomewhere(string part) =>
        Check((Out + Error).Contains(part, StringComparison.OrdinalIgnoreCase), $"\"{part}\" on either stream");

    public CommandResult SaysNowhere(string part) =>
        Check(!(Out + Error).Contains(part, StringComparison.OrdinalIgnoreCase), $"\"{part}\" on neither stream");

    public CommandResult Fails() => Check(ExitCode != 0, "a failure");

    public CommandResult Succeeds() => Exits(0);

    public CommandResult Prints(string text) => Check(Text == text, $"output \"{text}\"");

    public CommandResult Contains(string part) => Check(Out.Contains(part, StringComparison.Ordinal), $"output with \"{part}\"");

    public CommandResult Lacks(string part) => Check(!Out.Contains(part, StringComparison.Ordinal), $"output without \"{part}\"");

    public CommandResult Matches(string pattern) =>
        Check(System.Text.RegularExpressions.Regex.IsMatch(Text, pattern), $"output like /{pattern}/");

    public CommandResult Says(string part) =>
        Check(Error.Contains(part, StringComparison.OrdinalIgnoreCase), $"an error with \"{part}\"");

    public CommandResult SaysLike(string pattern) =>
        Check(System.Text.RegularExpressions.Regex.IsMatch(Error, pattern, System.Text.RegularExpressions.RegexOptions.IgnoreCase), $"an error like /{pattern}/");

    private CommandResult Check(bool holds, string wanted) =>
        holds ? this : throw new CommandException($"{Command}\nwanted {wanted}\nexit code {ExitCode}\nstdout: {Out}\nstderr: {Error}");
}
