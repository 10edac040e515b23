using Gantry.Spec.Engine;

namespace Gantry.Engine.Backends;

/// <summary>What the exec endpoints ask of the engine.</summary>
public interface IExecBackend
{
    Task<ExecCreateResponse> CreateExecAsync(string container, ExecCreateRequest request, CancellationToken cancellationToken);

    /// <summary>Starts with its streams attached; the session ends with the process.</summary>
    Task<AttachSession> StartExecAsync(string execId, ExecStartRequest request, CancellationToken cancellationToken);

    /// <summary>Starts with nothing attached and returns when the process runs.</summary>
    Task StartExecDetachedAsync(string execId, ExecStartRequest request, CancellationToken cancellationToken);

    Task ResizeExecAsync(string execId, int height, int width, CancellationToken cancellationToken);

    Task<ExecInspectResponse> InspectExecAsync(string execId, CancellationToken cancellationToken);
}
