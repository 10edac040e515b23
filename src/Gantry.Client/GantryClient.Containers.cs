using System.Text.Json;
using Gantry.Client.Transport;

namespace Gantry.Client;

public sealed partial class GantryClient
{
    /// <param name="body">A ContainerCreateRequest as JSON.</param>
    public ValueTask<JsonElement> CreateContainerAsync(ReadOnlyMemory<byte> body, string? name, string? platform, CancellationToken cancellationToken = default) =>
        PostAsync(new Query("/containers/create").Add("name", name).Add("platform", platform).ToString(), body, cancellationToken);

    public async ValueTask StartContainerAsync(string id, string? detachKeys = null, CancellationToken cancellationToken = default) =>
        await PostAsync(new Query($"/containers/{Query.Segment(id)}/start").Add("detachKeys", detachKeys).ToString(), default, cancellationToken).ConfigureAwait(false);

    public ValueTask<HijackedStream> AttachAsync(string id, AttachOptions attach, CancellationToken cancellationToken = default) =>
        _transport.HijackAsync(AttachRequest(id, attach), cancellationToken);

    /// <summary>
    /// Asks to attach and to be told of the exit, both at once on connections of their own, and returns when the daemon does both:
    /// from then on nothing a started container writes or returns is lost.
    /// </summary>
    public async ValueTask<(HijackedStream? Stream, ContainerExit Exit)> AttachAndWaitAsync(string id, AttachOptions? attach, string condition, CancellationToken cancellationToken = default)
    {
        await _transport.NegotiateAsync(cancellationToken).ConfigureAwait(false);
        var attaching = attach is null ? null : await _transport.BeginAsync(AttachRequest(id, attach), cancellationToken).ConfigureAwait(false);
        var waiting = await _transport.BeginAsync(WaitRequest(id, condition), cancellationToken).ConfigureAwait(false);
        var stream = attaching is null ? null : (await attaching.ReadAsync(cancellationToken).ConfigureAwait(false)).TakeConnection();
        return (stream, new ContainerExit(await waiting.ReadAsync(cancellationToken).ConfigureAwait(false)));
    }

    /// <param name="condition">not-running, next-exit or removed.</param>
    public async ValueTask<ContainerExit> WaitAsync(string id, string? condition, CancellationToken cancellationToken = default) =>
        new(await _transport.SendAsync(WaitRequest(id, condition), cancellationToken).ConfigureAwait(false));

    public async ValueTask ResizeAsync(string target, int rows, int columns, CancellationToken cancellationToken = default) =>
        await PostAsync(new Query($"/{target}/resize").Add("h", rows).Add("w", columns).ToString(), default, cancellationToken).ConfigureAwait(false);

    /// <param name="body">An ExecStartRequest as JSON.</param>
    public ValueTask<HijackedStream> StartExecAsync(string id, ReadOnlyMemory<byte> body, CancellationToken cancellationToken = default) =>
        _transport.HijackAsync(new DaemonRequest("POST", $"/exec/{id}/start") { Json = body }, cancellationToken);

    /// <summary>Sent without waiting for the answer: for signals that cannot wait.</summary>
    public ValueTask<JsonElement> KillAsync(string id, string? signal, CancellationToken cancellationToken = default) =>
        PostAsync(new Query($"/containers/{Query.Segment(id)}/kill").Add("signal", signal).ToString(), default, cancellationToken);

    private static DaemonRequest WaitRequest(string id, string? condition) =>
        new("POST", new Query($"/containers/{Query.Segment(id)}/wait").Add("condition", condition).ToString());

    private static DaemonRequest AttachRequest(string id, AttachOptions attach) => new("POST", new Query($"/containers/{Query.Segment(id)}/attach")
        .Add("detachKeys", attach.DetachKeys).Add("logs", attach.Logs)
        .Add("stderr", attach.Stderr).Add("stdin", attach.Stdin).Add("stdout", attach.Stdout).Add("stream", true).ToString())
    { Hijack = true };
}

public sealed record AttachOptions
{
    public bool Stdin { get; init; }

    public bool Stdout { get; init; }

    public bool Stderr { get; init; }

    public bool Logs { get; init; }

    public string? DetachKeys { get; init; }
}

/// <summary>The answer of wait: its head has come, its body comes when the container has exited.</summary>
public sealed class ContainerExit : IDisposable
{
    private readonly DaemonResponse _response;

    internal ContainerExit(DaemonResponse response) => _response = response;

    /// <returns>The status, and the daemon's words if waiting failed.</returns>
    public async ValueTask<(int Status, string? Error)> ReadAsync(CancellationToken cancellationToken = default)
    {
        using var json = await _response.ReadJsonAsync(cancellationToken).ConfigureAwait(false);
        var error = json.RootElement.TryGetProperty("Error", out var e) && e.ValueKind == JsonValueKind.Object && e.TryGetProperty("Message", out var m) ? m.GetString() : null;
        return (json.RootElement.GetProperty("StatusCode").GetInt32(), string.IsNullOrEmpty(error) ? null : error);
    }

    public void Dispose() => _response.Dispose();
}
