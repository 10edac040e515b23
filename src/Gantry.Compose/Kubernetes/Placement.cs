using Gantry.Compose.Model;
using Gantry.Compose.Nodes;
using Gantry.Compose.Output;

namespace Gantry.Compose.Kubernetes;

/// <summary>On which nodes the pods of a service may run.</summary>
internal static class Placement
{
    private const string NodeLabel = "node.labels.";

    public static MappingNode NodeSelector(ManifestContext context, ComposeService service)
    {
        var selector = new OutputMap(OutputFormat.Yaml);
        if (service.Platform?.Split('/') is [var os, var architecture, ..])
        {
            selector.Add("kubernetes.io/arch", architecture).Add("kubernetes.io/os", os);
        }

        foreach (var constraint in service.Deploy?.Placement.Constraints ?? [])
        {
            if (constraint.Split("==", 2, StringSplitOptions.TrimEntries) is [var what, var value] && Label(what) is { } label)
            {
                selector.Add(label, value);
            }
            else
            {
                context.Warn(service, "deploy.placement.constraints", $"\"{constraint}\" is left out: a nodeSelector cannot say it");
            }
        }

        return selector.Node;
    }

    public static List<MappingNode> Spread(ManifestContext context, ComposeService service)
    {
        var spreads = new List<MappingNode>();
        foreach (var preference in service.Deploy?.Placement.Preferences ?? [])
        {
            if (Label(preference) is not { } label)
            {
                context.Warn(service, "deploy.placement.preferences", $"\"{preference}\" is left out: pods are spread over labels of nodes");
                continue;
            }

            spreads.Add(new OutputMap(OutputFormat.Yaml)
                .Add("maxSkew", 1)
                .Add("topologyKey", label)
                .Add("whenUnsatisfiable", "ScheduleAnyway")
                .Set("labelSelector", new OutputMap(OutputFormat.Yaml).Set("matchLabels", context.Selector(service)).Node).Node);
        }

        return spreads;
    }

    private static string? Label(string what) => what switch
    {
        "node.hostname" => "kubernetes.io/hostname",
        "node.platform.os" => "kubernetes.io/os",
        "node.platform.arch" => "kubernetes.io/arch",
        _ => what.StartsWith(NodeLabel, StringComparison.Ordinal) ? what[NodeLabel.Length..] : null,
    };
}
