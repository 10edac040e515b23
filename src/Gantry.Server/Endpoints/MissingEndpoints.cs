using Gantry.Server.Http;
using Gantry.Spec;

namespace Gantry.Server.Endpoints;

/// <summary>What Docker answers and Gantry does not yet: refused by name, so that nobody takes it for a wrong address.</summary>
internal sealed class MissingEndpoints : IEndpointGroup
{
    // Docker's own words for a daemon that is in no swarm.
    private const string NoSwarm =
        "This node is not a swarm manager. Use \"docker swarm init\" or \"docker swarm join\" to connect this node to swarm and try again.";

    public IReadOnlyList<Route> Routes =>
    [
        .. Missing("checkpoints", "GET /containers/{id}/checkpoints", "POST /containers/{id}/checkpoints", "DELETE /containers/{id}/checkpoints/{name*}"),
        .. Missing("plugins", "GET /plugins/privileges", "POST /plugins/pull", "POST /plugins/create"),
        .. Missing("becoming part of a swarm", "POST /swarm/init", "POST /swarm/join"),
        Refusing("POST /swarm/leave", () => new UnavailableException("This node is not part of a swarm")),
        .. Swarm("GET /swarm", "POST /swarm/update", "GET /swarm/unlockkey", "POST /swarm/unlock"),
        .. Swarm("GET /nodes", "GET /nodes/{id}", "DELETE /nodes/{id}", "POST /nodes/{id}/update"),
        .. Swarm("GET /services", "POST /services/create", "GET /services/{id}", "DELETE /services/{id}", "POST /services/{id}/update", "GET /services/{id}/logs"),
        .. Swarm("GET /tasks", "GET /tasks/{id}", "GET /tasks/{id}/logs"),
        .. Swarm("GET /secrets", "POST /secrets/create", "GET /secrets/{id}", "DELETE /secrets/{id}", "POST /secrets/{id}/update"),
        .. Swarm("GET /configs", "POST /configs/create", "GET /configs/{id}", "DELETE /configs/{id}", "POST /configs/{id}/update"),
    ];

    private static IEnumerable<Route> Missing(string what, params IEnumerable<string> routes) =>
        routes.Select(route => Refusing(route, () => new UnsupportedException($"gantry does not support {what} yet ({route})")));

    private static IEnumerable<Route> Swarm(params IEnumerable<string> routes) =>
        routes.Select(route => Refusing(route, () => new UnavailableException(NoSwarm)));

    private static Route Refusing(string route, Func<Exception> refusal)
    {
        var space = route.IndexOf(' ', StringComparison.Ordinal);
        return new Route(route[..space], route[(space + 1)..], _ => Task.FromException(refusal()));
    }
}
