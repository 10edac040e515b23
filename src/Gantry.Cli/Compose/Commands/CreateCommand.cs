using Gantry.Cli.CommandLine;
using Gantry.Compose.Running;

namespace Gantry.Cli.Compose.Commands;

/// <summary>compose create.</summary>
internal static class CreateCommand
{
    public static Command Define(OptionSet shared) => ComposeCommand.Define(shared, "create [OPTIONS] [SERVICE...]", "Creates containers for a service", 0, Command.Any, RunAsync, static o =>
    {
        o.Add("build", null, "bool", "Build images before starting containers");
        o.Add("force-recreate", null, "bool", "Recreate containers even if their configuration and image haven't changed");
        o.Add("no-build", null, "bool", "Don't build an image, even if it's policy");
        o.Add("no-recreate", null, "bool", "If containers already exist, don't recreate them. Incompatible with --force-recreate.");
        o.Add("pull", null, "string", "Pull image before running (\"always\"|\"missing\"|\"never\"|\"build\")", "policy");
        o.Add("quiet-build", null, "bool", "Suppress the build output");
        o.Add("quiet-pull", null, "bool", "Pull without printing progress information");
        o.Add("remove-orphans", null, "bool", "Remove containers for services not defined in the Compose file");
        o.Add("scale", null, "stringArray", "Scale SERVICE to NUM instances. Overrides the scale setting in the Compose file if present.");
        o.Add("yes", 'y', "bool", "Assume \"yes\" as answer to all prompts and run non-interactively");
    });

    private static async Task<int> RunAsync(ComposeCall call)
    {
        var project = ProjectChoice.Scaled(call.Project(call.Arguments), call.List("scale"));
        using var held = await ProjectLock.TakeAsync($"{call.Client.Address}", project.Name, call.Warn, CancellationToken.None).ConfigureAwait(false);
        await new ProjectRunner(call.Engine(project.Name), project, ComposeBuilder.Beside(call), call.Progress, call.Warn)
            .CreateAsync(UpRequest.From(call), CancellationToken.None).ConfigureAwait(false);
        return 0;
    }
}
