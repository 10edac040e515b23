using Gantry.Cli.CommandLine;
using Gantry.Compose.Running;

namespace Gantry.Cli.Compose.Commands;

/// <summary>compose build.</summary>
internal static class BuildCommand
{
    public static Command Define(OptionSet shared) => new("build", "build [OPTIONS] [SERVICE...]", "Build or rebuild services", 0, Command.Any, call => RunAsync(new ComposeCall(call, shared).RefusingDryRun()))
    {
        Options = static o =>
        {
            o.Add("build-arg", null, "stringArray", "Set build-time variables for services");
            o.Add("memory", 'm', "bytes", "Set memory limit for the build container. Not supported by BuildKit.", "0");
            o.Add("no-cache", null, "bool", "Do not use cache when building the image");
            o.Add("pull", null, "bool", "Always attempt to pull a newer version of the image");
            o.Add("push", null, "bool", "Push service images");
            o.Add("quiet", 'q', "bool", "Don't print anything to STDOUT");
            o.Add("ssh", null, "string", "Set SSH authentications used when building service images. (use 'default' for using your default SSH Agent)");
            o.Add("with-dependencies", null, "bool", "Also build dependencies (transitively)");
        },
    };

    private static async ValueTask<int> RunAsync(ComposeCall call)
    {
        var project = call.Project(call.Arguments);
        List<string> more = [];
        foreach (var argument in call.List("build-arg")) more.AddRange(["--build-arg", argument]);
        foreach (var option in (string[])["memory", "ssh"]) if (call.Has(option)) more.AddRange([$"--{option}", call.Text(option)]);
        foreach (var option in (string[])["no-cache", "pull", "quiet"]) if (call.Flag(option)) more.Add($"--{option}");
        var builder = new ComposeBuilder(call.Session, more);
        var services = project.Services.Values.Where(service => service.Build is not null && (call.Arguments.Count == 0 || call.Flag("with-dependencies") || call.Arguments.Contains(service.Name)))
            .DistinctBy(service => ContainerNames.ImageOf(project, service)).ToList();
        foreach (var service in services)
        {
            await builder.BuildAsync(project, service, CancellationToken.None).ConfigureAwait(false);
            if (call.Flag("push")) await PushCommand.PushAsync(call.Session, ContainerNames.ImageOf(project, service), isQuiet: call.Flag("quiet")).ConfigureAwait(false);
        }

        if (services.Count == 0) call.Warn("No services to build");
        return 0;
    }
}
