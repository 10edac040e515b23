using System.Net;
using Gantry.Engine.Containers;
using Gantry.Network;
using Gantry.Network.Names;
using Gantry.Network.Records;

namespace Gantry.Engine.Networks;

internal sealed partial class ContainerNetworks
{
    public void NamesChanged(Container container)
    {
        if (!live.TryGetValue(container.Id, out var current))
        {
            return;
        }

        foreach (var end in current.Endpoints)
        {
            if (container.HidesNames) names.Withdraw(end.Network.Id, container.Id);
            else PublishNames(container.Record, end);
        }
    }

    private NetworkAttachment Attachment(ContainerRecord record, LiveNetworks current, PortLease? ports) => new()
    {
        IsHost = record.HostConfig.NetworkMode == NetworkName.Host,
        Namespace = current.Sandbox?.Namespace,
        Endpoints = [.. current.Endpoints.Select(end => end.Endpoint)],
        Settings = [.. current.Endpoints.Select(end => end.Setting)],
        Ports = ports,
        HostsEntries =
        [
            .. HostsLines.Extra(record, HostGateways),
            .. LinkedContainers(record).Select(link => link.HostsLine).OfType<string>(),
            .. current.Endpoints.SelectMany(end => HostsLines.Own(record, end.Endpoint)),
        ],
        ResolvConf = ResolvConf(record, current),
        LinkVariables = [.. LinkedContainers(record).SelectMany(link => link.Variables(record))],
        Connected = current.Connected,
    };

    private string ResolvConf(ContainerRecord record, LiveNetworks current)
    {
        var host = record.HostConfig;
        if (host.NetworkMode is NetworkName.Host or NetworkName.None
            && host is { Dns: null or [], DnsSearch: null or [], DnsOptions: null or [] } && options is { Dns: [], DnsSearch: [], DnsOptions: [] })
        {
            return ResolverConfiguration.HostText();
        }

        var configuration = ResolverConfiguration.OfHost().With(host, options);
        return (NeedsNames(current) ? configuration.ThroughNames()
            : host.NetworkMode == NetworkName.Host ? configuration
            : configuration.Reachable(current.Endpoints.Exists(end => end.Endpoint.IPv6 is not null))).ToString();
    }

    public IReadOnlyList<IPAddress> HostGateways => options.HostGateways.Count > 0
        ? options.HostGateways
        : [.. (networks.FindName(NetworkName.Bridge)?.Record.Pools ?? []).Select(pool => pool.Gateway).OfType<IPAddress>()];

    private static bool NeedsNames(LiveNetworks current) => current.Endpoints.Exists(end => NetworkName.IsUserDefined(end.Network.Name));

    /// <summary>Where the container is on a network whose containers know each other by name.</summary>
    private void OpenNames(ContainerRecord record, LiveNetworks current)
    {
        if (!NeedsNames(current))
        {
            return;
        }

        var hasGateway = current.Gateway(ipv6: false) is not null || current.Gateway(ipv6: true) is not null;
        names.Open(current.Sandbox!, ResolverConfiguration.OfHost().With(record.HostConfig, options).ToSettings(hasGateway, LinksOf(current)));
        current.HasNames = true;
    }

    private void PublishNames(ContainerRecord record, LiveEndpoint end)
    {
        if (NetworkName.IsUserDefined(end.Network.Name) && end.HasLink && containers.Find(record.Id) is not { HidesNames: true })
        {
            names.Publish(new NetworkNames(end.Network.Id, end.Network.Name, record.Id, DnsNames.Of(record, end.Setting), AddressesOf(end.Endpoint)));
        }
    }

    private static IPAddress[] AddressesOf(EndpointRecord endpoint) => [.. new[] { endpoint.IPv4, endpoint.IPv6 }.OfType<IPAddress>()];

    /// <summary>The links of user-defined networks: names for this container alone, of containers that run now.</summary>
    private Dictionary<string, IReadOnlyList<IPAddress>> LinksOf(LiveNetworks current)
    {
        var links = new Dictionary<string, IReadOnlyList<IPAddress>>(StringComparer.OrdinalIgnoreCase);
        foreach (var end in current.Endpoints)
        {
            foreach (var text in end.Setting.Asked.Links ?? [])
            {
                if (ContainerLink.TryParse(text, out var link) && containers.Find(link.Container) is { } other && end.Network.Endpoints.TryGetValue(other.Id, out var target))
                {
                    links[link.Alias] = AddressesOf(target);
                }
            }
        }

        return links;
    }

    /// <summary>A container came or went: those that have links to it learn its new addresses.</summary>
    private void RefreshLinks(string changed, IReadOnlyList<LiveEndpoint> ends)
    {
        foreach (var end in ends)
        {
            foreach (var id in end.Network.Endpoints.Keys.Where(id => id != changed))
            {
                if (live.TryGetValue(id, out var other) && other.HasNames && containers.Find(id) is { } container
                    && other.Endpoints.Exists(own => own.Network == end.Network && own.Setting.Asked.Links is { Length: > 0 }))
                {
                    Try(id, () => OpenNames(container.Record, other));
                }
            }
        }

        RefreshHosts(changed, ends);
    }
}
