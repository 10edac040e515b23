namespace Gantry.Server.Http;

/// <summary>A part of the API over one backend interface.</summary>
internal interface IEndpointGroup
{
    IReadOnlyList<Route> Routes { get; }
}

/// <summary>Finds the route of a path. Within a root, the first pattern that matches wins.</summary>
internal sealed class Router
{
    private readonly Dictionary<string, List<Route>> _roots = [];

    public Router(IEnumerable<IEndpointGroup> groups)
    {
        foreach (var route in groups.SelectMany(group => group.Routes))
        {
            if (!_roots.TryGetValue(route.Root, out var routes))
            {
                _roots[route.Root] = routes = [];
            }

            routes.Add(route);
        }
    }

    public Route? Find(string method, ReadOnlySpan<char> path, out string value)
    {
        value = "";
        if (path.IsEmpty || path[0] != '/')
        {
            return null;
        }

        var segments = path[1..].ToString().Split('/');
        if (!_roots.TryGetValue(segments[0], out var routes))
        {
            return null;
        }

        foreach (var route in routes)
        {
            if (route.Method == method && route.Matches(segments, out value))
            {
                return route;
            }
        }

        return null;
    }
}
