using Gantry.Engine.Backends;
using Gantry.Server.Http;
using Gantry.Spec.Engine;

namespace Gantry.Server.Endpoints;

internal sealed class PruneEndpoints(IPruneBackend prune) : IEndpointGroup
{
    public IReadOnlyList<Route> Routes =>
    [
        Route.Post("/containers/prune", ContainersAsync),
        Route.Post("/images/prune", ImagesAsync),
        Route.Post("/build/prune", BuildCacheAsync),
        Route.Get("/system/df", DiskUsageAsync),
    ];

    private async Task ContainersAsync(ApiRequest request) => await request.AnswerAsync(
        await prune.PruneContainersAsync(request.Filters(), request.Aborted).ConfigureAwait(false),
        EngineJsonContext.Wire.ContainersPruneResponse).ConfigureAwait(false);

    private async Task ImagesAsync(ApiRequest request) => await request.AnswerAsync(
        await prune.PruneImagesAsync(request.Filters(), request.Aborted).ConfigureAwait(false),
        EngineJsonContext.Wire.ImagesPruneResponse).ConfigureAwait(false);

    /// <summary>Nothing is built yet, so there is no cache, and <c>system prune</c> finds it empty.</summary>
    private Task BuildCacheAsync(ApiRequest request) => request.AnswerAsync(new BuildCachePruneResponse(), EngineJsonContext.Wire.BuildCachePruneResponse);

    private async Task DiskUsageAsync(ApiRequest request)
    {
        // Kinds can be chosen since 1.42, and the cache's size is no number of its own since then.
        var kinds = request.Version.IsBefore(42) ? [] : request.QueryAll("type");
        var usage = await prune.DiskUsageAsync(kinds, request.Aborted).ConfigureAwait(false);
        await request.AnswerAsync(
            request.Version.IsBefore(42) ? usage with { BuilderSize = 0 } : usage, EngineJsonContext.Wire.DiskUsage).ConfigureAwait(false);
    }
}
