using System.Net;
using Gantry.Network.Drivers;
using Gantry.Network.Host;
using Gantry.Network.Ports;
using Gantry.Network.Records;
using Gantry.Network.Rules;
using Microsoft.Extensions.Logging;

namespace Gantry.Network;

public sealed partial class NetworkStack
{
    public Task ReconcileAsync(IReadOnlyCollection<NetworkRecord> networks, IReadOnlyCollection<LiveContainer> running, CancellationToken cancellationToken)
    {
        var byId = networks.Where(n => !n.ConfigOnly).ToDictionary(n => n.Id);
        foreach (var endpoint in running.SelectMany(c => c.Endpoints)) leases.Restore(endpoint);
        foreach (var container in running.Where(c => c.Ports.Count > 0)) ports.Set(container.ContainerId, container.Ports);

        // Rules first, and all in one transaction: what runs is served before, during and after it.
        rules.Replace(networks.Where(n => n is { Driver: DriverNames.Bridge, ConfigOnly: false })
            .Select(n => KeyValuePair.Create(NetworkRules.Owner(n.Id), NetworkRules.Of(n)))
            .Concat(running.Where(c => c.Ports.Count > 0).Select(c => KeyValuePair.Create(PortRules.Owner(c.ContainerId), PortRules.Of(c.Ports, a => LinkOf(c, a, byId))))));
        // Those of plug-ins are the plug-ins' to keep.
        foreach (var network in byId.Values.Where(n => DriverNames.IsBuiltIn(n.Driver)))
        {
            cancellationToken.ThrowIfCancellationRequested();
            try
            {
                DriverOf(network).Create(network);
            }
            catch (Exception e)
            {
                // The others go on; containers of this one fail to start, and say why.
                LogNetworkFailed(options.Logger, network.Name, e);
            }
        }

        foreach (var container in running)
        {
            foreach (var endpoint in container.Endpoints)
            {
                if (!byId.TryGetValue(endpoint.NetworkId, out var network) || !DriverNames.IsBuiltIn(network.Driver)) continue;
                DriverOf(network).Resume(network, endpoint);
                if (network.Link.Length > 0 && container.Ports.Any(PortRules.RedirectsLoopback)) AllowLoopback(network);
            }
        }

        RemoveStrayLinks(byId);
        foreach (var warning in Warnings()) LogWarning(options.Logger, warning);
        return Task.CompletedTask;
    }

    private static string LinkOf(LiveContainer container, IPAddress address, Dictionary<string, NetworkRecord> networks) =>
        container.Endpoints.FirstOrDefault(e => address.Equals(e.IPv4) || address.Equals(e.IPv6)) is { } endpoint
        && networks.TryGetValue(endpoint.NetworkId, out var network) ? network.Link : "";

    private void RemoveStrayLinks(Dictionary<string, NetworkRecord> networks)
    {
        foreach (var link in host.Routes.Links())
        {
            if (LinkMark.NetworkOf(link, options.Owner) is { } id && !networks.ContainsKey(id))
            {
                host.Routes.Execute(new Linux.Netlink.RouteBatch().DeleteLink(link.Index, link.Name));
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Warning}")]
    private static partial void LogWarning(ILogger logger, string warning);

    [LoggerMessage(Level = LogLevel.Error, Message = "network {Name} could not be brought back")]
    private static partial void LogNetworkFailed(ILogger logger, string name, Exception exception);
}
