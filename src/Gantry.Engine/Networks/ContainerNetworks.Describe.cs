using System.Net;
using Gantry.Engine.Containers;
using Gantry.Network.Records;
using Gantry.Spec.Engine;

namespace Gantry.Engine.Networks;

internal sealed partial class ContainerNetworks
{
    public NetworkSettings Describe(ContainerRecord container)
    {
        var mode = container.HostConfig.NetworkMode;
        var alive = container.State.IsAlive;
        var ends = DescribeEndpoints(container);
        var bridge = ends.GetValueOrDefault(NetworkName.Bridge) ?? new EndpointSettings();
        var own = alive && !NetworkName.IsContainer(mode);
        return new NetworkSettings
        {
            SandboxID = own ? container.Id : "",
            SandboxKey = !own ? "" : mode == NetworkName.Host ? "/proc/self/ns/net" : $"/proc/{container.State.Pid}/ns/net",
            Ports = own && !NetworkName.IsBare(mode) ? PortPlan.Shown(container) : [],
            EndpointID = bridge.EndpointID,
            Gateway = bridge.Gateway,
            GlobalIPv6Address = bridge.GlobalIPv6Address,
            GlobalIPv6PrefixLen = bridge.GlobalIPv6PrefixLen,
            IPAddress = bridge.IPAddress,
            IPPrefixLen = bridge.IPPrefixLen,
            IPv6Gateway = bridge.IPv6Gateway,
            MacAddress = bridge.MacAddress,
            Networks = ends,
        };
    }

    public Dictionary<string, EndpointSettings> DescribeEndpoints(ContainerRecord container) =>
        container.Networks.ToDictionary(setting => setting.Name, setting => Describe(container, setting), StringComparer.Ordinal);

    private EndpointSettings Describe(ContainerRecord container, NetworkSetting setting)
    {
        var asked = setting.Asked with { DNSNames = NetworkName.IsUserDefined(setting.Name) ? DnsNames.Of(container, setting) : null };
        var network = asked.NetworkID.Length > 0 ? networks.Find(asked.NetworkID) : null;
        return network is not null && container.State.IsAlive && container.Endpoints.FirstOrDefault(end => end.NetworkId == network.Id) is { } endpoint
            ? asked with
            {
                EndpointID = endpoint.Id,
                MacAddress = endpoint.MacAddress,
                Gateway = GatewayOf(network.Record, endpoint.IPv4),
                IPAddress = endpoint.IPv4?.ToString() ?? "",
                IPPrefixLen = NetworkDescription.LengthOf(network.Record, endpoint.IPv4),
                IPv6Gateway = GatewayOf(network.Record, endpoint.IPv6),
                GlobalIPv6Address = endpoint.IPv6?.ToString() ?? "",
                GlobalIPv6PrefixLen = NetworkDescription.LengthOf(network.Record, endpoint.IPv6),
            }
            : asked;
    }

    private static string GatewayOf(NetworkRecord network, IPAddress? address) =>
        network.Internal ? "" : NetworkDescription.PoolOf(network, address)?.Gateway?.ToString() ?? "";
}
