using Gantry.Engine.Backends;
using Gantry.Spec;
using Gantry.Spec.Engine;

namespace Gantry.Tests.Server;

internal sealed class MemoryExecs : IExecBackend
{
    public Dictionary<string, MemorySession> Sessions { get; } = [];

    public ExecStartRequest? Started { get; private set; }

    public Task<AttachSession> StartExecAsync(string execId, ExecStartRequest request, CancellationToken cancellationToken)
    {
        Started = request;
        return Sessions.TryGetValue(execId, out var session) ? Task.FromResult<AttachSession>(session) : throw NotFound(execId);
    }

    public Task<ExecCreateResponse> CreateExecAsync(string container, ExecCreateRequest request, CancellationToken cancellationToken) =>
        Task.FromResult(new ExecCreateResponse { Id = container + "-exec" });

    public Task StartExecDetachedAsync(string execId, ExecStartRequest request, CancellationToken cancellationToken)
    {
        Started = request;
        return Task.CompletedTask;
    }

    public Task ResizeExecAsync(string execId, int height, int width, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task<ExecInspectResponse> InspectExecAsync(string execId, CancellationToken cancellationToken) =>
        Task.FromResult(new ExecInspectResponse { ID = execId, ExitCode = 5 });

    private static NotFoundException NotFound(string execId) => new($"No such exec instance: {execId}");
}
