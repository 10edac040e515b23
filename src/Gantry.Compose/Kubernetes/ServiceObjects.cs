using System.Globalization;
using System.Net;
using Gantry.Compose.Model;
using Gantry.Compose.Nodes;
using Gantry.Compose.Output;
using Gantry.Compose.Requests;

namespace Gantry.Compose.Kubernetes;

/// <summary>Services: the name by which others find a service, its further names, and the ports that are published.</summary>
internal static class ServiceObjects
{
    public static IEnumerable<KubernetesObject> Of(ManifestContext context, ComposeService service)
    {
        if (IsOnHost(service))
        {
            return [];
        }

        var name = context.NameOf(service.Name);
        var ports = PortBodies.Exposed(service).Select(Port.Parse).ToList();
        var objects = Names(context, service).Select(alias => Inner(context, service, alias, ports)).Prepend(Inner(context, service, name, ports)).ToList();
        if (Published(context, service) is { Count: > 0 } published)
        {
            var spec = new OutputMap(OutputFormat.Yaml)
                .Add("type", context.Options.PublishedType)
                .Set("selector", context.Selector(service))
                .Set("ports", new SequenceNode(Origin.Implied, published)).Node;
            objects.Add(context.Object("v1", "Service", KubernetesNames.Of($"{name}-published"), name, Spec(spec)));
        }

        return objects;
    }

    /// <summary>It listens at its node, and has no name of its own.</summary>
    public static bool IsOnHost(ComposeService service) => service.NetworkMode is "host" or "none"
        || service.NetworkMode?.StartsWith("service:", StringComparison.Ordinal) == true
        || service.NetworkMode?.StartsWith("container:", StringComparison.Ordinal) == true;

    /// <summary>Without ports it is headless: then the name gives the addresses of the pods, and all their ports can be reached.</summary>
    private static KubernetesObject Inner(ManifestContext context, ComposeService service, string name, List<Port> ports)
    {
        var spec = new OutputMap(OutputFormat.Yaml)
            .Add("clusterIP", ports.Count == 0 ? "None" : null)
            .Set("selector", context.Selector(service))
            .Add("ports", ports, port => new OutputMap(OutputFormat.Yaml)
                .Add("name", port.Name)
                .Add("port", port.Number)
                .Add("targetPort", port.Number)
                .Add("protocol", port.Protocol).Node).Node;
        return context.Object("v1", "Service", name, context.NameOf(service.Name), Spec(spec));
    }

    /// <summary>Aliases of networks and links.</summary>
    private static IEnumerable<string> Names(ManifestContext context, ComposeService service)
    {
        var links = context.Project.Services.Values.SelectMany(other => other.Links).Select(link => link.Split(':', 2)).Where(link => link.Length == 2 && link[0] == service.Name).Select(link => link[1]);
        foreach (var alias in service.Networks.Values.SelectMany(network => network?.Aliases ?? []).Concat(links).Distinct(StringComparer.Ordinal))
        {
            if (alias == service.Name)
            {
                continue;
            }

            var name = KubernetesNames.Of(alias);
            if (name != alias || context.IsName(name))
            {
                context.Warn(service, "networks", $"the alias {alias} is left out: {(name == alias ? "a service has that name" : "Kubernetes takes no such name")}");
                continue;
            }

            yield return name;
        }
    }

    private static List<Node> Published(ManifestContext context, ComposeService service)
    {
        var nodes = new List<Node>();
        foreach (var port in service.Ports)
        {
            var number = port.Published is null or "" ? port.Target : uint.TryParse(port.Published, NumberStyles.None, CultureInfo.InvariantCulture, out var published) ? published : 0;
            if (port.HostIp is { Length: > 0 } address && IPAddress.TryParse(address, out var ip) && IPAddress.IsLoopback(ip))
            {
                context.Warn(service, "ports", $"{address}:{port.Published}:{port.Target} is for the host alone, and is left out; kubectl port-forward service/{context.NameOf(service.Name)} {(number == 0 ? port.Target : number)}:{port.Target} does the same");
                continue;
            }

            if (number == 0)
            {
                context.Warn(service, "ports", $"Kubernetes takes no range to choose from; {port.Published}:{port.Target} is published as {port.Target}");
                number = port.Target;
            }

            var protocol = (port.Protocol ?? "tcp").ToUpperInvariant();
            nodes.Add(new OutputMap(OutputFormat.Yaml)
                .Add("name", string.Create(CultureInfo.InvariantCulture, $"{protocol.ToLowerInvariant()}-{number}"))
                .Add("port", number)
                .Add("targetPort", port.Target)
                .Add("protocol", protocol)
                .Add("appProtocol", port.AppProtocol)
                .Add("nodePort", context.Options.PublishedType == "NodePort" && number is >= 30000 and <= 32767 ? number : 0).Node);
        }

        return nodes;
    }

    private static MappingNode Spec(MappingNode spec) => new OutputMap(OutputFormat.Yaml).Set("spec", spec).Node;
}

/// <summary>A port of a container.</summary>
internal readonly record struct Port(int Number, string Protocol)
{
    public string Name => string.Create(CultureInfo.InvariantCulture, $"{Protocol.ToLowerInvariant()}-{Number}");

    /// <param name="text"><c>80/tcp</c>.</param>
    public static Port Parse(string text) => text.Split('/') is [var number, var protocol]
        ? new(int.Parse(number, CultureInfo.InvariantCulture), protocol.ToUpperInvariant())
        : new(int.Parse(text, CultureInfo.InvariantCulture), "TCP");
}
