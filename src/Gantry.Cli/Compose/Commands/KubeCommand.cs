using Gantry.Cli.CommandLine;
using Gantry.Compose;
using Gantry.Compose.Kubernetes;

namespace Gantry.Cli.Compose.Commands;

/// <summary>compose kube: a project as manifests for Kubernetes.</summary>
internal static class KubeCommand
{
    private static readonly string[] ServiceTypes = ["ClusterIP", "LoadBalancer", "NodePort"];

    public static Command Define(OptionSet shared) => ComposeCommand.Define(shared, "kube [OPTIONS] [SERVICE...]", "Print manifests for Kubernetes", 0, Command.Any, RunAsync, static o =>
    {
        o.Add("liveness", null, "bool", "Let the cluster restart containers that stay unhealthy");
        o.Add("output", 'o', "string", "Directory for a file each, or - for one stream", "-");
        o.Add("quiet", 'q', "bool", "Do not tell what Kubernetes cannot express");
        o.Add("service-type", null, "string", "Type of the Services for published ports (\"LoadBalancer\"|\"NodePort\"|\"ClusterIP\")", "LoadBalancer");
        o.Add("wait-image", null, "string", "Image with sh and nc that waits for healthy services", "busybox:stable");
    });

    private static async Task<int> RunAsync(ComposeCall call)
    {
        if (!ServiceTypes.Contains(call.Text("service-type")))
        {
            throw new CommandLineException($"--service-type is {string.Join(", ", ServiceTypes[..^1])} or {ServiceTypes[^1]}, not {OptionValues.Quote(call.Text("service-type"))}");
        }

        var project = ComposeLoader.Load(call.LoadOptions() with { Services = call.Arguments, ReadsEnvFiles = false }).Project;
        var manifests = KubernetesManifests.Of(project, new()
        {
            PublishedType = call.Text("service-type"),
            WaitImage = call.Text("wait-image"),
            RestartsUnhealthy = call.Flag("liveness"),
            Warn = call.Warn,
        });
        foreach (var warning in call.Flag("quiet") ? [] : manifests.Warnings)
        {
            call.Out.ErrorLine(warning);
        }

        if (call.Text("output") == "-")
        {
            call.Out.Write(string.Join("---\n", manifests.Objects.Select(item => item.Yaml)));
            return 0;
        }

        var directory = Directory.CreateDirectory(call.Text("output")).FullName;
        foreach (var item in manifests.Objects)
        {
            await File.WriteAllTextAsync(Path.Combine(directory, item.FileName), item.Yaml).ConfigureAwait(false);
        }

        return 0;
    }
}
