using Gantry.Network.Records;

namespace Gantry.Network;

public sealed partial class NetworkStack
{
    public Task CreateAsync(NetworkRecord network, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (network.ConfigOnly) return Task.CompletedTask;
        try
        {
            DriverOf(network).Create(network);
        }
        catch
        {
            planner.AddressesOf(network)?.GiveBack(network.Pools);
            throw;
        }

        return Task.CompletedTask;
    }

    public NetworkRecord TakeAgain(NetworkRecord network, IEnumerable<EndpointRecord> endpoints) =>
        !network.ConfigOnly && planner.AddressesOf(network) is { NeedsReplay: true } plugin ? network with { Pools = plugin.TakeAgain(network, endpoints) } : network;

    public Task DeleteAsync(NetworkRecord network, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (!network.ConfigOnly)
        {
            DriverOf(network).Delete(network);
            planner.AddressesOf(network)?.GiveBack(network.Pools);
        }

        leases.Forget(network.Id);
        return Task.CompletedTask;
    }
}
