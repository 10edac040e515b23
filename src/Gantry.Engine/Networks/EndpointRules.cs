using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Gantry.Network.Drivers;
using Gantry.Spec;
using Gantry.Spec.Engine;

namespace Gantry.Engine.Networks;

/// <summary>What may be asked of a container's end of a network; all that is wrong is told, in Docker's words.</summary>
internal static class EndpointRules
{
    /// <param name="name">The network as it was named.</param>
    /// <param name="network">Null where there is none yet: the rest is checked at the start.</param>
    /// <param name="settings">What is asked.</param>
    public static void Check(string name, EngineNetwork? network, EndpointSettings settings)
    {
        var errors = new List<string>();
        var ipam = settings.IPAMConfig;
        CheckAddress(errors, network, ipam?.IPv4Address, AddressFamily.InterNetwork, "IPv4");
        CheckAddress(errors, network, ipam?.IPv6Address, AddressFamily.InterNetworkV6, "IPv6");
        foreach (var address in ipam?.LinkLocalIPs ?? [])
        {
            if (!IPAddress.TryParse(address, out _))
            {
                errors.Add($"invalid link-local IP address: {address}");
            }
        }

        if (!NetworkName.IsUserDefined(network?.Name ?? name))
        {
            if (ipam is { IPv4Address: not null } or { IPv6Address: not null })
            {
                errors.Add("user specified IP address is supported on user defined networks only");
            }

            if (settings.Aliases is { Length: > 0 })
            {
                errors.Add("network-scoped aliases are only supported for user-defined networks");
            }
        }

        if (settings.MacAddress.Length > 0 && !IsMac(settings.MacAddress))
        {
            errors.Add($"invalid MAC address: {settings.MacAddress}");
        }

        foreach (var link in settings.Links ?? [])
        {
            if (!ContainerLink.TryParse(link, out _))
            {
                errors.Add($"invalid link: {link}");
            }
        }

        if (settings.DriverOpts?.GetValueOrDefault(EndpointSettings.SysctlsOption) is { } sysctls)
        {
            try
            {
                LinkSysctls.Check(sysctls);
            }
            catch (InvalidArgumentException e)
            {
                errors.Add(e.Message);
            }
        }

        if (network?.Record.ConfigOnly == true)
        {
            errors.Add($"network {network.Name} is a configuration network: containers cannot be connected to it");
        }

        if (errors.Count > 0)
        {
            throw new InvalidArgumentException($"invalid config for network {name}: invalid endpoint settings:\n{string.Join('\n', errors)}");
        }
    }

    private static bool IsMac(string text) => PhysicalAddress.TryParse(text.Replace(':', '-'), out var address) && address.GetAddressBytes().Length == 6;

    private static void CheckAddress(List<string> errors, EngineNetwork? network, string? text, AddressFamily family, string kind)
    {
        if (text is null)
        {
            return;
        }

        if (!IPAddress.TryParse(text, out var address) || address.AddressFamily != family)
        {
            errors.Add($"invalid {kind} address: {text}");
            return;
        }

        if (network is null || !NetworkName.IsUserDefined(network.Name))
        {
            return;
        }

        var subnets = network.Document.Asked.Select(pool => pool.Subnet).OfType<IPNetwork>().Where(subnet => subnet.BaseAddress.AddressFamily == family).ToArray();
        if (subnets.Length == 0)
        {
            errors.Add("user specified IP address is supported only when connecting to networks with user configured subnets");
        }
        else if (!subnets.Any(subnet => subnet.Contains(address)))
        {
            errors.Add($"no configured subnet contains IP address {address}");
        }
    }
}
