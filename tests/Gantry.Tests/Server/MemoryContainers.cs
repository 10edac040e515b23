using Gantry.Engine.Backends;
using Gantry.Spec;
using Gantry.Spec.Engine;

namespace Gantry.Tests.Server;

/// <summary>Only what the protocol tests need: sessions, waits and logs that the test prepares.</summary>
internal sealed class MemoryContainers : IContainerBackend, IContainerStreamBackend
{
    public Dictionary<string, MemorySession> Sessions { get; } = [];

    public Dictionary<string, TaskCompletionSource<ContainerWaitResponse>> Waits { get; } = [];

    public Dictionary<string, LogStream> Logs { get; } = [];

    public ContainerCreateRequest? Created { get; private set; }

    public ContainerListOptions? Listed { get; private set; }

    public Task<AttachSession> AttachAsync(string container, AttachOptions options, CancellationToken cancellationToken) =>
        Sessions.TryGetValue(container, out var session) ? Task.FromResult<AttachSession>(session) : throw NotFound(container);

    public Task<ContainerWait> WaitAsync(string container, WaitCondition condition, CancellationToken cancellationToken) =>
        Waits.TryGetValue(container, out var wait) ? Task.FromResult(new ContainerWait(wait.Task)) : throw NotFound(container);

    public Task<LogStream> LogsAsync(string container, LogOptions options, CancellationToken cancellationToken) =>
        Logs.TryGetValue(container, out var log) ? Task.FromResult(log) : throw NotFound(container);

    public Task<ContainerCreateResponse> CreateAsync(ContainerCreateRequest request, string? name, string? platform, CancellationToken cancellationToken)
    {
        Created = request;
        return Task.FromResult(new ContainerCreateResponse { Id = "abc" });
    }

    public Task<IReadOnlyList<ContainerSummary>> ListAsync(ContainerListOptions options, CancellationToken cancellationToken)
    {
        Listed = options;
        return Task.FromResult<IReadOnlyList<ContainerSummary>>([]);
    }

    public Task StartAsync(string container, CancellationToken cancellationToken) => throw new NotModifiedException("it runs already");

    public Task StopAsync(string container, string? signal, int? timeoutSeconds, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task KillAsync(string container, string signal, CancellationToken cancellationToken) =>
        throw new ConflictException($"cannot kill container: {container}: container {container} is not running");

    public Task<ContainerUpdateResponse> UpdateAsync(string container, HostConfig asked, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task RenameAsync(string container, string newName, CancellationToken cancellationToken) => throw new InvalidOperationException("a defect");

    public Task ShowNamesAsync(string container, bool isShown, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<ContainerInspectResponse> InspectAsync(string container, bool size, CancellationToken cancellationToken) =>
        container == "c" || Logs.ContainsKey(container)
            ? Task.FromResult(new ContainerInspectResponse { Id = container, State = new ContainerState { Status = "running", Running = true } })
            : throw NotFound(container);

    public Task RestartAsync(string container, string? signal, int? timeoutSeconds, CancellationToken cancellationToken) => throw NotFound(container);

    public Task PauseAsync(string container, CancellationToken cancellationToken) => throw NotFound(container);

    public Task UnpauseAsync(string container, CancellationToken cancellationToken) => throw NotFound(container);

    public Task RemoveAsync(string container, bool force, bool removeVolumes, bool link, CancellationToken cancellationToken) => throw NotFound(container);

    public Task ResizeAsync(string container, int height, int width, CancellationToken cancellationToken) => throw NotFound(container);

    public Task<ContainerTopResponse> TopAsync(string container, string psArguments, CancellationToken cancellationToken) => throw NotFound(container);

    private static NotFoundException NotFound(string container) => new($"No such container: {container}");
}
