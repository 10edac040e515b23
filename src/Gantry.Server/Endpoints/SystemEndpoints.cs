using Gantry.Engine.Backends;
using Gantry.Server.Compat;
using Gantry.Server.Hosting;
using Gantry.Server.Http;
using Gantry.Spec;
using Gantry.Spec.Engine;
using Microsoft.AspNetCore.Connections.Features;

namespace Gantry.Server.Endpoints;

internal sealed class SystemEndpoints(ISystemBackend system, IEventBackend events, TimeProvider time) : IEndpointGroup
{
    private static readonly TimeSpan NewCommand = TimeSpan.FromSeconds(2);

    public IReadOnlyList<Route> Routes =>
    [
        Route.Get("/version", VersionAsync),
        Route.Get("/info", InfoAsync),
        Route.Post("/auth", AuthAsync),
        Route.Get("/events", EventsAsync),
    ];

    private Task VersionAsync(ApiRequest request) => request.AnswerAsync(system.Version(), EngineJsonContext.Wire.VersionResponse);

    private async Task InfoAsync(ApiRequest request)
    {
        var info = await system.InfoAsync(request.Aborted).ConfigureAwait(false);
        info = info with { NGoroutines = info.NGoroutines + HijackableConnection.Open };
        await request.AnswerAsync(SystemCompat.Info(info, request.Version), EngineJsonContext.Wire.SystemInfo).ConfigureAwait(false);
    }

    private async Task AuthAsync(ApiRequest request)
    {
        var credentials = await request.RequireJsonAsync(EngineJsonContext.Default.AuthConfig).ConfigureAwait(false);
        var answer = await system.AuthenticateAsync(credentials, request.Aborted).ConfigureAwait(false);
        await request.AnswerAsync(answer, EngineJsonContext.Wire.AuthResponse).ConfigureAwait(false);
    }

    private Task EventsAsync(ApiRequest request)
    {
        var (since, until) = (request.QueryTime("since"), request.QueryTime("until"));
        if (since > until)
        {
            throw new InvalidArgumentException($"`since` time ({request.Query("since")}) cannot be after `until` time ({request.Query("until")})");
        }

        var filters = request.Filters();
        if (since is null && until is null && filters.Contains("event"))
        {
            since = BeginOfCommand(request);
        }

        var stream = events.EventsAsync(since, until, filters, request.Aborted);
        return JsonLines.WriteAsync(request, stream, EngineJsonContext.Wire.EventMessage);
    }

    /// <summary>
    /// Who runs <c>docker events --filter event=start</c> beside <c>docker run</c>, as development containers do, waits for the start
    /// of a container that may be there before the first command has found the socket: it is told what came after it was given.
    /// </summary>
    private DateTimeOffset? BeginOfCommand(ApiRequest request) =>
        ClientProcess.StartOf(request.Http.Features.Get<IConnectionSocketFeature>()?.Socket) is { } start && time.GetUtcNow() - start < NewCommand ? start : null;
}
