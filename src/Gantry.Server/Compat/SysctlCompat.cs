using Gantry.Server.Http;
using Gantry.Spec;
using Gantry.Spec.Engine;

namespace Gantry.Server.Compat;

/// <summary>Settings of a container's link (<c>net.ipv4.conf.eth0.forwarding</c>) were among its sysctls until API 1.47, and are an option of its endpoint since 1.46.</summary>
internal static class SysctlCompat
{
    private const string OnlyLink = "eth0";

    /// <returns>The request as the newest version would have it, and what its client should know of that.</returns>
    public static (ContainerCreateRequest Request, string? Warning) Move(ContainerCreateRequest request, ApiVersion version)
    {
        if (request.HostConfig is not { Sysctls: { } all } host || host.NetworkMode == "host" || host.NetworkMode.StartsWith("container:", StringComparison.Ordinal))
        {
            return (request, null);
        }

        var found = all.Select(pair => (pair.Key, pair.Value, Parts: pair.Key.Split('.', 5))).Where(one => one.Parts is ["net", _, _, var link, _] && link.StartsWith("eth", StringComparison.Ordinal)).ToList();
        if (found.Count == 0)
        {
            return (request, null);
        }

        if (!version.IsBefore(48))
        {
            throw new InvalidArgumentException($"interface specific sysctl setting \"{found[0].Key}\" must be supplied using driver option '{EndpointSettings.SysctlsOption}'");
        }

        if (found.FindIndex(one => one.Parts[3] != OnlyLink) is >= 0 and var other)
        {
            throw new InvalidArgumentException($"unable to determine network endpoint for sysctl {found[other].Key}, use driver option '{EndpointSettings.SysctlsOption}' to set per-interface sysctls");
        }

        var endpoints = new Dictionary<string, EndpointSettings>(request.NetworkingConfig?.EndpointsConfig ?? []);
        var network = host.NetworkMode.Length == 0 ? "default" : host.NetworkMode;
        if (endpoints.Count > 0 && !endpoints.ContainsKey(network))
        {
            network = endpoints.Count == 1 && version.IsBefore(44) ? endpoints.Keys.Single()
                : throw new InvalidArgumentException($"unable to find a network for sysctl {found[0].Key}: no endpoint has the name of the network mode, {network}");
        }

        var settings = endpoints.GetValueOrDefault(network) ?? new();
        var options = new Dictionary<string, string>(settings.DriverOpts ?? []);
        var moved = string.Join(',', found.Select(one => $"net.{one.Parts[1]}.{one.Parts[2]}.IFNAME.{one.Parts[4]}={one.Value}"));
        // What was said of the endpoint itself comes later, and counts.
        options[EndpointSettings.SysctlsOption] = options.TryGetValue(EndpointSettings.SysctlsOption, out var own) ? $"{moved},{own}" : moved;
        endpoints[network] = settings with { DriverOpts = options };
        return (
            request with
            {
                HostConfig = host with { Sysctls = all.Where(pair => !found.Exists(one => one.Key == pair.Key)).ToDictionary() },
                NetworkingConfig = new() { EndpointsConfig = endpoints },
            },
            $"Migrated sysctl \"{string.Join(',', found.Select(one => one.Key))}\" to DriverOpts{{\"{EndpointSettings.SysctlsOption}\":\"{moved}\"}}.");
    }
}
