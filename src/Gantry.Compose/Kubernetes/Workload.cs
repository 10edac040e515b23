using System.Globalization;
using Gantry.Compose.Model;
using Gantry.Compose.Nodes;
using Gantry.Compose.Output;

namespace Gantry.Compose.Kubernetes;

/// <summary>What keeps a service's pods running: a Deployment, a DaemonSet or a Job.</summary>
internal static class Workload
{
    public static KubernetesObject Of(ManifestContext context, ComposeService service)
    {
        var name = context.NameOf(service.Name);
        var isJob = IsJob(context, service);
        var isEverywhere = service.Deploy?.Mode is "global";
        var pod = PodTemplate.Of(context, service, isJob ? service.Restart?.StartsWith("on-failure", StringComparison.Ordinal) == true ? "OnFailure" : "Never" : "Always");
        var template = new OutputMap(OutputFormat.Yaml)
            .Set("metadata", Metadata(context, service))
            .Set("spec", pod).Node;
        var spec = new OutputMap(OutputFormat.Yaml);
        if (isJob)
        {
            spec.AddInt("parallelism", service.Replicas).AddInt("completions", service.Replicas).AddInt("backoffLimit", BackoffLimit(service));
        }
        else
        {
            TellOfRestart(context, service);
            if (!isEverywhere)
            {
                spec.AddInt("replicas", service.Replicas);
            }

            spec.Set("selector", new OutputMap(OutputFormat.Yaml).Set("matchLabels", context.Selector(service)).Node);
            if (!isEverywhere)
            {
                spec.Add("strategy", Strategy(service));
            }
        }

        var body = new OutputMap(OutputFormat.Yaml).Set("spec", spec.Set("template", template).Node).Node;
        var annotations = context.Annotations(service, "deploy.labels", service.Deploy?.Labels ?? Empty.Map<string>());
        return isJob
            ? context.Object("batch/v1", "Job", name, name, body, annotations)
            : context.Object("apps/v1", isEverywhere ? "DaemonSet" : "Deployment", name, name, body, annotations);
    }

    /// <summary>It is done once it ended: because it says so, or because another service waits for its end.</summary>
    private static bool IsJob(ManifestContext context, ComposeService service) => service.Deploy?.Mode is "replicated-job" or "global-job"
        || context.Project.Services.Values.Any(other => other.DependsOn.GetValueOrDefault(service.Name)?.Condition == "service_completed_successfully");

    private static int BackoffLimit(ComposeService service) => service.Restart?.Split(':') switch
    {
        ["on-failure", var most] when int.TryParse(most, NumberStyles.None, CultureInfo.InvariantCulture, out var count) => count,
        ["on-failure"] or ["always"] or ["unless-stopped"] => 6,
        _ => 0,
    };

    private static void TellOfRestart(ManifestContext context, ComposeService service)
    {
        if (service.Restart is "no" || service.Restart?.StartsWith("on-failure", StringComparison.Ordinal) == true)
        {
            context.Warn(service, "restart", $"a Deployment starts its containers anew whenever they end; with deploy.mode replicated-job it is a Job");
        }
        else if (service.Deploy?.RestartPolicy is { Condition: "none" or "on-failure" } policy)
        {
            context.Warn(service, "deploy.restart_policy", $"a Deployment starts its containers anew whenever they end, not with the condition {policy.Condition}");
        }
    }

    /// <summary>A volume for one node alone must be let go of before the next pod can have it.</summary>
    private static MappingNode? Strategy(ComposeService service)
    {
        var update = service.Deploy?.UpdateConfig;
        if (update is null)
        {
            return service.Volumes.Any(mount => mount is { Type: "volume", Source.Length: > 0 }) ? new OutputMap(OutputFormat.Yaml).Add("type", "Recreate").Node : null;
        }

        var count = update.Parallelism is null or 0 ? (object)"100%" : (long)update.Parallelism;
        var isNewFirst = update.Order == "start-first";
        return new OutputMap(OutputFormat.Yaml)
            .Add("type", "RollingUpdate")
            .Set("rollingUpdate", new OutputMap(OutputFormat.Yaml)
                .Always("maxSurge", isNewFirst ? count : 0L)
                .Always("maxUnavailable", isNewFirst ? 0L : count).Node).Node;
    }

    private static MappingNode Metadata(ManifestContext context, ComposeService service)
    {
        var annotations = context.Annotations(service, "labels", service.Labels, service.Annotations);
        return new OutputMap(OutputFormat.Yaml)
            .Set("labels", context.Selector(service))
            .Add("annotations", annotations.Count > 0 ? annotations : null).Node;
    }
}
