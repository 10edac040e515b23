using Gantry.Engine.Bundles;
using Gantry.Engine.Containers;
using Gantry.Network.Records;
using Gantry.Spec;
using Gantry.Spec.Engine;

namespace Gantry.Engine.Networks;

internal sealed partial class ContainerNetworks
{
    /// <summary>Connects a running container to one more network. The caller holds its gate.</summary>
    public async Task JoinAsync(Container container, EngineNetwork network, EndpointSettings asked, CancellationToken cancellationToken)
    {
        var current = Current(container);
        var hadNames = current.HasNames;
        var end = TakeAddress(container.Record, network, new NetworkSetting(network.Name, asked), current);
        current.Endpoints.Add(end);
        try
        {
            await stack.ConnectAsync(current.Sandbox!, network.Record, end.Endpoint, cancellationToken).ConfigureAwait(false);
            if (!hadNames)
            {
                OpenNames(container.Record, current);
            }

            PublishNames(container.Record, end);
            await SetGatewaysAsync(current).ConfigureAwait(false);
            var ports = await RepublishAsync(container, current).ConfigureAwait(false);
            Save(container, current, [.. container.Record.Networks.Where(other => other.Name != network.Name), end.Setting], ports);
        }
        catch
        {
            current.Endpoints.Remove(end);
            await LeaveAsync(container.Id, current, end).ConfigureAwait(false);
            await TryAsync(container.Id, () => SetGatewaysAsync(current)).ConfigureAwait(false);
            var ports = await TryRepublishAsync(container, current).ConfigureAwait(false);
            containers.Save(container, container.Record with { Ports = ports });
            throw;
        }

        HostFiles.UpdateHosts(paths, container.Id, _ => false, HostsLines.Own(container.Record, end.Endpoint));
        if (current.HasNames != hadNames)
        {
            File.WriteAllText(paths.ResolvConf(container.Id), ResolvConf(container.Record, current));
        }

        RefreshLinks(container.Id, [end]);
        events.Publish(network, "connect", container.Id);
    }

    /// <summary>Takes a running container off a network. The caller holds its gate.</summary>
    public async Task PartAsync(Container container, EngineNetwork network)
    {
        var current = Current(container);
        var end = current.Endpoints.Find(other => other.Network == network)
            ?? throw new ConflictException($"container {container.Id} is not connected to network {network.Name}");
        current.Endpoints.Remove(end);
        await LeaveAsync(container.Id, current, end).ConfigureAwait(false);
        await TryAsync(container.Id, () => SetGatewaysAsync(current)).ConfigureAwait(false);
        var ports = await TryRepublishAsync(container, current).ConfigureAwait(false);
        Save(container, current, [.. container.Record.Networks.Where(other => other.Name != network.Name)], ports);
        var gone = HostsLines.Own(container.Record, end.Endpoint);
        HostFiles.UpdateHosts(paths, container.Id, gone.Contains, []);
        RefreshLinks(container.Id, [end]);
        events.Publish(network, "disconnect", container.Id);
    }

    private LiveNetworks Current(Container container) =>
        live.TryGetValue(container.Id, out var current) && current.Sandbox is not null
            ? current
            : throw new ConflictException($"the networks of container {container.Id} cannot be changed: it has no network namespace of its own");

    private void Save(Container container, LiveNetworks current, NetworkSetting[] settings, PublishedPort[] ports) =>
        containers.Save(container, container.Record with { Networks = settings, Endpoints = [.. current.Endpoints.Select(end => end.Endpoint)], Ports = ports });

    /// <summary>What is published afterwards: nothing, where that failed on the way.</summary>
    private async Task<PublishedPort[]> TryRepublishAsync(Container container, LiveNetworks current)
    {
        PublishedPort[]? ports = null;
        await TryAsync(container.Id, async () => ports = await RepublishAsync(container, current).ConfigureAwait(false)).ConfigureAwait(false);
        return ports ?? (current.Published is null ? [] : container.Record.Ports);
    }

    /// <summary>Published ports follow the endpoint that leads out.</summary>
    private async Task<PublishedPort[]> RepublishAsync(Container container, LiveNetworks current)
    {
        var record = container.Record;
        if ((current.Gateway(ipv6: false) ?? current.Gateway(ipv6: true))?.Endpoint == current.Published || container.Monitor is not { } monitor
            || record.HostConfig is { PortBindings: not { Count: > 0 }, PublishAllPorts: false })
        {
            return record.Ports;
        }

        if (current.Published is not null)
        {
            await MonitorRelays.StopAsync(monitor, CancellationToken.None).ConfigureAwait(false);
            await stack.UnpublishAsync(record.Id, CancellationToken.None).ConfigureAwait(false);
            current.Published = null;
        }

        using var lease = await PublishAsync(record, current, CancellationToken.None).ConfigureAwait(false);
        await MonitorRelays.ServeAsync(monitor, lease, CancellationToken.None).ConfigureAwait(false);
        return [.. lease?.Ports ?? []];
    }
}
