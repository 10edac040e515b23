using Gantry.Engine.Backends;
using Gantry.Server.Http;
using Gantry.Server.Streams;
using Gantry.Spec;

namespace Gantry.Server.Endpoints;

internal sealed class ContainerStreamEndpoints(IContainerStreamBackend containers) : IEndpointGroup
{
    public IReadOnlyList<Route> Routes =>
    [
        Route.Post("/containers/{id}/attach", AttachAsync),
        Route.Get("/containers/{id}/attach/ws", AttachWebSocketAsync),
        Route.Get("/containers/{id}/logs", LogsAsync),
    ];

    private async Task AttachAsync(ApiRequest request)
    {
        var options = new AttachOptions
        {
            Stdin = request.QueryFlag("stdin"),
            Stdout = request.QueryFlag("stdout"),
            Stderr = request.QueryFlag("stderr"),
            Logs = request.QueryFlag("logs"),
            Stream = request.QueryFlag("stream"),
            DetachKeys = request.Query("detachKeys") ?? "",
        };

        await request.SkipBodyAsync().ConfigureAwait(false);
        // The session outlives the request, so it does not end with it.
        var session = await containers.AttachAsync(request.Subject, options, CancellationToken.None).ConfigureAwait(false);
        AttachAnswer.Give(request, session, session.IsTerminal);
    }

    private async Task AttachWebSocketAsync(ApiRequest request)
    {
        WebSocketAnswer.RequireHandshake(request);
        var all = request.Version.IsBefore(42);
        var options = new AttachOptions
        {
            Stdin = all || request.QueryFlag("stdin"),
            Stdout = all || request.QueryFlag("stdout"),
            Stderr = all || request.QueryFlag("stderr"),
            Logs = request.QueryFlag("logs"),
            Stream = request.QueryFlag("stream"),
            DetachKeys = request.Query("detachKeys") ?? "",
        };
        WebSocketAnswer.Give(request, await containers.AttachAsync(request.Subject, options, CancellationToken.None).ConfigureAwait(false));
    }

    private async Task LogsAsync(ApiRequest request)
    {
        var options = new LogOptions
        {
            Follow = request.QueryFlag("follow"),
            Stdout = request.QueryFlag("stdout"),
            Stderr = request.QueryFlag("stderr"),
            Since = Given(request.QueryNanoseconds("since")),
            Until = Given(request.QueryNanoseconds("until")),
            Timestamps = request.QueryFlag("timestamps"),
            Details = request.QueryFlag("details"),
            Tail = Tail(request.Query("tail")),
        };
        if (!options.Stdout && !options.Stderr)
        {
            throw new InvalidArgumentException("Bad parameters: you must choose at least one stream");
        }

        var log = await containers.LogsAsync(request.Subject, options, request.Aborted).ConfigureAwait(false);
        var response = request.Http.Response;
        response.ContentType = HijackHead.ContentType(request.Version, log.IsTerminal);
        await response.StartAsync(request.Aborted).ConfigureAwait(false);
        await response.BodyWriter.FlushAsync(request.Aborted).ConfigureAwait(false);
        await LogWriter.WriteAsync(log, options.Timestamps, options.Details, response.BodyWriter, request.Aborted).ConfigureAwait(false);
    }

    // Clients send 0 for no limit.
    private static long? Given(long? nanoseconds) => nanoseconds is 0 ? null : nanoseconds;

    /// <summary>As in Docker, what is no number means all.</summary>
    private static int? Tail(string? text) => int.TryParse(text, out var lines) && lines >= 0 ? lines : null;
}
