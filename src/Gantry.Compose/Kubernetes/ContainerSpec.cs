using Gantry.Compose.Model;
using Gantry.Compose.Nodes;
using Gantry.Compose.Output;
using Gantry.Compose.Requests;
using Gantry.Compose.Running;

namespace Gantry.Compose.Kubernetes;

/// <summary>The container of a service's pod.</summary>
internal static class ContainerSpec
{
    public static MappingNode Of(ManifestContext context, ComposeService service, PodVolumes volumes)
    {
        volumes.AddAll();
        var ports = ServiceObjects.IsOnHost(service) ? [] : PortBodies.Exposed(service).Select(Port.Parse).ToList();
        return new OutputMap(OutputFormat.Yaml)
            .Add("name", context.NameOf(service.Name))
            .Add("image", Image(context, service))
            .Add("imagePullPolicy", PullPolicy(context, service))
            .Add("command", Words(context, service, "entrypoint", service.Entrypoint))
            .Add("args", Words(context, service, "command", service.Command))
            .Add("workingDir", service.WorkingDir)
            .Add("stdin", service.StdinOpen)
            .Add("tty", service.Tty)
            .Add("ports", ports, port => new OutputMap(OutputFormat.Yaml).Add("containerPort", port.Number).Add("protocol", port.Protocol).Node)
            .Add("envFrom", EnvironmentFiles(context, service), node => node)
            .Add("env", Environment(service.Environment), node => node)
            .Add("resources", Resources.Of(context, service))
            .Add("readinessProbe", Probes.Readiness(service))
            .Add("livenessProbe", context.Options.RestartsUnhealthy ? Probes.Liveness(service) : null)
            .Add("startupProbe", context.Options.RestartsUnhealthy ? Probes.Startup(service) : null)
            .Add("lifecycle", Lifecycle(context, service))
            .Add("securityContext", SecurityContext.Of(context, service))
            .Add("volumeMounts", volumes.Mounts, node => node).Node;
    }

    /// <summary>Kubernetes replaces <c>$(NAME)</c>, Compose does not.</summary>
    public static string Literal(string text) => text.Replace("$(", "$$(", StringComparison.Ordinal);

    public static List<MappingNode> Environment(IEnumerable<KeyValuePair<string, string?>> values) =>
        [.. values.Where(pair => pair.Value is not null).Select(pair => new OutputMap(OutputFormat.Yaml).Add("name", pair.Key).Always("value", Literal(pair.Value!)).Node)];

    private static string Image(ManifestContext context, ComposeService service)
    {
        var image = ContainerNames.ImageOf(context.Project, service);
        if (service.Build is not null)
        {
            context.Warn(service, "build", $"the cluster pulls {image}: build it and push it to a registry that the cluster reaches");
        }

        return image;
    }

    private static string? PullPolicy(ManifestContext context, ComposeService service)
    {
        switch (service.PullPolicy)
        {
            case null or "" or "build":
                return null;
            case "always":
                return "Always";
            case "never":
                return "Never";
            case "missing" or "if_not_present":
                return "IfNotPresent";
            default:
                context.Warn(service, "pull_policy", $"Kubernetes knows no {service.PullPolicy}; it is left out");
                return null;
        }
    }

    private static IReadOnlyList<string> Words(ManifestContext context, ComposeService service, string key, IReadOnlyList<string>? words)
    {
        if (words is { Count: 0 })
        {
            context.Warn(service, key, "Kubernetes cannot clear what the image says; it is left out");
        }

        return [.. (words ?? []).Select(Literal)];
    }

    private static List<MappingNode> EnvironmentFiles(ManifestContext context, ComposeService service)
    {
        var sources = new List<MappingNode>();
        foreach (var file in service.EnvFiles)
        {
            if (!File.Exists(file.Path))
            {
                if (file.Required)
                {
                    throw new ComposeException($"services.{service.Name}.env_file: env file {file.Path} not found; make it, or set required: false");
                }

                continue;
            }

            sources.Add(new OutputMap(OutputFormat.Yaml)
                .Set("configMapRef", new OutputMap(OutputFormat.Yaml).Add("name", context.FileSource.Environment(file)).Node).Node);
        }

        return sources;
    }

    private static MappingNode? Lifecycle(ManifestContext context, ComposeService service)
    {
        var map = new OutputMap(OutputFormat.Yaml)
            .Add("postStart", Hook(context, service, "post_start", service.PostStart))
            .Add("preStop", Hook(context, service, "pre_stop", service.PreStop)).Node;
        return map.Count > 0 ? map : null;
    }

    private static MappingNode? Hook(ManifestContext context, ComposeService service, string key, IReadOnlyList<ServiceHook> hooks)
    {
        if (hooks.Count == 0)
        {
            return null;
        }

        foreach (var (what, isSet) in ((string, bool)[])
        [
            ("user", hooks.Any(hook => hook.User is not null)), ("privileged", hooks.Any(hook => hook.Privileged)),
            ("environment", hooks.Any(hook => hook.Environment.Count > 0)), ("working_dir", hooks.Any(hook => hook.WorkingDir is not null)),
        ])
        {
            if (isSet)
            {
                context.Warn(service, $"{key}.{what}", "it is left out: a hook runs as the container does");
            }
        }

        IReadOnlyList<string> command = hooks.Count == 1
            ? hooks[0].Command ?? []
            : ["sh", "-c", string.Join(" && ", hooks.Select(hook => string.Join(' ', (hook.Command ?? []).Select(Quoted))))];
        return new OutputMap(OutputFormat.Yaml).Set("exec", new OutputMap(OutputFormat.Yaml).Add("command", command).Node).Node;
    }

    private static string Quoted(string word) => $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
