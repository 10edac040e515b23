using Gantry.Server.Http;
using Gantry.Spec.Engine;

namespace Gantry.Server.Compat;

/// <summary>Networks in older versions of the API: members that did not exist yet are neither obeyed nor shown.</summary>
internal static class NetworkCompat
{
    private const int ShortIdLength = 12;

    public static NetworkCreateRequest Create(NetworkCreateRequest request, ApiVersion version) =>
        version.IsBefore(48) ? request with { EnableIPv4 = null } : request;

    public static EndpointSettings Endpoint(EndpointSettings settings, ApiVersion version)
    {
        if (version.IsBefore(48))
        {
            settings = settings with { GwPriority = 0 };
        }

        return version.IsBefore(44) ? settings with { MacAddress = "" } : settings;
    }

    /// <summary>A container's short id was one of its aliases until 1.44; since then all its names are <see cref="EndpointSettings.DNSNames"/>.</summary>
    public static EndpointSettings Shown(EndpointSettings settings, ApiVersion version, string container)
    {
        if (version.IsBefore(45) && settings.DNSNames is not null)
        {
            settings = settings with { Aliases = [.. settings.Aliases ?? [], container[..Math.Min(ShortIdLength, container.Length)]] };
        }

        return version.IsBefore(44) ? settings with { DNSNames = null } : settings;
    }

    public static Dictionary<string, EndpointSettings> Shown(IReadOnlyDictionary<string, EndpointSettings> networks, ApiVersion version, string container) =>
        networks.ToDictionary(pair => pair.Key, pair => Shown(pair.Value, version, container), StringComparer.Ordinal);
}
