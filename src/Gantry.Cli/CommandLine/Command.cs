using Gantry.Cli.CommandLine;

namespace Gantry.Cli;

/// <summary>One command as its user sees it. Its options are built only when it is the one invoked.</summary>
internal sealed class Command(string name, string usage, string summary, int minimum, int maximum, Func<Invocation, ValueTask<int>> run)
{
    public const int Any = -1;

    public string Name => name;

    public string Usage => usage;

    /// <summary>Another way to call it.</summary>
    public string? OtherUsage { get; init; }

    public string Summary => summary;

    /// <summary>What the command's own help says, where that is more than the summary.</summary>
    public string? Details { get; init; }

    public string Aliases { get; init; } = "";

    /// <summary>What follows the first argument belongs to the container's command, options included.</summary>
    public bool StopsAtFirstArgument { get; init; }

    public Action<OptionSet>? Options { get; init; }

    public Func<Invocation, ValueTask<int>> Run => run;

    /// <summary>The sentence for a wrong number of arguments, or null.</summary>
    public string? CheckArguments(int count, out string verb)
    {
        verb = minimum >= 1 && maximum == Any ? "See" : "Run";
        if (count >= minimum && (maximum == Any || count <= maximum)) return null;
        return (minimum, maximum) switch
        {
            (0, 0) => "accepts no arguments",
            (_, Any) => $"requires at least {minimum} {Plural(minimum)}",
            _ when minimum == maximum => $"requires {minimum} {Plural(minimum)}",
            (0, _) => $"requires at most {maximum} {Plural(maximum)}",
            _ => $"requires at least {minimum} and at most {maximum} {Plural(maximum)}",
        };
    }

    private static string Plural(int count) => count == 1 ? "argument" : "arguments";
}
