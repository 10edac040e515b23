using Gantry.Cli.CommandLine;
using Gantry.Cli.Definitions;

namespace Gantry.Cli.Compose.Commands;

/// <summary>compose stats.</summary>
internal static class StatsCommand
{
    public static Command Define(OptionSet shared) => ComposeCommand.Define(shared, "stats [OPTIONS] [SERVICE]", "Display a live stream of container(s) resource usage statistics", 0, Command.Any, RunAsync, static o =>
    {
        o.Add("all", 'a', "bool", "Show all containers (default shows just running)");
        o.Add("format", null, "string", FormatHelp.Text);
        o.Add("no-stream", null, "bool", "Disable streaming stats and only pull the first result");
        o.Add("no-trunc", null, "bool", "Do not truncate output");
    });

    private static async Task<int> RunAsync(ComposeCall call)
    {
        var target = await ComposeTarget.OpenAsync(call).ConfigureAwait(false);
        var (engine, all) = (target.Engine, call.Flag("all"));
        return await Cli.Commands.StatsCommand.RunAsync(PlainCommand.From(call, ContainerDefinitions.Stats(), []), NamesAsync).ConfigureAwait(false);

        async ValueTask<IReadOnlyList<string>> NamesAsync() =>
            [.. (await engine.ListAsync(all, services: call.Arguments).ConfigureAwait(false)).Select(container => container.Id)];
    }
}
