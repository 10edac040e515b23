using Gantry.Cli.CommandLine;
using Gantry.Cli.Terminals;

namespace Gantry.Cli.Compose.Commands;

/// <summary>compose rm: containers that have stopped.</summary>
internal static class RmCommand
{
    private const string Help = "Removes stopped service containers\n\nBy default, anonymous volumes attached to containers will not be removed. You\ncan override this with -v. To list all volumes, use \"docker volume ls\".\n\nAny data which is not in a volume will be lost.";

    public static Command Define(OptionSet shared) => ComposeCommand.Define(
        shared,
        "rm [OPTIONS] [SERVICE...]",
        "Removes stopped service containers",
        0,
        Command.Any,
        RunAsync,
        static o =>
        {
            o.Add("force", 'f', "bool", "Don't ask to confirm removal");
            o.Add("stop", 's', "bool", "Stop the containers, if required, before removing");
            // Of old, without an effect.
            o.AddHidden("all", 'a', "bool");
            o.Add("volumes", 'v', "bool", "Remove any anonymous volumes attached to containers");
        },
        Help);

    private static async Task<int> RunAsync(ComposeCall call)
    {
        var target = await ComposeTarget.OpenAsync(call).ConfigureAwait(false);
        if (call.Flag("stop"))
        {
            await target.ServiceActions.StopAsync(target.Services, null).ConfigureAwait(false);
            if (!call.IsDryRun) target = await ComposeTarget.OpenAsync(call).ConfigureAwait(false);
        }

        var stopped = target.Meant.Where(container => !container.IsRunning).ToList();
        if (stopped.Count == 0)
        {
            call.Out.ErrorLine("No stopped containers");
            return 0;
        }

        var question = $"Going to remove {string.Join(", ", stopped.Select(container => container.Name))}";
        if (call.Flag("force")) call.Out.LineNow(question);
        else if (Prompt.Ask(call.Out, Terminal.InputIsTerminal ? $"? {question} [yN] " : question, "no").Trim().ToUpperInvariant() is not ("Y" or "YES")) return 0;
        await Task.WhenAll(stopped.Select(container => target.Actions.RemoveAsync(container, call.Flag("volumes")))).ConfigureAwait(false);
        return 0;
    }
}
