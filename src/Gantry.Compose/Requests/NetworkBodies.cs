using System.Globalization;
using Gantry.Client;
using Gantry.Compose.Model;

namespace Gantry.Compose.Requests;

/// <summary>How a container is on its networks.</summary>
internal static class NetworkBodies
{
    private const string InterfaceNameOption = "com.docker.network.endpoint.ifname";

    /// <summary>The mode of the host configuration: the first network, or what is said in place of networks.</summary>
    public static string Mode(ContainerRequest request)
    {
        var service = request.Service;
        if (service.NetworkMode is { Length: > 0 } mode)
        {
            return Shared(request, mode);
        }

        return service.NetworksByPriority() is [var first, ..] ? request.Project.Networks[first].Name : "none";
    }

    /// <summary><c>service:name</c> is the container of that service.</summary>
    public static string Shared(ContainerRequest request, string mode)
    {
        if (!mode.StartsWith("service:", StringComparison.Ordinal))
        {
            return mode;
        }

        var name = mode["service:".Length..];
        return request.Peers.TryGetValue(name, out var id) ? $"container:{id}"
            : throw new ComposeException($"service {request.Service.Name} shares with service {name}, which has no container");
    }

    public static JsonBody Make(ContainerRequest request)
    {
        var keys = Keys(request);
        var taken = request.IsBeforeEndpointAddresses ? keys.Take(1) : keys;
        var body = new JsonBody();
        body.SetIfGiven("EndpointsConfig", JsonBody.Of(taken.Select(key => KeyValuePair.Create(request.Project.Networks[key].Name, Endpoint(request, key)))));
        return body;
    }

    /// <summary>The networks that have to be joined after the container was made.</summary>
    public static IEnumerable<(string Network, JsonBody Endpoint)> Further(ContainerRequest request) => request.IsBeforeEndpointAddresses
        ? Keys(request).Skip(1).Select(key => (request.Project.Networks[key].Name, Endpoint(request, key)))
        : [];

    private static IReadOnlyList<string> Keys(ContainerRequest request) => request.Service.NetworkMode is { Length: > 0 } ? [] : request.Service.NetworksByPriority();

    private static JsonBody Endpoint(ContainerRequest request, string key)
    {
        var (service, settings) = (request.Service, request.Service.Networks[key]);
        var body = new JsonBody();
        body.SetIfGiven("Aliases", Aliases(request, settings));
        body.SetIfGiven("Links", Links(request));
        var addresses = new JsonBody();
        addresses.SetIfGiven("IPv4Address", settings?.Ipv4Address);
        addresses.SetIfGiven("IPv6Address", settings?.Ipv6Address);
        addresses.SetIfGiven("LinkLocalIPs", settings?.LinkLocalIps.ToList());
        body.SetIfGiven("IPAMConfig", addresses);
        var mac = settings?.MacAddress ?? (key == service.NetworksByPriority()[0] ? service.MacAddress : null);
        if (!request.IsBeforeEndpointAddresses) body.SetIfGiven("MacAddress", mac);
        body.SetIfGiven("DriverOpts", settings is null ? null : JsonBody.Of(DriverOptions(settings)));
        body.SetIfGiven("GwPriority", settings?.GatewayPriority ?? 0);
        return body;
    }

    private static IReadOnlyDictionary<string, string> DriverOptions(ServiceNetwork settings) => settings.InterfaceName is { Length: > 0 } link
        ? new Dictionary<string, string>(settings.DriverOpts) { [InterfaceNameOption] = link }
        : settings.DriverOpts;

    private static List<string> Aliases(ContainerRequest request, ServiceNetwork? settings) =>
        request.HasAliases ? [.. ((string[])[request.Name, request.Service.Name, .. settings?.Aliases ?? []]).Distinct()] : [request.Name];

    private static List<string> Links(ContainerRequest request)
    {
        var links = new List<string>();
        foreach (var link in request.Service.Links)
        {
            var (name, alias) = link.Split(':', 2) is [var left, var right] ? (left, right) : (link, link);
            foreach (var (index, container) in request.PeerNames[name].Index())
            {
                links.AddRange([$"{container}:{alias}", string.Create(CultureInfo.InvariantCulture, $"{container}:{name}-{index + 1}"), $"{container}:{container}"]);
            }
        }

        links.AddRange(request.Service.ExternalLinks.Select(link => link.Contains(':', StringComparison.Ordinal) ? link : $"{link}:{link}"));
        return [.. links.Distinct()];
    }
}
