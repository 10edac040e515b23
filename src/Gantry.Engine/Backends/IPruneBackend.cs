using Gantry.Spec.Engine;

namespace Gantry.Engine.Backends;

/// <summary>What the endpoints that count and free space ask of the engine.</summary>
public interface IPruneBackend
{
    /// <summary>Removes the containers that do not run.</summary>
    Task<ContainersPruneResponse> PruneContainersAsync(Filters filters, CancellationToken cancellationToken);

    /// <summary>Removes images without a name, or with <c>dangling=false</c> all that no container is made of.</summary>
    Task<ImagesPruneResponse> PruneImagesAsync(Filters filters, CancellationToken cancellationToken);

    /// <param name="kinds">container, image, volume, build-cache; none means all.</param>
    Task<DiskUsage> DiskUsageAsync(IReadOnlyList<string> kinds, CancellationToken cancellationToken);
}
