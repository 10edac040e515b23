using Gantry.Cli.CommandLine;

namespace Gantry.Cli.Compose;

/// <summary>What the definitions of Compose's commands have in common.</summary>
internal static class ComposeCommand
{
    /// <param name="usage">With the name first.</param>
    public static Command Define(OptionSet shared, string usage, string summary, int minimum, int maximum, Func<ComposeCall, Task<int>> run, Action<OptionSet>? options = null, string? details = null, bool stopsAtFirst = false)
    {
        var name = usage.Split(' ')[0];
        return new(name, usage, summary, minimum, maximum, async call => await run(new ComposeCall(call, shared)).ConfigureAwait(false))
        {
            Details = details,
            StopsAtFirstArgument = stopsAtFirst,
            Options = set =>
            {
                set.Add("dry-run", null, "bool", "Execute command in dry run mode");
                options?.Invoke(set);
            },
        };
    }
}
