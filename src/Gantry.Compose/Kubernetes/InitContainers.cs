using Gantry.Compose.Model;
using Gantry.Compose.Nodes;
using Gantry.Compose.Output;
using Gantry.Compose.Requests;
using Gantry.Compose.Running;

namespace Gantry.Compose.Kubernetes;

/// <summary>What runs in a pod before its service: waiting for others to be healthy, and <c>pre_start</c>.</summary>
internal static class InitContainers
{
    public static List<MappingNode> Of(ManifestContext context, ComposeService service, PodVolumes volumes) =>
        [.. service.DependsOn.Select(pair => Wait(context, service, pair.Key, pair.Value)).OfType<MappingNode>(), .. service.PreStart.Select((hook, i) => Step(context, service, volumes, hook, i))];

    /// <summary>The port of a Service answers once a pod is ready, and that is what its health check says.</summary>
    private static MappingNode? Wait(ManifestContext context, ComposeService service, string name, DependsOn dependency)
    {
        var key = $"depends_on.{name}";
        if (!context.Project.Services.TryGetValue(name, out var other) || other.Provider is not null)
        {
            context.Warn(service, key, "it is not waited for: nothing is made for that service");
            return null;
        }

        if (dependency.Restart)
        {
            context.Warn(service, key, "restart is left out: pods do not start anew with others");
        }

        if (dependency.Condition != "service_healthy")
        {
            context.Warn(service, key, dependency.Condition == "service_started"
                ? "Kubernetes starts all at once: the service has to bear that the other is not there yet"
                : "it is not waited for: the service has to bear that the Job has not ended yet");
            return null;
        }

        var port = PortBodies.Exposed(other).Select(Port.Parse).Where(port => port.Protocol == "TCP").Select(port => port.Number).FirstOrDefault();
        if (port == 0 || ServiceObjects.IsOnHost(other))
        {
            context.Warn(service, key, $"its health is not waited for: give services.{name} an expose with the port to ask");
            return null;
        }

        var host = context.NameOf(name);
        return new OutputMap(OutputFormat.Yaml)
            .Add("name", KubernetesNames.Of($"wait-for-{host}"))
            .Add("image", context.Options.WaitImage)
            .Add("command", ["sh", "-c", $"until nc -z {host} {port}; do sleep 1; done"]).Node;
    }

    private static MappingNode Step(ManifestContext context, ComposeService service, PodVolumes volumes, ServiceHook hook, int index)
    {
        if (!hook.PerReplica)
        {
            context.Warn(service, "pre_start", "it runs before each pod, and not once for all");
        }

        var environment = service.Environment.Concat(hook.Environment).GroupBy(pair => pair.Key).Select(group => group.Last());
        return new OutputMap(OutputFormat.Yaml)
            .Add("name", $"pre-start-{index + 1}")
            .Add("image", hook.Image ?? ContainerNames.ImageOf(context.Project, service))
            .Add("args", hook.Command is null ? [] : [.. hook.Command.Select(ContainerSpec.Literal)])
            .Add("workingDir", hook.WorkingDir ?? (hook.Image is null ? service.WorkingDir : null))
            .Add("env", ContainerSpec.Environment(environment), node => node)
            .Add("securityContext", SecurityContext.OfHook(context, service, hook))
            .Add("volumeMounts", volumes.Mounts, node => node).Node;
    }
}
