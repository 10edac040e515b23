using Gantry.Cli.CommandLine;

namespace Gantry.Cli.Compose.Commands;

/// <summary>compose pause.</summary>
internal static class PauseCommand
{
    public static Command Define(OptionSet shared) => ComposeCommand.Define(shared, "pause [SERVICE...]", "Pause services", 0, Command.Any, RunAsync);

    private static async Task<int> RunAsync(ComposeCall call)
    {
        var target = await ComposeTarget.OpenAsync(call, all: false).ConfigureAwait(false);
        await Task.WhenAll(target.Meant.Select(target.Actions.PauseAsync)).ConfigureAwait(false);
        return 0;
    }
}

/// <summary>compose unpause.</summary>
internal static class UnpauseCommand
{
    public static Command Define(OptionSet shared) => ComposeCommand.Define(shared, "unpause [SERVICE...]", "Unpause services", 0, Command.Any, RunAsync);

    private static async Task<int> RunAsync(ComposeCall call)
    {
        var target = await ComposeTarget.OpenAsync(call, all: false).ConfigureAwait(false);
        await Task.WhenAll(target.Meant.Select(target.Actions.UnpauseAsync)).ConfigureAwait(false);
        return 0;
    }
}
