using Gantry.Network.Records;

namespace Gantry.Network;

/// <summary>
/// Networks as the kernel has them: bridges, links, addresses, rules. It keeps no records; what it is told and what the
/// kernel has is all it knows. Each method may be repeated after a failure or a crash; members may be called from any thread.
/// Errors: <c>InvalidArgumentException</c>, <c>ConflictException</c>, <c>UnsupportedException</c> where the request is at fault.
/// </summary>
public interface INetworkStack : IAsyncDisposable
{
    /// <summary>
    /// Checks a new network and completes it: subnets from the address pools (clear of the host's routes and of
    /// <paramref name="others"/>), gateways, link name. Changes nothing, but an IPAM plug-in's subnets are taken;
    /// <see cref="CreateAsync"/> gives them back when it fails, and <see cref="DeleteAsync"/>.
    /// </summary>
    NetworkRecord Plan(NetworkRecord wanted, IReadOnlyCollection<NetworkRecord> others);

    /// <summary>What on this host keeps networks from working, for <c>info</c>: firewalls that drop what passes through. Each is a sentence.</summary>
    IReadOnlyList<string> Warnings() => [];

    /// <summary>Makes the network's links and rules if they are not there.</summary>
    Task CreateAsync(NetworkRecord network, CancellationToken cancellationToken);

    Task DeleteAsync(NetworkRecord network, CancellationToken cancellationToken);

    /// <summary>Asks the plug-in of a network's addresses once more for what it gave, where it wants that when the daemon starts.</summary>
    /// <param name="endpoints">Those that are in use.</param>
    /// <returns>The network, with the plug-in's ids of now; the same where nothing was asked.</returns>
    /// <exception cref="Spec.GantryException">There is no such plug-in, or it gives the subnet no more.</exception>
    NetworkRecord TakeAgain(NetworkRecord network, IEnumerable<EndpointRecord> endpoints) => network;

    /// <summary>
    /// Takes addresses for an endpoint until <see cref="Release"/>: the ones asked for, or the next free ones. Gives the
    /// record without <c>InterfaceName</c> decided by the caller.
    /// </summary>
    EndpointRecord Lease(NetworkRecord network, EndpointRecord endpoint, EndpointRequest request);

    /// <param name="wasSilent">Nothing was ever sent from its addresses: the kernel tracks no connections of theirs.</param>
    void Release(NetworkRecord network, EndpointRecord endpoint, bool wasSilent = false);

    /// <summary>A new network namespace with its loopback up. It lives while the handle or a process in it does.</summary>
    Task<Sandbox> CreateSandboxAsync(string containerId, CancellationToken cancellationToken);

    /// <summary>The namespace of a running container's process.</summary>
    Sandbox OpenSandbox(string containerId, int processId);

    /// <summary>Links the sandbox to the network: link, addresses, routes of the network.</summary>
    Task ConnectAsync(Sandbox sandbox, NetworkRecord network, EndpointRecord endpoint, CancellationToken cancellationToken);

    Task DisconnectAsync(Sandbox sandbox, NetworkRecord network, EndpointRecord endpoint, CancellationToken cancellationToken);

    /// <summary>Disconnects a sandbox that ends: nothing passes afterwards, but its links may go a moment later.</summary>
    /// <returns>True where it is known that nothing was ever sent by it.</returns>
    Task<bool> AbandonAsync(Sandbox sandbox, NetworkRecord network, EndpointRecord endpoint);

    /// <summary>Sets the default routes of the sandbox, v4 and v6, to those endpoints' gateways; null removes one.</summary>
    Task SetGatewaysAsync(
        Sandbox sandbox, (NetworkRecord Network, EndpointRecord Endpoint)? ipv4, (NetworkRecord Network, EndpointRecord Endpoint)? ipv6, CancellationToken cancellationToken);

    /// <summary>
    /// Publishes ports of an endpoint on the host: reserves them (a conflict names the port, and who holds it where that is
    /// known), and makes their rules. All or nothing. The listening sockets go to the container's monitor, which serves
    /// what rules cannot (loopback, IPv6 to IPv4), and whose life is theirs.
    /// </summary>
    Task<PortLease> PublishAsync(
        string containerId, NetworkRecord network, EndpointRecord endpoint, IReadOnlyList<PortRequest> requests, CancellationToken cancellationToken);

    /// <summary>Takes down the rules of a container's published ports; does nothing where there are none.</summary>
    Task UnpublishAsync(string containerId, CancellationToken cancellationToken);

    /// <summary>
    /// Brings kernel and records together when the daemon starts: makes what is missing, takes up what runs, removes what is
    /// ours and belongs to nobody.
    /// </summary>
    Task ReconcileAsync(IReadOnlyCollection<NetworkRecord> networks, IReadOnlyCollection<LiveContainer> running, CancellationToken cancellationToken);
}

/// <summary>A running container, as the records have it, for <see cref="INetworkStack.ReconcileAsync"/>.</summary>
public sealed record LiveContainer(string ContainerId, int ProcessId, IReadOnlyList<EndpointRecord> Endpoints, IReadOnlyList<PublishedPort> Ports);
