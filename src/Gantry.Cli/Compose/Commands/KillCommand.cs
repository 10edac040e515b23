using Gantry.Cli.CommandLine;

namespace Gantry.Cli.Compose.Commands;

/// <summary>compose kill.</summary>
internal static class KillCommand
{
    public static Command Define(OptionSet shared) => ComposeCommand.Define(shared, "kill [OPTIONS] [SERVICE...]", "Force stop service containers", 0, Command.Any, RunAsync, static o =>
    {
        o.Add("remove-orphans", null, "bool", "Remove containers for services not defined in the Compose file");
        o.Add("signal", 's', "string", "SIGNAL to send to the container", "SIGKILL");
    });

    private static async Task<int> RunAsync(ComposeCall call)
    {
        var target = await ComposeTarget.OpenAsync(call).ConfigureAwait(false);
        // Without a file nobody can say which service is one too many.
        var orphans = call.Flag("remove-orphans") && target.Project is { } project
            ? target.Containers.Where(container => !project.AllServices.Any(service => service.Name == container.Service)).ToList()
            : [];
        var running = target.Meant.Where(container => container.IsRunning).Except(orphans).ToList();
        if (running.Count == 0 && orphans.Count == 0)
        {
            call.Out.ErrorLine("no container to kill");
            return 0;
        }

        await Task.WhenAll([
            .. running.Select(container => target.Actions.KillAsync(container, call.Text("signal"))),
            .. orphans.Select(container => target.Actions.RemoveAsync(container, volumes: false)),
        ]).ConfigureAwait(false);
        return 0;
    }
}
