using Gantry.Spec.Engine;

namespace Gantry.Engine.Backends;

/// <summary>What the container endpoints ask of the engine. Every <c>container</c> is a name, an id or a unique id prefix.</summary>
/// <remarks>All methods throw the kinds in <see cref="Gantry.Spec.GantryException"/>; their messages are the API's.</remarks>
public interface IContainerBackend
{
    /// <summary>Makes a container and its snapshot. The image must be there; <paramref name="name"/> null means a generated one.</summary>
    Task<ContainerCreateResponse> CreateAsync(ContainerCreateRequest request, string? name, string? platform, CancellationToken cancellationToken);

    Task<IReadOnlyList<ContainerSummary>> ListAsync(ContainerListOptions options, CancellationToken cancellationToken);

    Task<ContainerInspectResponse> InspectAsync(string container, bool size, CancellationToken cancellationToken);

    /// <summary>Starts; <see cref="Gantry.Spec.NotModifiedException"/> when it runs already.</summary>
    Task StartAsync(string container, CancellationToken cancellationToken);

    /// <summary>Sends <paramref name="signal"/> (null: the container's stop signal), then SIGKILL after <paramref name="timeoutSeconds"/> (null: the container's own; -1: never).</summary>
    Task StopAsync(string container, string? signal, int? timeoutSeconds, CancellationToken cancellationToken);

    Task RestartAsync(string container, string? signal, int? timeoutSeconds, CancellationToken cancellationToken);

    Task KillAsync(string container, string signal, CancellationToken cancellationToken);

    Task PauseAsync(string container, CancellationToken cancellationToken);

    Task UnpauseAsync(string container, CancellationToken cancellationToken);

    Task RenameAsync(string container, string newName, CancellationToken cancellationToken);

    /// <summary>Other limits and another restart policy, at once for a container that runs. What is zero or empty stays as it is.</summary>
    /// <param name="asked">Of it counts what is a limit, and the policy.</param>
    Task<ContainerUpdateResponse> UpdateAsync(string container, HostConfig asked, CancellationToken cancellationToken);

    /// <summary>Whether others on its networks find it by name; they do, until told otherwise.</summary>
    Task ShowNamesAsync(string container, bool isShown, CancellationToken cancellationToken);

    Task RemoveAsync(string container, bool force, bool removeVolumes, bool link, CancellationToken cancellationToken);

    Task ResizeAsync(string container, int height, int width, CancellationToken cancellationToken);

    Task<ContainerTopResponse> TopAsync(string container, string psArguments, CancellationToken cancellationToken);

    /// <summary>
    /// Registers a wait and returns as soon as it is registered, so that the response headers can go out;
    /// <see cref="ContainerWait.Result"/> completes when the condition holds.
    /// </summary>
    Task<ContainerWait> WaitAsync(string container, WaitCondition condition, CancellationToken cancellationToken);
}

/// <summary>The query of <c>GET /containers/json</c>. <see cref="Limit"/> 0 or less means no limit.</summary>
public sealed record ContainerListOptions
{
    public bool All { get; init; }

    public int Limit { get; init; }

    public bool Size { get; init; }

    public required Filters Filters { get; init; }
}

/// <summary>The values of <c>condition</c> in <c>POST /containers/{id}/wait</c>.</summary>
public enum WaitCondition
{
    NotRunning,
    NextExit,
    Removed,
}

/// <summary>A registered wait.</summary>
public sealed record ContainerWait(Task<ContainerWaitResponse> Result);
