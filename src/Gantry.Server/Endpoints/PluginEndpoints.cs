using Gantry.Server.Http;
using Gantry.Spec;
using Gantry.Spec.Engine;

namespace Gantry.Server.Endpoints;

/// <summary>Managed plug-ins: none can be installed, so there is none of any name.</summary>
internal sealed class PluginEndpoints : IEndpointGroup
{
    public IReadOnlyList<Route> Routes =>
    [
        Route.Get("/plugins", ListAsync),
        Route.Get("/plugins/{name*}/json", NotFoundAsync),
        Route.Post("/plugins/{name*}/enable", NotFoundAsync),
        Route.Post("/plugins/{name*}/disable", NotFoundAsync),
        Route.Post("/plugins/{name*}/upgrade", NotFoundAsync),
        Route.Post("/plugins/{name*}/push", NotFoundAsync),
        Route.Post("/plugins/{name*}/set", NotFoundAsync),
        Route.Delete("/plugins/{name*}", NotFoundAsync),
    ];

    private static Task ListAsync(ApiRequest request)
    {
        var filters = request.Filters();
        filters.RequireKnown("capability", "enabled");
        _ = filters.Flag("enabled");
        return request.AnswerAsync([], EngineJsonContext.Wire.StringArray);
    }

    private static Task NotFoundAsync(ApiRequest request) => Task.FromException(new NotFoundException($"plugin \"{request.Subject}\" not found"));
}
