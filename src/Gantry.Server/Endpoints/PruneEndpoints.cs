using Gantry.Engine.Backends;
using Gantry.Server.Compat;
using Gantry.Server.Http;
using Gantry.Spec.Engine;

namespace Gantry.Server.Endpoints;

internal sealed class PruneEndpoints(IPruneBackend prune) : IEndpointGroup
{
    public IReadOnlyList<Route> Routes =>
    [
        Route.Post("/containers/prune", ContainersAsync),
        Route.Post("/images/prune", ImagesAsync),
        Route.Get("/system/df", DiskUsageAsync),
    ];

    private async Task ContainersAsync(ApiRequest request) => await request.AnswerAsync(
        await prune.PruneContainersAsync(request.Filters(), request.Aborted).ConfigureAwait(false),
        EngineJsonContext.Wire.ContainersPruneResponse).ConfigureAwait(false);

    private async Task ImagesAsync(ApiRequest request) => await request.AnswerAsync(
        await prune.PruneImagesAsync(request.Filters(), request.Aborted).ConfigureAwait(false),
        EngineJsonContext.Wire.ImagesPruneResponse).ConfigureAwait(false);

    private async Task DiskUsageAsync(ApiRequest request)
    {
        // Kinds can be chosen since 1.42.
        var kinds = request.Version.IsBefore(42) ? [] : request.QueryAll("type");
        var usage = await prune.DiskUsageAsync(kinds, request.Aborted).ConfigureAwait(false);
        await request.AnswerAsync(SystemCompat.DiskUsage(usage, request.Version), EngineJsonContext.Wire.DiskUsage).ConfigureAwait(false);
    }
}
