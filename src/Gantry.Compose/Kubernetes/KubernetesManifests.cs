using Gantry.Compose.Model;
using Gantry.Compose.Nodes;
using Gantry.Compose.Output;

namespace Gantry.Compose.Kubernetes;

/// <summary>What <c>compose kube</c> lets one choose.</summary>
public sealed record KubernetesOptions
{
    /// <summary>The type of the Service for published ports: <c>LoadBalancer</c>, <c>NodePort</c> or <c>ClusterIP</c>.</summary>
    public string PublishedType { get; init; } = "LoadBalancer";

    /// <summary>Has <c>nc</c>; waits for services that have to be healthy first.</summary>
    public string WaitImage { get; init; } = "busybox:stable";

    /// <summary>A container that stays unhealthy is started anew, which Docker does not do.</summary>
    public bool RestartsUnhealthy { get; init; }

    /// <summary>Is told of what is odd about a file that is read.</summary>
    public Action<string> Warn { get; init; } = _ => { };
}

/// <summary>One object of Kubernetes.</summary>
/// <param name="Kind"><c>Deployment</c>, <c>Service</c>, …</param>
public sealed record KubernetesObject(string Kind, string Name, MappingNode Tree)
{
    public string FileName => $"{Kind.ToLowerInvariant()}-{Name}.yaml";

    public string Yaml => YamlWriter.Write(Tree);
}

/// <summary>A project as objects of Kubernetes.</summary>
/// <param name="Warnings">What Kubernetes cannot express or does otherwise, each with its service and key.</param>
public sealed record KubernetesManifests(IReadOnlyList<KubernetesObject> Objects, IReadOnlyList<string> Warnings)
{
    /// <param name="project">Loaded without its environment files merged into the services: those become ConfigMaps.</param>
    /// <exception cref="ComposeException">A file cannot be read, or two names are one in Kubernetes.</exception>
    public static KubernetesManifests Of(ComposeProject project, KubernetesOptions options)
    {
        ArgumentNullException.ThrowIfNull(project);
        ArgumentNullException.ThrowIfNull(options);
        var context = new ManifestContext(project, options);
        var (workloads, services) = (new List<KubernetesObject>(), new List<KubernetesObject>());
        foreach (var service in project.Services.Values)
        {
            if (service.Provider is not null)
            {
                context.Warn(service, "provider", "nothing is made for it: another program provides this service");
                continue;
            }

            UnmappedKeys.Tell(context, service);
            workloads.Add(Workload.Of(context, service));
            services.AddRange(ServiceObjects.Of(context, service));
        }

        UnmappedKeys.TellOfNetworks(context);
        return new([.. context.Files, .. VolumeClaims.Of(context), .. services, .. workloads], context.Warnings);
    }
}
