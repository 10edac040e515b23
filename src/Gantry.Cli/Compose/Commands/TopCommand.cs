using Gantry.Cli.CommandLine;
using Gantry.Cli.Lists;

namespace Gantry.Cli.Compose.Commands;

/// <summary>compose top: the processes of each container.</summary>
internal static class TopCommand
{
    public static Command Define(OptionSet shared) => ComposeCommand.Define(shared, "top [SERVICES...]", "Display the running processes", 0, Command.Any, RunAsync);

    private static async Task<int> RunAsync(ComposeCall call)
    {
        var target = await ComposeTarget.OpenByNameAsync(call, all: false).ConfigureAwait(false);
        foreach (var container in target.Meant.OrderBy(container => container.Name, StringComparer.Ordinal))
        {
            var table = await target.Engine.Client.GetAsync($"/containers/{container.Id}/top").ConfigureAwait(false);
            // Each cell of a process ends in a tab: the last column is as wide as its longest cell, too.
            var rows = table.List("Processes").Select(row => string.Concat(row.Texts().Select(cell => cell + "\t")));
            call.Out.Write($"{container.Name}\n{TabWriter.Align([string.Join('\t', table.Texts("Titles")), .. rows], minimum: 5)}\n");
        }

        return 0;
    }
}
