using Gantry.Cli.CommandLine;
using Gantry.Compose.Model;
using Gantry.Compose.Running;

namespace Gantry.Cli.Compose.Commands;

/// <summary>compose push: images that are built here.</summary>
internal static class PushCommand
{
    public static Command Define(OptionSet shared) => ComposeCommand.Define(shared, "push [OPTIONS] [SERVICE...]", "Push service images", 0, Command.Any, RunAsync, static o =>
    {
        o.Add("ignore-push-failures", null, "bool", "Push what it can and ignores images with push failures");
        o.Add("include-deps", null, "bool", "Also push images of services declared as dependencies");
        o.Add("quiet", 'q', "bool", "Push without printing progress information");
    });

    /// <summary>Pushes the image of one service.</summary>
    public static async Task PushAsync(ComposeCall call, ComposeProject project, ComposeService service)
    {
        if (call.IsDryRun)
        {
            await call.Progress.ShowAsync($"Service {service.Name}", "Pushing", "Pushed", () => Task.CompletedTask).ConfigureAwait(false);
            return;
        }

        List<string> words = ["push", .. call.Flag("quiet") ? (string[])["-q"] : [], ContainerNames.ImageOf(project, service)];
        if (await Dispatcher.RunCommandAsync(words, call.Session).ConfigureAwait(false) is not 0 and var code) throw new CommandLineException("", code);
    }

    private static async Task<int> RunAsync(ComposeCall call)
    {
        var project = call.Project(call.Arguments);
        foreach (var service in project.Services.Values.Where(service => service is { Build: not null, Image: not null } && (call.Arguments.Count == 0 || call.Flag("include-deps") || call.Arguments.Contains(service.Name))))
        {
            try
            {
                await PushAsync(call, project, service).ConfigureAwait(false);
            }
            catch (Exception e) when (call.Flag("ignore-push-failures") && e is Gantry.Spec.GantryException or CommandLineException)
            {
                call.Warn(e.Message);
            }
        }

        return 0;
    }
}
