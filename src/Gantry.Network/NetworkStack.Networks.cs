using Gantry.Network.Records;

namespace Gantry.Network;

public sealed partial class NetworkStack
{
    public Task CreateAsync(NetworkRecord network, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (!network.ConfigOnly) DriverOf(network).Create(network);
        return Task.CompletedTask;
    }

    public Task DeleteAsync(NetworkRecord network, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (!network.ConfigOnly) DriverOf(network).Delete(network);
        leases.Forget(network.Id);
        return Task.CompletedTask;
    }
}
