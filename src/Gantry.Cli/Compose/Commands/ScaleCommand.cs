using Gantry.Cli.CommandLine;
using Gantry.Compose.Loading;
using Gantry.Compose.Running;

namespace Gantry.Cli.Compose.Commands;

/// <summary>compose scale.</summary>
internal static class ScaleCommand
{
    public static Command Define(OptionSet shared) => ComposeCommand.Define(shared, "scale [SERVICE=REPLICAS...]", "Scale services", 1, Command.Any, RunAsync, static o => o.Add("no-deps", null, "bool", "Don't start linked services"));

    private static async Task<int> RunAsync(ComposeCall call)
    {
        string[] names = [.. call.Arguments.Select(text => text.Split('=', 2)[0])];
        var project = ProjectChoice.Scaled(call.Project(names), call.Arguments);
        project = call.Flag("no-deps") ? project.WithServices(names, includesDependencies: false) : project;
        using var held = await ProjectLock.TakeAsync($"{call.Client.Address}", project.Name, call.Warn, CancellationToken.None).ConfigureAwait(false);
        var runner = new ProjectRunner(call.Engine(project.Name), project, new ComposeBuilder(call), call.Progress, call.Warn);
        await runner.CreateAsync(new() { Services = names }, CancellationToken.None).ConfigureAwait(false);
        await runner.StartAsync(isQuiet: false, CancellationToken.None).ConfigureAwait(false);
        return 0;
    }
}
