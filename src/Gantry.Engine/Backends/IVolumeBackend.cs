using Gantry.Spec.Engine;

namespace Gantry.Engine.Backends;

/// <summary>What the volume endpoints ask of the engine.</summary>
public interface IVolumeBackend
{
    Task<VolumeListResponse> ListVolumesAsync(Filters filters, CancellationToken cancellationToken);

    /// <summary>Makes a volume; one of the name that is there already is the answer, if it can be the one that was meant.</summary>
    Task<Volume> CreateVolumeAsync(VolumeCreateRequest request, CancellationToken cancellationToken);

    Task<Volume> InspectVolumeAsync(string name, CancellationToken cancellationToken);

    /// <param name="force">One that is not there is no failure.</param>
    Task RemoveVolumeAsync(string name, bool force, CancellationToken cancellationToken);

    /// <summary>Removes what no container mounts: anonymous volumes, or with the filter <c>all</c> named ones too.</summary>
    Task<VolumesPruneResponse> PruneVolumesAsync(Filters filters, CancellationToken cancellationToken);
}
