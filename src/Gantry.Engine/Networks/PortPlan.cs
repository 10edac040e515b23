using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Gantry.Engine.Containers;
using Gantry.Network.Records;
using Gantry.Spec;
using Gantry.Spec.Engine;

namespace Gantry.Engine.Networks;

/// <summary>Published ports: from what a container asks to what is requested, and from what it got to what is shown.</summary>
internal static class PortPlan
{
    /// <summary>Neighbouring ports with the same host address become one request.</summary>
    public static IReadOnlyList<PortRequest> Requests(HostConfig host, ContainerConfig config)
    {
        var bindings = host.PortBindings ?? [];
        var requests = new List<PortRequest>();
        foreach (var (key, list) in bindings)
        {
            var (port, protocol) = Parse(key);
            requests.AddRange((list is { Length: > 0 } ? list : [new PortBinding()]).Select(binding => Request(port, protocol, binding)));
        }

        if (host.PublishAllPorts)
        {
            requests.AddRange((config.ExposedPorts ?? []).Keys.SelectMany(Expand)
                .Where(port => !requests.Exists(request => request.ContainerPort == port.Number && request.Protocol == port.Protocol))
                .Select(port => Request(port.Number, port.Protocol, new PortBinding()))
                .ToArray());
        }

        return Collapse(requests);
    }

    /// <summary>What inspect shows: all ports of a running container, with null for those that are not published.</summary>
    public static Dictionary<string, PortBinding[]> Shown(ContainerRecord container)
    {
        var shown = new Dictionary<string, PortBinding[]>(StringComparer.Ordinal);
        foreach (var (number, protocol) in Exposed(container))
        {
            shown[Key(number, protocol)] = null!;
        }

        foreach (var group in Expand(container.Ports).GroupBy(port => Key(port.ContainerPort, port.Protocol)))
        {
            shown[group.Key] =
            [
                // A port of a network that is routed and not translated has none of the host.
                .. group.OrderBy(port => port.HostAddress.AddressFamily == AddressFamily.InterNetworkV6)
                    .Select(port => new PortBinding { HostIp = port.HostAddress.ToString(), HostPort = port.HostPort == 0 ? "" : Text(port.HostPort) }),
            ];
        }

        return shown;
    }

    /// <summary>What lists show: nothing of a container that has no network just now.</summary>
    public static Port[] Listed(ContainerRecord container)
    {
        if (!container.State.IsAlive || NetworkName.IsBare(container.HostConfig.NetworkMode))
        {
            return [];
        }

        var published = Expand(container.Ports).ToArray();
        return
        [
            .. published.Select(port => new Port { IP = port.HostAddress.ToString(), PrivatePort = port.ContainerPort, PublicPort = port.HostPort, Type = port.Protocol }),
            .. Exposed(container)
                .Where(exposed => !published.Any(port => port.ContainerPort == exposed.Number && port.Protocol == exposed.Protocol))
                .Select(exposed => new Port { PrivatePort = exposed.Number, Type = exposed.Protocol }),
        ];
    }

    /// <summary><c>80</c>, <c>80/udp</c>.</summary>
    public static (ushort Port, string Protocol) Parse(string key)
    {
        var (number, protocol) = key.Split('/', 2) is [var left, var right] ? (left, right.ToLowerInvariant()) : (key, "tcp");
        return ushort.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && protocol is "tcp" or "udp" or "sctp"
            ? (port, protocol)
            : throw new InvalidArgumentException($"invalid port specification: \"{key}\"");
    }

    private static IEnumerable<(ushort Number, string Protocol)> Exposed(ContainerRecord container) =>
        (container.Config.ExposedPorts ?? []).Keys.SelectMany(Expand).Concat((container.HostConfig.PortBindings ?? []).Keys.Select(Parse)).Distinct();

    /// <summary>Images may expose ranges: <c>80-90/tcp</c>.</summary>
    private static IEnumerable<(ushort Number, string Protocol)> Expand(string key)
    {
        var (range, protocol) = key.Split('/', 2) is [var left, var right] ? (left, right.ToLowerInvariant()) : (key, "tcp");
        var bounds = range.Split('-', 2);
        var first = Parse(bounds[0]).Port;
        var last = Parse(bounds[^1]).Port;
        return Enumerable.Range(first, Math.Max(0, last - first + 1)).Select(number => ((ushort)number, protocol));
    }

    private static IEnumerable<PublishedPort> Expand(IEnumerable<PublishedPort> ports) =>
        ports.SelectMany(port => Enumerable.Range(0, port.Count).Select(offset => port with
        {
            ContainerPort = (ushort)(port.ContainerPort + offset),
            HostPort = (ushort)(port.HostPort + offset),
            Count = 1,
        }));

    private static PortRequest Request(ushort port, string protocol, PortBinding binding)
    {
        var bounds = binding.HostPort.Split('-', 2);
        if (!ushort.TryParse(bounds[0].Length == 0 ? "0" : bounds[0], NumberStyles.None, CultureInfo.InvariantCulture, out var first)
            || !ushort.TryParse(bounds[^1].Length == 0 ? "0" : bounds[^1], NumberStyles.None, CultureInfo.InvariantCulture, out var last) || last < first)
        {
            throw new InvalidArgumentException($"invalid port specification: \"{binding.HostPort}\"");
        }

        IPAddress? address = null;
        if (binding.HostIp.Length > 0 && !IPAddress.TryParse(binding.HostIp, out address))
        {
            throw new InvalidArgumentException($"invalid IP address: {binding.HostIp}");
        }

        return new PortRequest { Protocol = protocol, ContainerPort = port, HostAddress = address, HostPort = first, HostPortEnd = last > first ? last : (ushort)0 };
    }

    private static List<PortRequest> Collapse(List<PortRequest> requests)
    {
        var collapsed = new List<PortRequest>();
        // Ports that are named come before those that may be any: a free one is then not one that is wanted.
        foreach (var request in requests.OrderBy(request => request.HostPort == 0).ThenBy(request => request.HostPortEnd > 0)
            .ThenBy(request => request.Protocol, StringComparer.Ordinal).ThenBy(request => request.HostAddress?.ToString(), StringComparer.Ordinal)
            .ThenBy(request => request.ContainerPort).ThenBy(request => request.HostPort))
        {
            if (collapsed is [.., var last] && Continues(last, request))
            {
                collapsed[^1] = last with { Count = last.Count + 1 };
            }
            else
            {
                collapsed.Add(request);
            }
        }

        return collapsed;
    }

    private static bool Continues(PortRequest range, PortRequest next) =>
        range.HostPort > 0 && range.HostPortEnd == 0 && next.HostPortEnd == 0 && range.Protocol == next.Protocol && Equals(range.HostAddress, next.HostAddress)
        && next.ContainerPort == range.ContainerPort + range.Count && next.HostPort == range.HostPort + range.Count;

    private static string Key(int port, string protocol) => $"{Text(port)}/{protocol}";

    private static string Text(int port) => port.ToString(CultureInfo.InvariantCulture);
}
