using Gantry.Spec.Engine;

namespace Gantry.Engine.Backends;

/// <summary>What the statistics endpoint asks of the engine.</summary>
public interface IStatsBackend
{
    /// <summary>What a container uses now, without the sample before it. Zeroes when it does not run.</summary>
    ContainerStats OneShot(string container);

    /// <summary>A sample each second, each with the one before it, from the second on; ends when the container is removed.</summary>
    IAsyncEnumerable<ContainerStats> StatsAsync(string container, CancellationToken cancellationToken);
}
