using System.Net;
using Gantry.Linux.Netlink;
using Gantry.Network.Host;
using Gantry.Network.Records;
using Gantry.Spec;

namespace Gantry.Network.Drivers;

/// <summary>What is the same for each kind of link once it is in the container.</summary>
internal static class LinkSetup
{
    /// <summary>Addresses first: a link that comes up with them announces them.</summary>
    public static LinkInformation BringUp(NetworkNamespaces namespaces, Sandbox sandbox, RouteSocket inside, NetworkRecord network, EndpointRecord endpoint)
    {
        var link = inside.FindLink(endpoint.InterfaceName)
            ?? throw new InternalException($"link {endpoint.InterfaceName} did not arrive in container {sandbox.ContainerId}");
        if (network.EnableIPv6)
        {
            namespaces.Within(sandbox.Namespace, () => Sysctl.TryWrite($"ipv6/conf/{endpoint.InterfaceName}/disable_ipv6", "0"));
        }

        var batch = new RouteBatch();
        foreach (var address in (IEnumerable<IPAddress?>)[endpoint.IPv4, endpoint.IPv6])
        {
            if (address is null) continue;
            var prefix = PoolOf(network, address)?.Subnet?.PrefixLength
                ?? throw new InvalidArgumentException($"address {address} belongs to no subnet of network {network.Name}");
            batch.AddAddress(link.Index, address, prefix);
        }

        inside.Execute(batch.SetUp(link.Index, link.Name));
        return link;
    }

    public static AddressPool? PoolOf(NetworkRecord network, IPAddress address) =>
        Array.Find(network.Pools, p => p.Subnet is { } subnet && subnet.Contains(address));
}
