using System.Net;
using Gantry.Linux.Netlink;
using Gantry.Network.Addresses;
using Gantry.Network.Host;
using Gantry.Network.Records;
using Gantry.Spec;
using EndpointSettings = Gantry.Spec.Engine.EndpointSettings;

namespace Gantry.Network.Drivers;

/// <summary>What is the same for each kind of link once it is in the container.</summary>
internal static class LinkSetup
{
    // RFC 3927 and RFC 4291, 2.5.6.
    private const int LinkLocalPrefix = 16;
    public const int LinkLocalPrefixIPv6 = 64;

    /// <summary>Addresses first: a link that comes up with them announces them.</summary>
    public static LinkInformation BringUp(NetworkNamespaces namespaces, Sandbox sandbox, RouteSocket inside, NetworkRecord network, EndpointRecord endpoint)
    {
        var link = inside.FindLink(endpoint.InterfaceName)
            ?? throw new InternalException($"link {endpoint.InterfaceName} did not arrive in container {sandbox.ContainerId}");
        if (network.EnableIPv6 && !endpoint.WithoutIPv6)
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

        foreach (var address in endpoint.LinkLocal)
        {
            batch.AddAddress(link.Index, address, address.IsIPv6() ? LinkLocalPrefixIPv6 : LinkLocalPrefix);
        }

        if (endpoint.Options.TryGetValue(EndpointSettings.SysctlsOption, out var settings))
        {
            namespaces.Within(sandbox.Namespace, () =>
            {
                LinkSysctls.Write(settings, link.Name);
                return true;
            });
        }

        inside.Execute(batch.SetUp(link.Index, link.Name));
        if (endpoint.IPv6 is { } ipv6) AwaitListening(namespaces, sandbox, endpoint.InterfaceName, ipv6);
        return link;
    }

    /// <summary>
    /// The kernel answers who asks for an IPv6 address once a worker of its has joined the address's group (RFC 4291, 2.7.1): a
    /// question before that is repeated a second later.
    /// </summary>
    private static void AwaitListening(NetworkNamespaces namespaces, Sandbox sandbox, string link, IPAddress address)
    {
        const int attempts = 100;
        var group = "ff0200000000000000000001ff" + Convert.ToHexStringLower(address.GetAddressBytes())[^6..];
        for (var attempt = 0; attempt < attempts && !namespaces.Within(sandbox.Namespace, HasJoined); attempt++) Thread.Sleep(1);

        // A line is: index, link, group, users, …
        bool HasJoined() => File.ReadLines("/proc/thread-self/net/igmp6").Any(line =>
            line.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [_, var name, var joined, ..] && name == link && joined == group);
    }

    public static AddressPool? PoolOf(NetworkRecord network, IPAddress address) =>
        Array.Find(network.Pools, p => p.Subnet is { } subnet && subnet.Contains(address));
}
