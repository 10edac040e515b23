using System.Net;
using Gantry.Engine.Networks;
using Gantry.Spec;
using Gantry.Spec.Engine;

namespace Gantry.Engine.Validation;

/// <summary>What of a request concerns networks, and which options the network it names excludes; in Docker's words.</summary>
internal static class NetworkRules
{
    public static void Check(HostConfig host, ContainerConfig asked, ContainerConfig config, List<string> warnings)
    {
        if (NetworkName.IsContainer(host.NetworkMode))
        {
            CheckShared(host, asked);
        }
        else if (host.NetworkMode.StartsWith(NetworkName.ContainerPrefix, StringComparison.Ordinal))
        {
            throw new InvalidArgumentException("invalid container format container:<name|id>");
        }

        if (host.NetworkMode == NetworkName.Host && host.Links is { Length: > 0 })
        {
            throw Conflicts.LinksOnHost();
        }

        if (NetworkName.IsBare(host.NetworkMode) && (host.PortBindings is { Count: > 0 } || host.PublishAllPorts))
        {
            warnings.Add($"Published ports are discarded when using {host.NetworkMode} network mode");
        }

        _ = PortPlan.Requests(host, config);
        Array.ForEach(host.ExtraHosts ?? [], HostsLines.Check);
        CheckServers(host);
        if (config.NetworkDisabled && host.NetworkMode != NetworkName.None)
        {
            throw new InvalidArgumentException($"conflicting options: NetworkDisabled and network mode {host.NetworkMode}");
        }
    }

    private static void CheckServers(HostConfig host)
    {
        foreach (var server in host.Dns ?? [])
        {
            if (!IPAddress.TryParse(server, out _))
            {
                throw new InvalidArgumentException($"bad nameserver address: IP address is not correctly formatted: {server}");
            }
        }
    }

    /// <summary>All of this is the other container's already.</summary>
    private static void CheckShared(HostConfig host, ContainerConfig config)
    {
        var conflict = (host, config) switch
        {
            _ when config.Hostname.Length > 0 => "hostname and the network mode",
            _ when host.Links is { Length: > 0 } => "container type network can't be used with links. This would result in undefined behavior",
            _ when host.Dns is { Length: > 0 } => "dns and the network mode",
            _ when host.ExtraHosts is { Length: > 0 } => "custom host-to-IP mapping and the network mode",
            _ when config.MacAddress is not null => "mac-address and the network mode",
            _ when host.PortBindings is { Count: > 0 } || host.PublishAllPorts => "port publishing and the container type network mode",
            _ when config.ExposedPorts is { Count: > 0 } => "port exposing and the container type network mode",
            _ => null,
        };
        if (conflict is not null)
        {
            throw new InvalidArgumentException($"conflicting options: {conflict}");
        }
    }
}
