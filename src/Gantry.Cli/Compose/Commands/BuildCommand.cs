using Gantry.Cli.CommandLine;
using Gantry.Compose.Running;

namespace Gantry.Cli.Compose.Commands;

/// <summary>compose build.</summary>
internal static class BuildCommand
{
    public static Command Define(OptionSet shared) => ComposeCommand.Define(shared, "build [OPTIONS] [SERVICE...]", "Build or rebuild services", 0, Command.Any, RunAsync, static o =>
    {
        o.Add("build-arg", null, "stringArray", "Set build-time variables for services");
        o.Add("builder", null, "string", "Set builder to use");
        o.Add("check", null, "bool", "Check build configuration");
        o.Add("memory", 'm', "bytes", "Set memory limit for the build container. Not supported by BuildKit.", "0");
        o.Add("no-cache", null, "bool", "Do not use cache when building the image");
        o.Add("provenance", null, "string", "Add a provenance attestation");
        o.Add("pull", null, "bool", "Always attempt to pull a newer version of the image");
        o.Add("push", null, "bool", "Push service images");
        o.Add("quiet", 'q', "bool", "Don't print anything to STDOUT");
        o.Add("sbom", null, "string", "Add a SBOM attestation");
        o.Add("ssh", null, "string", "Set SSH authentications used when building service images. (use 'default' for using your default SSH Agent)");
        o.Add("with-dependencies", null, "bool", "Also build dependencies (transitively)");
        o.AddHidden("progress", null, "string");
        // Of old, without an effect.
        o.AddHidden("compress", null, "bool");
        o.AddHidden("force-rm", null, "bool");
        o.AddHidden("no-rm", null, "bool");
        o.AddHidden("parallel", null, "bool");
    });

    private static async Task<int> RunAsync(ComposeCall call)
    {
        var project = call.Project(call.Arguments);
        List<string> more = [];
        foreach (var argument in call.List("build-arg")) more.AddRange(["--build-arg", argument]);
        foreach (var option in (string[])["builder", "memory", "provenance", "sbom", "ssh"]) if (call.Has(option)) more.AddRange([$"--{option}", call.Text(option)]);
        foreach (var option in (string[])["check", "no-cache", "pull"]) if (call.Flag(option)) more.Add($"--{option}");
        var builder = new ComposeBuilder(call, call.Flag("quiet") ? "quiet" : call.Has("progress") ? call.Text("progress") : null, more);
        var services = project.Services.Values.Where(service => service.Build is not null && (call.Arguments.Count == 0 || call.Flag("with-dependencies") || call.Arguments.Contains(service.Name)))
            .DistinctBy(service => ContainerNames.ImageOf(project, service)).ToList();
        if (services.Count == 0) call.Warn("No services to build");
        else await builder.BuildAsync(project, services, CancellationToken.None).ConfigureAwait(false);
        // The name of one without image: is for this machine only.
        foreach (var service in services.Where(service => call.Flag("push") && service.Image is not null)) await PushCommand.PushAsync(call, project, service).ConfigureAwait(false);
        return 0;
    }
}
