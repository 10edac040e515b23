using Gantry.Engine.Containers;
using Gantry.Network;
using Gantry.Network.Records;
using Gantry.Spec;
using Microsoft.Extensions.Logging;

namespace Gantry.Engine.Networks;

internal sealed partial class ContainerNetworks
{
    public async Task ReconcileAsync(CancellationToken cancellationToken)
    {
        var running = containers.All().Where(container => container.Record.State.IsAlive && container.Record.Endpoints.Length > 0)
            .Select(container => (Container: container, container.Record)).ToArray();
        foreach (var network in networks.All())
        {
            TakeAgain(network, running.SelectMany(item => item.Record.Endpoints).Where(endpoint => endpoint.NetworkId == network.Id));
        }

        await stack.ReconcileAsync(
            [.. networks.All().Select(network => network.Record)],
            [.. running.Select(item => new LiveContainer(item.Record.Id, item.Record.State.Pid, item.Record.Endpoints, item.Record.Ports))],
            cancellationToken).ConfigureAwait(false);
        foreach (var (container, record) in running)
        {
            using var holder = await container.Gate.EnterAsync().ConfigureAwait(false);
            try
            {
                await AdoptAsync(container, record).ConfigureAwait(false);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                LogAdoption(logger, container.Id, e);
            }
        }
    }

    private void TakeAgain(EngineNetwork network, IEnumerable<EndpointRecord> endpoints)
    {
        try
        {
            var record = stack.TakeAgain(network.Record, endpoints);
            if (!ReferenceEquals(record, network.Record))
            {
                networks.Save(network, network.Document with { Record = record });
            }
        }
        catch (GantryException e)
        {
            LogAddresses(logger, network.Name, e.Message);
        }
    }

    private async Task AdoptAsync(Container container, ContainerRecord record)
    {
        var current = new LiveNetworks();
        foreach (var endpoint in record.Endpoints)
        {
            if (networks.Find(endpoint.NetworkId) is { } network && record.Networks.FirstOrDefault(setting => setting.Name == network.Name) is { } setting)
            {
                network.Enter(endpoint);
                current.Endpoints.Add(new LiveEndpoint(network, setting, endpoint));
            }
        }

        live[container.Id] = current;
        current.Published = record.Ports.Length > 0 ? (current.Gateway(ipv6: false) ?? current.Gateway(ipv6: true))?.Endpoint : null;
        if (!container.Record.State.IsAlive)
        {
            // It ended since it was listed.
            await DetachAsync(container).ConfigureAwait(false);
            return;
        }

        if (record.HostConfig.NetworkMode != NetworkName.Host)
        {
            current.Sandbox = stack.OpenSandbox(container.Id, record.State.Pid);
            OpenNames(record, current);
            current.Endpoints.ForEach(end => PublishNames(record, end));
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "the addresses of network {Network} could not be taken again: {Reason}")]
    private static partial void LogAddresses(ILogger logger, string network, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "the network of container {Id} could not be taken up")]
    private static partial void LogAdoption(ILogger logger, string id, Exception exception);
}
