using System.Globalization;
using System.Net;
using Gantry.Compose.Model;
using Gantry.Compose.Nodes;
using Gantry.Compose.Output;

namespace Gantry.Compose.Kubernetes;

/// <summary>The pod of a service.</summary>
internal static class PodTemplate
{
    public static MappingNode Of(ManifestContext context, ComposeService service, string restartPolicy)
    {
        var volumes = new PodVolumes(context, service);
        var container = ContainerSpec.Of(context, service, volumes);
        var pod = new OutputMap(OutputFormat.Yaml)
            .Add("initContainers", InitContainers.Of(context, service, volumes), node => node)
            .Add("containers", [container], node => node)
            .Add("restartPolicy", restartPolicy)
            .Add("hostname", Hostname(context, service))
            .Add("hostNetwork", service.NetworkMode == "host")
            .Add("hostPID", service.Pid == "host")
            .Add("hostIPC", service.Ipc == "host")
            .Add("runtimeClassName", service.Runtime is { } runtime and not "runc" ? KubernetesNames.Of(runtime) : null)
            .Add("terminationGracePeriodSeconds", service.StopGracePeriod is { } period ? Quantities.Seconds(period) : 0L);
        if (service.Dns.Count > 0)
        {
            pod.Add("dnsPolicy", "None");
            context.Warn(service, "dns", "its pods ask these servers alone, and so find no other service by name");
        }
        else if (service.NetworkMode == "host")
        {
            pod.Add("dnsPolicy", "ClusterFirstWithHostNet");
        }

        AddFilled(pod, "dnsConfig", new OutputMap(OutputFormat.Yaml)
            .Add("nameservers", service.Dns)
            .Add("searches", service.DnsSearch)
            .Add("options", service.DnsOpt, option => option.Split(':', 2) is [var name, var value]
                ? new OutputMap(OutputFormat.Yaml).Add("name", name).Add("value", value).Node
                : new OutputMap(OutputFormat.Yaml).Add("name", option).Node).Node);
        pod.Add("hostAliases", HostAliases(context, service), node => node);
        AddFilled(pod, "nodeSelector", Placement.NodeSelector(context, service));
        pod.Add("topologySpreadConstraints", Placement.Spread(context, service), node => node);
        AddFilled(pod, "securityContext", PodSecurity(context, service));
        return pod.Add("volumes", volumes.All, node => node).Node;
    }

    private static void AddFilled(OutputMap map, string key, MappingNode node)
    {
        if (node.Count > 0)
        {
            map.Set(key, node);
        }
    }

    private static string? Hostname(ManifestContext context, ComposeService service)
    {
        if (service.Hostname is { } name && KubernetesNames.Of(name) != name)
        {
            context.Warn(service, "hostname", $"{name} is no name for a pod, and is left out");
            return null;
        }

        return service.Hostname;
    }

    private static List<MappingNode> HostAliases(ManifestContext context, ComposeService service)
    {
        var known = service.ExtraHosts.SelectMany(host => host.Value.Select(address => (host.Key, Address: address))).ToLookup(pair => IPAddress.TryParse(pair.Address, out _));
        foreach (var (host, address) in known[false])
        {
            context.Warn(service, "extra_hosts", $"{host}={address} is left out: Kubernetes takes addresses alone");
        }

        return [.. known[true].GroupBy(pair => pair.Address).Select(group => new OutputMap(OutputFormat.Yaml)
            .Add("ip", group.Key)
            .Add("hostnames", [.. group.Select(pair => pair.Key)]).Node)];
    }

    private static MappingNode PodSecurity(ManifestContext context, ComposeService service)
    {
        var groups = new List<Node>();
        foreach (var group in service.GroupAdd)
        {
            if (long.TryParse(group, NumberStyles.None, CultureInfo.InvariantCulture, out var id))
            {
                groups.Add(OutputMap.Scalar(id));
            }
            else
            {
                context.Warn(service, "group_add", $"the group {group} is left out: Kubernetes takes numbers");
            }
        }

        return new OutputMap(OutputFormat.Yaml)
            .Add("supplementalGroups", groups, node => node)
            .Add("sysctls", service.Sysctls.ToList(), setting => new OutputMap(OutputFormat.Yaml).Add("name", setting.Key).Always("value", setting.Value).Node).Node;
    }
}
