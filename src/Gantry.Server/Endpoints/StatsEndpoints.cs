using Gantry.Engine.Backends;
using Gantry.Server.Http;
using Gantry.Spec;
using Gantry.Spec.Engine;

namespace Gantry.Server.Endpoints;

internal sealed class StatsEndpoints(IStatsBackend stats) : IEndpointGroup
{
    public IReadOnlyList<Route> Routes => [Route.Get("/containers/{id}/stats", StatsAsync)];

    private async Task StatsAsync(ApiRequest request)
    {
        var stream = request.Query("stream") is null || request.QueryFlag("stream");
        var type = EngineJsonContext.Wire.ContainerStats;
        if (request.QueryFlag("one-shot"))
        {
            if (stream)
            {
                throw new InvalidArgumentException("cannot have stream=true and one-shot=true");
            }

            await request.AnswerAsync(stats.OneShot(request.Subject), type).ConfigureAwait(false);
            return;
        }

        // A container that is not there is an error answer, not a broken stream.
        stats.OneShot(request.Subject);
        var samples = stats.StatsAsync(request.Subject, request.Aborted);
        if (stream)
        {
            await JsonLines.WriteAsync(request, samples, type).ConfigureAwait(false);
            return;
        }

        await foreach (var sample in samples.ConfigureAwait(false))
        {
            await request.AnswerAsync(sample, type).ConfigureAwait(false);
            return;
        }
    }
}
