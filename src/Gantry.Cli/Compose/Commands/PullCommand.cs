using Gantry.Cli.CommandLine;
using Gantry.Compose.Running;
using Gantry.Spec;

namespace Gantry.Cli.Compose.Commands;

/// <summary>compose pull.</summary>
internal static class PullCommand
{
    public static Command Define(OptionSet shared) => ComposeCommand.Define(shared, "pull [OPTIONS] [SERVICE...]", "Pull service images", 0, Command.Any, RunAsync, static o =>
    {
        o.Add("ignore-buildable", null, "bool", "Ignore images that can be built");
        o.Add("ignore-pull-failures", null, "bool", "Pull what it can and ignores images with pull failures");
        o.Add("include-deps", null, "bool", "Also pull services declared as dependencies");
        o.Add("policy", null, "string", "Apply pull policy (\"missing\"|\"always\")");
        // Of old, without an effect.
        o.AddHidden("parallel", null, "bool");
        o.AddHidden("no-parallel", null, "bool");
        o.Add("quiet", 'q', "bool", "Pull without printing progress information");
    });

    private static async Task<int> RunAsync(ComposeCall call)
    {
        var project = call.Project(call.Arguments);
        var images = new ProjectImages(call.Client, call.Progress, new ComposeBuilder(call));
        if (call.Text("policy") == "missing") await images.FindAsync(project, CancellationToken.None).ConfigureAwait(false);
        var services = project.Services.Values
            .Where(service => service.Provider is null && (service.Image is not null || service.Build is null) && (call.Arguments.Count == 0 || call.Flag("include-deps") || call.Arguments.Contains(service.Name)))
            .Where(service => !(call.Flag("ignore-buildable") && service.Build is not null) && images.IdOf(project, service).Length == 0)
            .DistinctBy(service => service.Image);
        await ProjectImages.PullAsync(services, call.Parallel, service => PullAsync(call, images, project, service)).ConfigureAwait(false);
        return 0;
    }

    private static async Task PullAsync(ComposeCall call, ProjectImages images, Gantry.Compose.Model.ComposeProject project, Gantry.Compose.Model.ComposeService service)
    {
        try
        {
            await images.PullAsync(project, service, call.Flag("quiet"), mayFail: service.Build is not null, CancellationToken.None).ConfigureAwait(false);
        }
        catch (GantryException e) when (call.Flag("ignore-pull-failures"))
        {
            call.Warn(e.Message);
        }
    }
}
