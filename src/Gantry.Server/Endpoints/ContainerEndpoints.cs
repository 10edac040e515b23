using Gantry.Engine.Backends;
using Gantry.Server.Compat;
using Gantry.Server.Http;
using Gantry.Spec;
using Gantry.Spec.Engine;
using Microsoft.AspNetCore.Http;

namespace Gantry.Server.Endpoints;

internal sealed class ContainerEndpoints(IContainerBackend containers) : IEndpointGroup
{
    /// <summary>Bytes of what clients send who mean nothing by it: <c>{}</c>, <c>null</c>, and line ends.</summary>
    private const int EmptyBody = 7;

    public IReadOnlyList<Route> Routes =>
    [
        Route.Get("/containers/json", ListAsync),
        Route.Post("/containers/create", CreateAsync),
        Route.Get("/containers/{id*}/json", InspectAsync),
        Route.Get("/containers/{id}/top", TopAsync),
        Route.Post("/containers/{id}/start", StartAsync),
        Route.Post("/containers/{id}/stop", StopAsync),
        Route.Post("/containers/{id}/restart", RestartAsync),
        Route.Post("/containers/{id}/kill", KillAsync),
        Route.Post("/containers/{id}/pause", PauseAsync),
        Route.Post("/containers/{id}/unpause", UnpauseAsync),
        Route.Post("/containers/{id}/rename", RenameAsync),
        Route.Post("/containers/{id}/update", UpdateAsync),
        Route.Post("/containers/{id}/resize", ResizeAsync),
        Route.Post("/gantry/containers/{id}/names", ShowNamesAsync),
        Route.Post("/containers/{id}/wait", WaitAsync),
        Route.Delete("/containers/{id*}", RemoveAsync),
    ];

    private async Task ListAsync(ApiRequest request)
    {
        var list = await containers.ListAsync(
            new ContainerListOptions
            {
                All = request.QueryFlag("all"),
                Limit = request.QueryInteger("limit") ?? 0,
                Size = request.QueryFlag("size"),
                Filters = request.Filters(),
            },
            request.Aborted).ConfigureAwait(false);
        await request.AnswerAsync(ContainerCompat.List(list, request.Version), EngineJsonContext.Wire.IReadOnlyListContainerSummary).ConfigureAwait(false);
    }

    private async Task CreateAsync(ApiRequest request)
    {
        var body = await request.RequireJsonAsync(EngineJsonContext.Default.ContainerCreateRequest).ConfigureAwait(false);
        var platform = request.Version.IsBefore(41) ? null : request.Query("platform");
        var (asked, warning) = SysctlCompat.Move(ContainerCompat.Create(body, request.Version), request.Version);
        var answer = await containers.CreateAsync(asked, request.Query("name"), platform, request.Aborted).ConfigureAwait(false);
        await request.AnswerAsync(warning is null ? answer : answer with { Warnings = [.. answer.Warnings, warning] }, EngineJsonContext.Wire.ContainerCreateResponse, StatusCodes.Status201Created).ConfigureAwait(false);
    }

    private async Task InspectAsync(ApiRequest request)
    {
        var answer = await containers.InspectAsync(request.Subject, request.QueryFlag("size"), request.Aborted).ConfigureAwait(false);
        await request.AnswerAsync(ContainerCompat.Inspect(answer, request.Version), EngineJsonContext.Wire.ContainerInspectResponse).ConfigureAwait(false);
    }

    private async Task TopAsync(ApiRequest request)
    {
        var answer = await containers.TopAsync(request.Subject, request.Query("ps_args") ?? "-ef", request.Aborted).ConfigureAwait(false);
        await request.AnswerAsync(answer, EngineJsonContext.Wire.ContainerTopResponse).ConfigureAwait(false);
    }

    // Once begun, these are not given up when the client goes away: a half-started or half-removed container helps nobody.
    private Task StartAsync(ApiRequest request)
    {
        if (request.Http.Request.ContentLength > EmptyBody)
        {
            throw new InvalidArgumentException("starting container with non-empty request body was deprecated since API v1.22 and removed in v1.24");
        }

        return request.Query("checkpoint") is null && request.Query("checkpoint-dir") is null
            ? DoneAsync(request, containers.StartAsync(request.Subject, CancellationToken.None))
            : throw new InvalidArgumentException("checkpoint is not supported: a container starts anew");
    }

