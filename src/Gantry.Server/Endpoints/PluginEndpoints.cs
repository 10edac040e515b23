using Gantry.Server.Http;
using Gantry.Spec;
using Gantry.Spec.Engine;

namespace Gantry.Server.Endpoints;

/// <summary>Managed plug-ins: none can be installed, so there is none of any name.</summary>
internal sealed class PluginEndpoints : IEndpointGroup
{
    public IReadOnlyList<Route> Routes =>
    [
        Route.Get("/plugins", request => request.AnswerAsync([], EngineJsonContext.Wire.StringArray)),
        Route.Get("/plugins/{name*}/json", request => Task.FromException(new NotFoundException($"plugin \"{request.Subject}\" not found"))),
    ];
}
