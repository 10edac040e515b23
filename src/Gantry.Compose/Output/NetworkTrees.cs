using Gantry.Compose.Model;
using Gantry.Compose.Nodes;

namespace Gantry.Compose.Output;

internal static class NetworkTrees
{
    public static MappingNode Attachment(ServiceNetwork network, OutputFormat format) => new OutputMap(format)
        .Add("priority", network.Priority)
        .Add("gw_priority", network.GatewayPriority)
        .Add("aliases", network.Aliases)
        .Add("interface_name", network.InterfaceName)
        .Add("ipv4_address", network.Ipv4Address)
        .Add("ipv6_address", network.Ipv6Address)
        .Add("link_local_ips", network.LinkLocalIps)
        .Add("mac_address", network.MacAddress)
        .Add("driver_opts", network.DriverOpts)
        .AddExtensions(network.Extensions).Node;

    public static MappingNode Port(ServicePort port, OutputFormat format) => new OutputMap(format)
        .Add("name", port.Name)
        .Add("mode", port.Mode)
        .Add("host_ip", port.HostIp)
        .Add("target", port.Target)
        .Add("published", port.Published)
        .Add("protocol", port.Protocol)
        .Add("app_protocol", port.AppProtocol)
        .AddExtensions(port.Extensions).Node;

    public static MappingNode Definition(NetworkDefinition network, OutputFormat format)
    {
        var map = new OutputMap(format)
            .Add("name", network.Name)
            .Add("driver", network.Driver)
            .Add("driver_opts", network.DriverOpts);
        DeployTree.AddFilled(map, "ipam", Ipam(network.Ipam, format));
        return map.Add("external", network.External)
            .Add("internal", network.Internal)
            .Add("attachable", network.Attachable)
            .Add("labels", network.Labels)
            .Add("enable_ipv4", network.EnableIpv4)
            .Add("enable_ipv6", network.EnableIpv6)
            .AddExtensions(network.Extensions).Node;
    }

    private static MappingNode Ipam(IpamSettings ipam, OutputFormat format) => new OutputMap(format)
        .Add("driver", ipam.Driver)
        .Add("config", ipam.Config, pool => new OutputMap(format)
            .Add("subnet", pool.Subnet)
            .Add("gateway", pool.Gateway)
            .Add("ip_range", pool.IpRange)
            .Add("aux_addresses", pool.AuxAddresses)
            .AddExtensions(pool.Extensions).Node)
        .Add("options", ipam.Options)
        .AddExtensions(ipam.Extensions).Node;
}
