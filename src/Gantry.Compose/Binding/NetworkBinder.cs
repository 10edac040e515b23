using Gantry.Compose.Model;

namespace Gantry.Compose.Binding;

/// <summary>Networks, how services are attached to them, and ports.</summary>
internal static class NetworkBinder
{
    public static ServiceNetwork Service(MappingReader network) => new()
    {
        Priority = network.Int("priority") ?? 0,
        Aliases = network.Texts("aliases"),
        DriverOpts = network.Map("driver_opts"),
        GatewayPriority = network.Int("gw_priority") ?? 0,
        InterfaceName = network.Text("interface_name"),
        Ipv4Address = network.Text("ipv4_address"),
        Ipv6Address = network.Text("ipv6_address"),
        LinkLocalIps = network.Texts("link_local_ips"),
        MacAddress = network.Text("mac_address"),
        Extensions = network.Extensions(),
    };

    public static ServicePort Port(MappingReader port) => new()
    {
        Name = port.Text("name"),
        Mode = port.Text("mode"),
        HostIp = port.Text("host_ip"),
        Target = port.Long("target") is >= 0 and <= ushort.MaxValue and var target ? (uint)target : throw port.Failed("the target must be a port from 1 to 65535", "target"),
        Published = port.Text("published"),
        Protocol = port.Text("protocol"),
        AppProtocol = port.Text("app_protocol"),
        Extensions = port.Extensions(),
    };

    public static NetworkDefinition Definition(MappingReader network) => new()
    {
        Name = network.Text("name") ?? "",
        Driver = network.Text("driver"),
        DriverOpts = network.Map("driver_opts"),
        Ipam = network.Mapping("ipam") is { } ipam ? Ipam(ipam) : new(),
        External = network.Flag("external"),
        Internal = network.Flag("internal"),
        Attachable = network.Flag("attachable"),
        Labels = network.Map("labels"),
        EnableIpv4 = network.Bool("enable_ipv4"),
        EnableIpv6 = network.Bool("enable_ipv6"),
        Extensions = network.Extensions(),
    };

    private static IpamSettings Ipam(MappingReader ipam) => new()
    {
        Driver = ipam.Text("driver"),
        Config = ipam.Each("config", pool => new IpamPool
        {
            Subnet = pool.Text("subnet"),
            Gateway = pool.Text("gateway"),
            IpRange = pool.Text("ip_range"),
            AuxAddresses = pool.Map("aux_addresses"),
            Extensions = pool.Extensions(),
        }),
        Options = ipam.Map("options"),
        Extensions = ipam.Extensions(),
    };
}
