using Gantry.Network.Records;
using Gantry.Spec;

namespace Gantry.Network;

public sealed partial class NetworkStack
{
    public Task<PortLease> PublishAsync(
        string containerId, NetworkRecord network, EndpointRecord endpoint, IReadOnlyList<PortRequest> requests, CancellationToken cancellationToken) =>
        requests.Count == 0 ? Task.FromResult(new PortLease([], [])) : throw new UnsupportedException("published ports are not supported yet");

    public Task UnpublishAsync(string containerId, CancellationToken cancellationToken) => Task.CompletedTask;
}
