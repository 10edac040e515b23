using System.Net;
using Gantry.Engine.Bundles;
using Gantry.Engine.Containers;
using Gantry.Network.Records;
using Gantry.Spec;

namespace Gantry.Engine.Networks;

/// <summary>Lines of a container's /etc/hosts.</summary>
internal static class HostsLines
{
    private const string HostGateway = "host-gateway";

    /// <summary>Those of <c>--add-host name:address</c>, also written with an equals sign.</summary>
    /// <param name="container">Whose.</param>
    /// <param name="gateways">The host, as containers reach it.</param>
    public static IEnumerable<string> Extra(ContainerRecord container, IReadOnlyList<IPAddress> gateways)
    {
        foreach (var entry in container.HostConfig.ExtraHosts ?? [])
        {
            var (name, address) = Split(entry);
            if (address != HostGateway)
            {
                yield return $"{address}\t{name}";
                continue;
            }

            if (gateways.Count == 0)
            {
                throw new InvalidArgumentException(
                    $"unable to derive the IP value for {HostGateway} (in \"{entry}\"): there is no default bridge; set host-gateway-ip for the daemon");
            }

            foreach (var gateway in gateways)
            {
                yield return $"{gateway}\t{name}";
            }
        }
    }

    /// <summary>The container's own addresses, with its host name.</summary>
    public static IReadOnlyList<string> Own(ContainerRecord container, EndpointRecord endpoint)
    {
        var host = HostFiles.HostName(container);
        if (host.Length == 0)
        {
            return [];
        }

        var whole = container.Config.Domainname.Length > 0 ? $"{host}.{container.Config.Domainname}" : host;
        var names = whole.Split('.', 2) is [var bare, _] ? $"{whole} {bare}" : whole;
        return [.. new[] { endpoint.IPv4, endpoint.IPv6 }.OfType<IPAddress>().Select(address => $"{address}\t{names}")];
    }

    public static void Check(string entry)
    {
        var (name, address) = Split(entry);
        if (name.Length == 0 || name.Length == entry.Length)
        {
            throw new InvalidArgumentException($"bad format for add-host: \"{entry}\"");
        }

        if (address != HostGateway && !IPAddress.TryParse(address, out _))
        {
            throw new InvalidArgumentException($"invalid IP address in add-host: \"{address}\" (in \"{entry}\")");
        }
    }

    private static (string Name, string Address) Split(string entry)
    {
        var at = entry.AsSpan().IndexOfAny(':', '=');
        return at < 0 ? (entry, "") : (entry[..at], entry[(at + 1)..].Trim('[', ']'));
    }
}
