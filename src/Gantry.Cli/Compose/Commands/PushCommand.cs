using Gantry.Cli.CommandLine;
using Gantry.Cli.Hosts;
using Gantry.Compose.Running;

namespace Gantry.Cli.Compose.Commands;

/// <summary>compose push: images that are built here.</summary>
internal static class PushCommand
{
    public static Command Define(OptionSet shared) => new("push", "push [OPTIONS] [SERVICE...]", "Push service images", 0, Command.Any, call => RunAsync(new ComposeCall(call, shared).RefusingDryRun()))
    {
        Options = static o =>
        {
            o.Add("ignore-push-failures", null, "bool", "Push what it can and ignores images with push failures");
            o.Add("include-deps", null, "bool", "Also push images of services declared as dependencies");
            o.Add("quiet", 'q', "bool", "Push without printing progress information");
        },
    };

    public static async Task PushAsync(Session session, string image, bool isQuiet)
    {
        if (await Dispatcher.RunCommandAsync(["push", .. isQuiet ? (string[])["-q"] : [], image], session).ConfigureAwait(false) is not 0 and var code) throw new CommandLineException("", code);
    }

    private static async ValueTask<int> RunAsync(ComposeCall call)
    {
        var project = call.Project(call.Arguments);
        foreach (var service in project.Services.Values.Where(service => service is { Build: not null, Image: not null } && (call.Arguments.Count == 0 || call.Flag("include-deps") || call.Arguments.Contains(service.Name))))
        {
            try
            {
                await PushAsync(call.Session, ContainerNames.ImageOf(project, service), call.Flag("quiet")).ConfigureAwait(false);
            }
            catch (Exception e) when (call.Flag("ignore-push-failures") && e is Gantry.Spec.GantryException or CommandLineException)
            {
                call.Warn(e.Message);
            }
        }

        return 0;
    }
}
