using Gantry.Spec.Engine;

namespace Gantry.Engine.Backends;

/// <summary>What the network endpoints ask of the engine. Every <c>network</c> is a name, an id or a unique id prefix.</summary>
/// <remarks>All methods throw the kinds in <see cref="Gantry.Spec.GantryException"/>; their messages are the API's.</remarks>
public interface INetworkBackend
{
    Task<IReadOnlyList<NetworkInspect>> ListNetworksAsync(Filters filters, CancellationToken cancellationToken);

    /// <param name="network">Which.</param>
    /// <param name="scope">Null or empty for any; there are only networks of the scope <c>local</c>.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task<NetworkInspect> InspectNetworkAsync(string network, string? scope, CancellationToken cancellationToken);

    Task<NetworkCreateResponse> CreateNetworkAsync(NetworkCreateRequest request, CancellationToken cancellationToken);

    Task RemoveNetworkAsync(string network, CancellationToken cancellationToken);

    Task ConnectAsync(string network, string container, EndpointSettings? settings, CancellationToken cancellationToken);

    /// <param name="network">From which.</param>
    /// <param name="container">Which container.</param>
    /// <param name="force">Also where the container is gone and only its endpoint is left.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task DisconnectAsync(string network, string container, bool force, CancellationToken cancellationToken);

    /// <summary>Removes the networks that no running container is on.</summary>
    Task<NetworkPruneResponse> PruneNetworksAsync(Filters filters, CancellationToken cancellationToken);
}
