using System.Net;
using System.Net.Sockets;
using Gantry.Linux.Nftables;
using Gantry.Linux.Sockets;
using Gantry.Network.Addresses;
using Gantry.Network.Records;
using Gantry.Network.Rules;
using Gantry.Spec;

namespace Gantry.Network.Ports;

/// <summary>What a published port has in the table: all of it follows from its record.</summary>
internal static class PortRules
{
    /// <summary>
    /// Longer ranges have no socket for each port: redirecting loopback is left to rules, for which the bridge must pass
    /// packets with addresses of 127.0.0.0/8 (route_localnet).
    /// </summary>
    public const int MostSockets = 64;

    private static readonly IPAddress LastIPv4 = IPAddress.Broadcast;
    private static readonly IPAddress LastIPv6 = UInt128.MaxValue.ToAddress(isIPv6: true);

    public static string Owner(string containerId) => "ports " + containerId;

    public static bool IsWide(PublishedPort port) => port.Count > MostSockets;

    /// <summary>Whether it needs route_localnet.</summary>
    public static bool RedirectsLoopback(PublishedPort port) =>
        IsWide(port) && port is { HostPort: > 0, ContainerAddress.AddressFamily: AddressFamily.InterNetwork }
        && (IPAddress.Any.Equals(port.HostAddress) || IPAddress.IsLoopback(port.HostAddress));

    /// <param name="link">The bridge of a container's address.</param>
    public static IReadOnlyList<RuleElement> Of(IEnumerable<PublishedPort> ports, Func<IPAddress, string> link)
    {
        List<RuleElement> elements = [];
        foreach (var port in ports)
        {
            if (port.ContainerAddress is not { } target) continue;
            var family = target.IsIPv6() ? RuleTable.IPv6 : RuleTable.IPv4;
            if (port.HostPort == 0) elements.Add(Open(family, port, target));
            else if (!IPAddress.IsLoopback(port.HostAddress)) AddRedirect(family, port, target, link(target), elements);
            if (RedirectsLoopback(port)) AddLoopback(port, target, elements);
        }

        return elements;
    }

    public static PortProtocol ProtocolOf(string name) => name switch
    {
        "tcp" => PortProtocol.Tcp,
        "udp" => PortProtocol.Udp,
        "sctp" => PortProtocol.Sctp,
        _ => throw new InvalidArgumentException($"invalid proto: {name}: tcp, udp or sctp is wanted"),
    };

    private static RuleElement Open(RuleFamily family, PublishedPort port, IPAddress target)
    {
        var protocol = (byte)ProtocolOf(port.Protocol);
        return new(family.Open, NftElement.Range(
            new NftValue().Add(target).Add(protocol).Add(port.ContainerPort).ToArray(),
            new NftValue().Add(target).Add(protocol).Add((ushort)(port.ContainerPort + port.Count - 1)).ToArray()));
    }

    private static void AddRedirect(RuleFamily family, PublishedPort port, IPAddress target, string link, List<RuleElement> elements)
    {
        var protocol = (byte)ProtocolOf(port.Protocol);
        var isAny = port.HostAddress.Equals(IPAddress.Any) || port.HostAddress.Equals(IPAddress.IPv6Any);
        if (IsWide(port) && port.HostPort == port.ContainerPort)
        {
            var last = isAny ? target.IsIPv6() ? LastIPv6 : LastIPv4 : port.HostAddress;
            elements.Add(new(family.Ranges, NftElement.Range(
                new NftValue().Add(port.HostAddress).Add(protocol).Add(port.HostPort).ToArray(),
                new NftValue().Add(last).Add(protocol).Add((ushort)(port.HostPort + port.Count - 1)).ToArray(),
                target.GetAddressBytes())));
            return;
        }

        // The kernel cannot add to a port: a long range that is shifted is one element for each of its ports, too.
        for (var i = 0; i < port.Count; i++)
        {
            var (key, own) = (new NftValue(), new NftValue().Add(link));
            foreach (var value in (NftValue[])[key, own])
            {
                if (!isAny) value.Add(port.HostAddress);
                value.Add(protocol).Add((ushort)(port.HostPort + i));
            }

            elements.Add(new(isAny ? family.AnyPorts : family.Ports, NftElement.Of(key.ToArray(), Target(port, target, i))));
            // A long range has no sockets that could serve its own bridge.
            if (!IsWide(port)) elements.Add(new(isAny ? family.OwnAnyPorts : family.OwnPorts, NftElement.Of(own.ToArray())));
        }
    }

    private static void AddLoopback(PublishedPort port, IPAddress target, List<RuleElement> elements)
    {
        var protocol = (byte)ProtocolOf(port.Protocol);
        if (port.HostPort == port.ContainerPort)
        {
            elements.Add(new(RuleTable.LoopbackRanges, NftElement.Range(
                new NftValue().Add(protocol).Add(port.HostPort).ToArray(),
                new NftValue().Add(protocol).Add((ushort)(port.HostPort + port.Count - 1)).ToArray(),
                target.GetAddressBytes())));
            return;
        }

        for (var i = 0; i < port.Count; i++)
        {
            elements.Add(new(RuleTable.LoopbackPorts, NftElement.Of(
                new NftValue().Add(protocol).Add((ushort)(port.HostPort + i)).ToArray(), Target(port, target, i))));
        }
    }

    private static byte[] Target(PublishedPort port, IPAddress target, int index) =>
        new NftValue().Add(target).Add((ushort)(port.ContainerPort + index)).ToArray();
}
