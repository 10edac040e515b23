using Gantry.Network.Addresses;
using Gantry.Network.Drivers;
using Gantry.Network.Ports;
using Gantry.Network.Records;

namespace Gantry.Network;

public sealed partial class NetworkStack
{
    public Task<PortLease> PublishAsync(
        string containerId, NetworkRecord network, EndpointRecord endpoint, IReadOnlyList<PortRequest> requests, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        // As with Docker: nothing of an internal network, or of one that has the host's addresses, is published.
        if (requests.Count == 0 || network.Driver != DriverNames.Bridge || network.Internal) return Task.FromResult(new PortLease([], []));
        var lease = publisher.Reserve(containerId, network, endpoint, requests);
        try
        {
            if (lease.Ports.Any(PortRules.RedirectsLoopback)) AllowLoopback(network);
            rules.Set(PortRules.Owner(containerId), PortRules.Of(lease.Ports, _ => network.Link));
            ForgetUdp(lease.Ports);
            return Task.FromResult(lease);
        }
        catch
        {
            ports.Remove(containerId);
            lease.Dispose();
            throw;
        }
    }

    public Task UnpublishAsync(string containerId, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var before = ports.Remove(containerId);
        rules.Remove(PortRules.Owner(containerId));
        ForgetUdp(before);
        return Task.CompletedTask;
    }

    private void AllowLoopback(NetworkRecord network) => host.WriteSetting($"ipv4/conf/{network.Link}/route_localnet", "1");

    /// <summary>A client that sends datagrams on and on keeps the way of its first one: to the host, or to a container that is gone.</summary>
    private void ForgetUdp(IEnumerable<PublishedPort> changed)
    {
        foreach (var port in changed)
        {
            if (port is { Protocol: "udp", HostPort: > 0 }) host.Stale.RemoveUdp(port.HostAddress.IsIPv6(), port.HostPort, port.Count);
        }
    }
}
