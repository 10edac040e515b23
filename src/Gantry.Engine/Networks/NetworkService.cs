using Gantry.Engine.Backends;
using Gantry.Engine.Containers;
using Gantry.Network;
using Gantry.Spec;
using Gantry.Spec.Engine;

namespace Gantry.Engine.Networks;

/// <summary>The network endpoints' backend: one file for each group of verbs.</summary>
internal sealed partial class NetworkService(
    NetworkStore networks, INetworkStack stack, ContainerStore containers, ContainerNetworks attachments, NetworkEvents events, NetworkOptions options, TimeProvider time)
    : INetworkBackend
{
    /// <summary>Held by whoever makes or removes a network: subnets are chosen one after the other.</summary>
    private readonly AsyncLock gate = new();

    public Task<IReadOnlyList<NetworkInspect>> ListNetworksAsync(Filters filters, CancellationToken cancellationToken)
    {
        var filter = NetworkFilter.ForList(filters);
        return Task.FromResult<IReadOnlyList<NetworkInspect>>(
            [.. networks.All().Where(filter.Matches).OrderBy(network => network.Record.Created).Select(network => NetworkDescription.Of(network, nameOf: null))]);
    }

    public Task<NetworkInspect> InspectNetworkAsync(string network, string? scope, CancellationToken cancellationToken)
    {
        var found = networks.Get(network);
        return scope is null or "" or "local"
            ? Task.FromResult(NetworkDescription.Of(found, id => containers.Find(id)?.Record.Name))
            : throw new NotFoundException($"network {network} not found in scope {scope}");
    }

    public async Task RemoveNetworkAsync(string network, CancellationToken cancellationToken)
    {
        using var holder = await gate.EnterAsync().ConfigureAwait(false);
        var found = networks.Get(network);
        if (found.Document.IsPredefined)
        {
            throw new PermissionDeniedException($"{found.Name} is a pre-defined network and cannot be removed");
        }

        if (networks.All().FirstOrDefault(other => other.Record.ConfigFrom == found.Name) is not null)
        {
            throw new PermissionDeniedException($"error while removing network: configuration network \"{found.Name}\" is in use");
        }

        if (!found.TryGo())
        {
            var users = found.Endpoints.Values.Select(endpoint => $"name:\"{containers.Find(endpoint.ContainerId)?.Record.Name}\" id:\"{ContainerIdentity.Short(endpoint.Id)}\"");
            throw new PermissionDeniedException(
                $"error while removing network: network {found.Name} has active endpoints ({string.Join(", ", users)})");
        }

        await RemoveAsync(found).ConfigureAwait(false);
    }

    public async Task<NetworkPruneResponse> PruneNetworksAsync(Filters filters, CancellationToken cancellationToken)
    {
        var filter = NetworkFilter.ForPrune(filters, time.GetUtcNow());
        using var holder = await gate.EnterAsync().ConfigureAwait(false);
        var deleted = new List<string>();
        foreach (var network in networks.All().Where(network => network is { Document.IsPredefined: false, Record.ConfigOnly: false } && filter.Matches(network)))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (network.TryGo())
            {
                await RemoveAsync(network).ConfigureAwait(false);
                deleted.Add(network.Name);
            }
        }

        events.Pruned();
        return new NetworkPruneResponse { NetworksDeleted = deleted.Count == 0 ? null : [.. deleted] };
    }

    /// <summary>First from the kernel: a daemon that dies in between makes it again, and nobody was told that it is gone.</summary>
    private async Task RemoveAsync(EngineNetwork network)
    {
        try
        {
            await stack.DeleteAsync(network.Record, CancellationToken.None).ConfigureAwait(false);
            networks.Delete(network);
        }
        catch
        {
            network.Stay();
            throw;
        }

        events.Publish(network, "destroy");
    }
}
