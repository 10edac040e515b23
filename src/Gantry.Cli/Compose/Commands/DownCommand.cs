using Gantry.Cli.CommandLine;
using Gantry.Compose;
using Gantry.Compose.Running;

namespace Gantry.Cli.Compose.Commands;

/// <summary>compose down.</summary>
internal static class DownCommand
{
    public static Command Define(OptionSet shared) => ComposeCommand.Define(shared, "down [OPTIONS] [SERVICES]", "Stop and remove containers, networks", 0, Command.Any, RunAsync, static o =>
    {
        o.Add("remove-orphans", null, "bool", "Remove containers for services not defined in the Compose file");
        o.Add("rmi", null, "string", "Remove images used by services. \"local\" remove only images that don't have a custom tag (\"local\"|\"all\")");
        o.Add("timeout", 't', "int", "Specify a shutdown timeout in seconds", "0");
        o.AddHidden("volume", null, "bool");
        o.Add("volumes", 'v', "bool", "Remove named volumes declared in the \"volumes\" section of the Compose file and anonymous volumes attached to containers");
    });

    private static async Task<int> RunAsync(ComposeCall call)
    {
        if (call.Text("rmi") is not ("" or "all" or "local")) throw new CommandLineException($"invalid value for --rmi: {OptionValues.Quote(call.Text("rmi"))}");
        var project = call.TryProject();
        var unknown = project is null ? null : call.Arguments.FirstOrDefault(name => project.AllServices.All(service => service.Name != name));
        if (unknown is not null) throw new ComposeException($"no such service: {unknown}");
        var name = project?.Name ?? call.ProjectName();
        using var held = await ProjectLock.TakeAsync($"{call.Client.Address}", name, call.Warn, CancellationToken.None).ConfigureAwait(false);
        await new ProjectRemoval(call.Engine(name), project, call.Progress, call.Warn).RunAsync(
            new()
            {
                Services = call.Arguments,
                RemoveOrphans = call.RemovesOrphans(project),
                RemoveVolumes = call.Flag("volumes") || call.Flag("volume"),
                RemoveImages = call.Text("rmi"),
                StopTimeout = call.Timeout,
            },
            CancellationToken.None).ConfigureAwait(false);
        return 0;
    }
}
