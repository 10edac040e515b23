using Gantry.Engine.Containers;
using Gantry.Spec;
using Gantry.Spec.Engine;

namespace Gantry.Engine.Networks;

internal sealed partial class NetworkService
{
    public async Task ConnectAsync(string network, string container, EndpointSettings? settings, CancellationToken cancellationToken)
    {
        var found = networks.Get(network);
        var target = containers.Get(container);
        using var holder = await target.Gate.EnterAsync().ConfigureAwait(false);
        var record = target.Record;
        if (record.State is { Removing: true } or { Dead: true })
        {
            throw new ConflictException($"container {target.Id} is marked for removal and cannot be connected or disconnected to the network");
        }

        RequireChangeable(record, found, connecting: true);
        if (record.Networks.Any(setting => setting.Name == found.Name))
        {
            throw new PermissionDeniedException($"endpoint with name {record.Name} already exists in network {found.Name}");
        }

        Conflicts.RequireCompatible([.. record.Networks.Select(setting => setting.Name), found.Name]);
        var asked = ContainerNetworks.Asked(settings);
        EndpointRules.Check(found.Name, found, asked);
        if (record.State.IsAlive)
        {
            await attachments.JoinAsync(target, found, asked, cancellationToken).ConfigureAwait(false);
        }
        else
        {
            containers.Save(target, record with { Networks = [.. record.Networks, new NetworkSetting(found.Name, asked with { NetworkID = found.Id })] });
        }
    }

    public async Task DisconnectAsync(string network, string container, bool force, CancellationToken cancellationToken)
    {
        var found = networks.Get(network);
        var target = containers.Find(container)
            ?? throw (force ? new NotFoundException($"endpoint {container} not found") : new NotFoundException($"No such container: {container}"));
        using var holder = await target.Gate.EnterAsync().ConfigureAwait(false);
        var record = target.Record;
        if (!record.Networks.Any(setting => setting.Name == found.Name))
        {
            throw new ConflictException($"container {target.Id} is not connected to network {found.Name}");
        }

        RequireChangeable(record, found, connecting: false);
        if (record.State.IsAlive)
        {
            await attachments.PartAsync(target, found).ConfigureAwait(false);
        }
        else
        {
            containers.Save(target, record with { Networks = [.. record.Networks.Where(setting => setting.Name != found.Name)] });
        }
    }

    private static void RequireChangeable(ContainerRecord record, EngineNetwork network, bool connecting)
    {
        if (network.Name == NetworkName.Host && (!connecting || record.HostConfig.NetworkMode != NetworkName.Host))
        {
            throw connecting ? Conflicts.ConnectToHost() : Conflicts.DisconnectFromHost();
        }

        if (NetworkName.IsContainer(record.HostConfig.NetworkMode) || record.HostConfig.NetworkMode == NetworkName.Host)
        {
            throw Conflicts.Shared();
        }
    }
}
