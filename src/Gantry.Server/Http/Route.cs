namespace Gantry.Server.Http;

/// <summary>Answers one request.</summary>
internal delegate Task Handler(ApiRequest request);

/// <summary>
/// A method and a path pattern. <c>{name}</c> stands for one segment, <c>{name*}</c> for one or more, since image names have slashes.
/// </summary>
internal sealed class Route
{
    private readonly string[] _segments;

    public Route(string method, string pattern, Handler handler)
    {
        Method = method;
        Handler = handler;
        Pattern = pattern;
        _segments = pattern[1..].Split('/');
    }

    public string Method { get; }

    public string Pattern { get; }

    public Handler Handler { get; }

    /// <summary>The first segment, which is fixed in every pattern: routes are grouped by it.</summary>
    public string Root => _segments[0];

    public static Route Get(string pattern, Handler handler) => new("GET", pattern, handler);

    public static Route Head(string pattern, Handler handler) => new("HEAD", pattern, handler);

    public static Route Post(string pattern, Handler handler) => new("POST", pattern, handler);

    public static Route Put(string pattern, Handler handler) => new("PUT", pattern, handler);

    public static Route Delete(string pattern, Handler handler) => new("DELETE", pattern, handler);

    /// <param name="path">The segments of the request's path.</param>
    /// <param name="value">What stood for the pattern's variable; no pattern has two.</param>
    public bool Matches(ReadOnlySpan<string> path, out string value)
    {
        value = "";
        var at = 0;
        for (var i = 0; i < _segments.Length; i++)
        {
            var segment = _segments[i];
            if (at >= path.Length)
            {
                return false;
            }

            if (!segment.StartsWith('{'))
            {
                if (segment != path[at++])
                {
                    return false;
                }

                continue;
            }

            var taken = segment.EndsWith("*}", StringComparison.Ordinal) ? path.Length - at - (_segments.Length - i - 1) : 1;
            if (taken < 1 || (value = string.Join('/', path.Slice(at, taken)!)).Length == 0)
            {
                return false;
            }

            at += taken;
        }

        return at == path.Length;
    }
}