    private Task StopAsync(ApiRequest request) =>
        DoneAsync(request, containers.StopAsync(request.Subject, StopSignal(request), request.QueryInteger("t"), CancellationToken.None));

    private Task RestartAsync(ApiRequest request) =>
        DoneAsync(request, containers.RestartAsync(request.Subject, StopSignal(request), request.QueryInteger("t"), CancellationToken.None));

    private Task KillAsync(ApiRequest request) =>
        DoneAsync(request, containers.KillAsync(request.Subject, request.Query("signal") ?? "SIGKILL", CancellationToken.None));

    private Task PauseAsync(ApiRequest request) => DoneAsync(request, containers.PauseAsync(request.Subject, CancellationToken.None));

    private Task UnpauseAsync(ApiRequest request) => DoneAsync(request, containers.UnpauseAsync(request.Subject, CancellationToken.None));

    private Task RenameAsync(ApiRequest request) =>
        DoneAsync(request, containers.RenameAsync(request.Subject, request.Query("name") ?? "", CancellationToken.None));

    private async Task UpdateAsync(ApiRequest request)
    {
        var asked = ContainerCompat.Update(await request.RequireJsonAsync(EngineJsonContext.Default.HostConfig).ConfigureAwait(false), request.Version);
        var answer = await containers.UpdateAsync(request.Subject, asked, CancellationToken.None).ConfigureAwait(false);
        await request.AnswerAsync(answer, EngineJsonContext.Wire.ContainerUpdateResponse).ConfigureAwait(false);
    }

    private async Task ResizeAsync(ApiRequest request)
    {
        var (height, width) = TerminalSize.Of(request);
        await containers.ResizeAsync(request.Subject, height, width, request.Aborted).ConfigureAwait(false);
    }

    private Task RemoveAsync(ApiRequest request) =>
        DoneAsync(
            request,
            containers.RemoveAsync(
                request.Subject, request.QueryFlag("force"), request.QueryFlag("v"), request.QueryFlag("link"), CancellationToken.None));

    /// <summary>Ours: for whoever replaces a container by another without a gap.</summary>
    private Task ShowNamesAsync(ApiRequest request) =>
        DoneAsync(request, containers.ShowNamesAsync(request.Subject, request.QueryFlag("shown"), request.Aborted));

    /// <summary>
    /// The head goes out as soon as the wait is registered: a client that starts the container after it has read the head
    /// cannot miss the exit. Before API 1.30 there was no such promise, and no condition.
    /// </summary>
    private async Task WaitAsync(ApiRequest request)
    {
        var early = !request.Version.IsBefore(30);
        var wait = await containers
            .WaitAsync(request.Subject, early ? Condition(request.Query("condition")) : WaitCondition.NotRunning, request.Aborted).ConfigureAwait(false);
        var response = request.Http.Response;
        response.ContentType = "application/json";
        if (early)
        {
            await response.StartAsync(request.Aborted).ConfigureAwait(false);
            await response.BodyWriter.FlushAsync(request.Aborted).ConfigureAwait(false);
        }

        var result = await wait.Result.WaitAsync(request.Aborted).ConfigureAwait(false);
        JsonAnswer.Write(response.BodyWriter, result, EngineJsonContext.Wire.ContainerWaitResponse);
        await response.BodyWriter.FlushAsync(request.Aborted).ConfigureAwait(false);
    }

    private static WaitCondition Condition(string? text) => text switch
    {
        null or "not-running" => WaitCondition.NotRunning,
        "next-exit" => WaitCondition.NextExit,
        "removed" => WaitCondition.Removed,
        _ => throw new InvalidArgumentException($"invalid condition: \"{text}\""),
    };

    private static string? StopSignal(ApiRequest request) => request.Version.IsBefore(42) ? null : request.Query("signal");

    private static async Task DoneAsync(ApiRequest request, Task action)
    {
        await action.ConfigureAwait(false);
        await request.AnswerAsync(StatusCodes.Status204NoContent).ConfigureAwait(false);
    }
}
