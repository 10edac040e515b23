using Gantry.Engine.Backends;
using Gantry.Server.Http;
using Gantry.Spec;
using Gantry.Spec.Engine;
using Microsoft.AspNetCore.Http;

namespace Gantry.Server.Endpoints;

internal sealed class VolumeEndpoints(IVolumeBackend volumes) : IEndpointGroup
{
    public IReadOnlyList<Route> Routes =>
    [
        Route.Get("/volumes", ListAsync),
        Route.Post("/volumes/create", CreateAsync),
        Route.Post("/volumes/prune", PruneAsync),
        Route.Get("/volumes/{name}", InspectAsync),
        Route.Put("/volumes/{name}", UpdateAsync),
        Route.Delete("/volumes/{name}", RemoveAsync),
    ];

    private async Task ListAsync(ApiRequest request) => await request.AnswerAsync(
        await volumes.ListVolumesAsync(request.Filters(), request.Aborted).ConfigureAwait(false),
        EngineJsonContext.Wire.VolumeListResponse).ConfigureAwait(false);

    private async Task CreateAsync(ApiRequest request)
    {
        var body = await request.RequireJsonAsync(EngineJsonContext.Default.VolumeCreateRequest).ConfigureAwait(false);
        var volume = await volumes.CreateVolumeAsync(body, CancellationToken.None).ConfigureAwait(false);
        await request.AnswerAsync(volume, EngineJsonContext.Wire.Volume, StatusCodes.Status201Created).ConfigureAwait(false);
    }

    private async Task InspectAsync(ApiRequest request) => await request.AnswerAsync(
        await volumes.InspectVolumeAsync(request.Subject, request.Aborted).ConfigureAwait(false), EngineJsonContext.Wire.Volume).ConfigureAwait(false);

    /// <summary>What can be changed of a volume is a swarm's business.</summary>
    private async Task UpdateAsync(ApiRequest request)
    {
        await volumes.InspectVolumeAsync(request.Subject, request.Aborted).ConfigureAwait(false);
        throw new UnavailableException("volume update only valid for cluster volumes, but swarm is unavailable");
    }

    private async Task RemoveAsync(ApiRequest request)
    {
        await volumes.RemoveVolumeAsync(request.Subject, request.QueryFlag("force"), CancellationToken.None).ConfigureAwait(false);
        await request.AnswerAsync(StatusCodes.Status204NoContent).ConfigureAwait(false);
    }

    private async Task PruneAsync(ApiRequest request)
    {
        var filters = request.Filters();
        if (request.Version.IsBefore(42) && !filters.Contains("all"))
        {
            // Named volumes were spared only since then.
            filters = filters.With("all", "true");
        }

        var pruned = await volumes.PruneVolumesAsync(filters, request.Aborted).ConfigureAwait(false);
        await request.AnswerAsync(pruned, EngineJsonContext.Wire.VolumesPruneResponse).ConfigureAwait(false);
    }
}
