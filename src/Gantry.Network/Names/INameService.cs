using System.Net;

namespace Gantry.Network.Names;

/// <summary>
/// The resolver at 127.0.0.11 in each container on a user-defined network. Names belong to networks: a sandbox sees those of
/// the networks it is on, and everything else is asked of its upstream servers. Members may be called from any thread.
/// </summary>
public interface INameService : IAsyncDisposable
{
    /// <summary>Serves DNS over UDP and TCP in the sandbox's namespace, until <see cref="Close"/>. Opened again, it takes the new settings.</summary>
    void Open(Sandbox sandbox, ResolverSettings settings);

    /// <summary>Also lets go of the namespace, which open sockets keep alive.</summary>
    void Close(string containerId);

    /// <summary>The names an endpoint has on its network; replaces earlier ones of the same endpoint.</summary>
    void Publish(NetworkNames names);

    void Withdraw(string networkId, string containerId);
}

/// <param name="Servers">Upstream servers, in order.</param>
/// <param name="FromHost">The servers are reached from the host's namespace, otherwise from the container's.</param>
/// <param name="Search">The search list, as it stands in resolv.conf.</param>
/// <param name="Links">Names only this container sees (<c>--link</c>, <c>host.docker.internal</c>): name to addresses.</param>
/// <param name="NdotsSet">The user set <c>ndots</c> above 0: a name of one label that is not found here is not asked for elsewhere, so that the client goes on to its search list.</param>
public sealed record ResolverSettings(
    IReadOnlyList<IPEndPoint> Servers, bool FromHost, IReadOnlyList<string> Search, IReadOnlyDictionary<string, IReadOnlyList<IPAddress>> Links,
    bool NdotsSet = false);

/// <param name="NetworkId">On which network.</param>
/// <param name="NetworkName">Names may be asked for with it as their domain (<c>web.my-network</c>).</param>
/// <param name="ContainerId">Whose they are.</param>
/// <param name="Names">The first is the one a reverse look-up gives. Several containers may share a name: all addresses, in rotation.</param>
/// <param name="Addresses">IPv4 and IPv6.</param>
public sealed record NetworkNames(string NetworkId, string NetworkName, string ContainerId, IReadOnlyList<string> Names, IReadOnlyList<IPAddress> Addresses);
