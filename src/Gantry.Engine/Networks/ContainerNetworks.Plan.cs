using Gantry.Spec;
using Gantry.Spec.Engine;

namespace Gantry.Engine.Networks;

internal sealed partial class ContainerNetworks
{
    public NetworkSetting[] Plan(NetworkingConfig? requested, HostConfig host, ContainerConfig config)
    {
        var asked = (requested?.EndpointsConfig ?? []).ToDictionary(pair => Canonical(pair.Key), pair => Asked(pair.Value), StringComparer.Ordinal);
        if (NetworkName.IsContainer(host.NetworkMode))
        {
            return asked.Count == 0 ? [] : throw Conflicts.Shared();
        }

        var main = Canonical(host.NetworkMode);
        if (asked.Count == 0 || config.MacAddress is not null)
        {
            asked.TryAdd(main, new EndpointSettings());
        }

        if (config.MacAddress is { } mac)
        {
            asked[main] = asked[main].MacAddress is "" || asked[main].MacAddress == mac
                ? asked[main] with { MacAddress = mac }
                : throw new InvalidArgumentException("the container-wide MAC address must match the endpoint-specific MAC address for the main network, or be left empty");
        }

        Conflicts.RequireCompatible(asked.Keys);
        foreach (var (name, settings) in asked)
        {
            EndpointRules.Check(name, networks.FindName(name), settings);
        }

        return [.. asked.Select(pair => new NetworkSetting(pair.Key, pair.Value)).OrderBy(setting => setting.Name, StringComparer.Ordinal)];
    }

    public LinkRecord[] PlanLinks(HostConfig host)
    {
        if (host.NetworkMode != NetworkName.Bridge)
        {
            return [];
        }

        return [.. (host.Links ?? []).Select(text =>
        {
            var link = ContainerLink.TryParse(text, out var parsed) ? parsed : throw new InvalidArgumentException($"bad format for links: {text}");
            // Not "not found": clients would take it for the image, and pull.
            var target = containers.Find(link.Container) ?? throw new InvalidArgumentException($"could not get container for {link.Container}: No such container: {link.Container}");
            return target.Record.HostConfig.NetworkMode == NetworkName.Host ? throw Conflicts.LinksOnHost() : new LinkRecord(target.Id, link.Alias);
        })];
    }

    /// <summary>Only what may be asked for.</summary>
    public static EndpointSettings Asked(EndpointSettings? settings) => settings is null ? new() : new()
    {
        IPAMConfig = settings.IPAMConfig,
        Links = settings.Links,
        Aliases = settings.Aliases,
        MacAddress = settings.MacAddress,
        DriverOpts = settings.DriverOpts,
        GwPriority = settings.GwPriority,
    };

    /// <summary>A network's own name, where it is there.</summary>
    private string Canonical(string name) => name is "" or "default" ? NetworkName.Bridge : networks.Find(name)?.Name ?? name;
}
