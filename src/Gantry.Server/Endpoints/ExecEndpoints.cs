using Gantry.Engine.Backends;
using Gantry.Server.Compat;
using Gantry.Server.Http;
using Gantry.Server.Streams;
using Gantry.Spec.Engine;
using Microsoft.AspNetCore.Http;

namespace Gantry.Server.Endpoints;

internal sealed class ExecEndpoints(IExecBackend execs) : IEndpointGroup
{
    public IReadOnlyList<Route> Routes =>
    [
        Route.Post("/containers/{id}/exec", CreateAsync),
        Route.Post("/exec/{id}/start", StartAsync),
        Route.Post("/exec/{id}/resize", ResizeAsync),
        Route.Get("/exec/{id}/json", InspectAsync),
    ];

    private async Task CreateAsync(ApiRequest request)
    {
        var body = await request.RequireJsonAsync(EngineJsonContext.Default.ExecCreateRequest).ConfigureAwait(false);
        var answer = await execs.CreateExecAsync(request.Subject, ExecCompat.Create(body, request.Version), request.Aborted).ConfigureAwait(false);
        await request.AnswerAsync(answer, EngineJsonContext.Wire.ExecCreateResponse, StatusCodes.Status201Created).ConfigureAwait(false);
    }

    private async Task StartAsync(ApiRequest request)
    {
        var body = await request.ReadJsonAsync(EngineJsonContext.Default.ExecStartRequest).ConfigureAwait(false) ?? new ExecStartRequest();
        body = ExecCompat.Start(body, request.Version);
        if (body.Detach)
        {
            await execs.StartExecDetachedAsync(request.Subject, body, request.Aborted).ConfigureAwait(false);
            return;
        }

        // The session outlives the request, so it does not end with it.
        AttachAnswer.Give(request, await execs.StartExecAsync(request.Subject, body, CancellationToken.None).ConfigureAwait(false), body.Tty);
    }

    private async Task ResizeAsync(ApiRequest request)
    {
        var (height, width) = TerminalSize.Of(request);
        await execs.ResizeExecAsync(request.Subject, height, width, request.Aborted).ConfigureAwait(false);
    }

    private async Task InspectAsync(ApiRequest request)
    {
        var answer = await execs.InspectExecAsync(request.Subject, request.Aborted).ConfigureAwait(false);
        await request.AnswerAsync(answer, EngineJsonContext.Wire.ExecInspectResponse).ConfigureAwait(false);
    }
}
