using System.Globalization;
using Gantry.Cli.CommandLine;

namespace Gantry.Cli.Compose;

/// <summary>What the definitions of Compose's commands have in common.</summary>
internal static class ComposeCommand
{
    /// <param name="usage">With the name first.</param>
    public static Command Define(OptionSet shared, string usage, string summary, int minimum, int maximum, Func<ComposeCall, Task<int>> run, Action<OptionSet>? options = null, string? details = null, bool stopsAtFirst = false, string aliases = "")
    {
        var name = usage.Split(' ')[0];
        return new(name, usage, summary, 0, Command.Any, RunAsync)
        {
            Details = details,
            Aliases = aliases,
            StopsAtFirstArgument = stopsAtFirst,
            Options = set =>
            {
                set.Add("dry-run", null, "bool", "Execute command in dry run mode");
                options?.Invoke(set);
            },
        };

        async ValueTask<int> RunAsync(Invocation call)
        {
            if (CheckArguments(call, minimum, maximum) is { } wrong) throw new CommandLineException(wrong);
            return await run(new ComposeCall(call, shared)).ConfigureAwait(false);
        }
    }

    /// <summary>The sentence for a wrong number of arguments, which Compose says in fewer words than Docker; or null.</summary>
    private static string? CheckArguments(Invocation call, int minimum, int maximum)
    {
        var count = call.Arguments.Count;
        if (count < minimum) return string.Create(CultureInfo.InvariantCulture, $"requires at least {minimum} arg(s), only received {count}");
        if (maximum == Command.Any || count <= maximum) return null;
        return maximum == 0
            ? $"unknown command {OptionValues.Quote(call.Arguments[0])} for {OptionValues.Quote($"{call.Session.Program} {call.Path}")}"
            : string.Create(CultureInfo.InvariantCulture, $"accepts at most {maximum} arg(s), received {count}");
    }
}
