using Gantry.Server.Http;
using Microsoft.AspNetCore.Http;

namespace Gantry.Server.Endpoints;

/// <summary>How clients find out that a daemon is there and which API it speaks.</summary>
/// <param name="hasBuildKit">Docker's command line is to build as with BuildKit.</param>
internal sealed class PingEndpoints(Func<bool> hasBuildKit) : IEndpointGroup
{
    public IReadOnlyList<Route> Routes =>
    [
        Route.Get("/_ping", PingAsync),
        Route.Head("/_ping", PingAsync),
    ];

    private async Task PingAsync(ApiRequest request)
    {
        var response = request.Http.Response;
        response.Headers["Builder-Version"] = hasBuildKit() ? "2" : "1";
        response.Headers["Swarm"] = "inactive";
        response.Headers.CacheControl = "no-cache, no-store, must-revalidate";
        response.Headers.Pragma = "no-cache";
        response.ContentType = "text/plain; charset=utf-8";
        if (HttpMethods.IsHead(request.Http.Request.Method))
        {
            response.ContentLength = 0;
            return;
        }

        response.ContentLength = 2;
        await response.BodyWriter.WriteAsync("OK"u8.ToArray(), request.Aborted).ConfigureAwait(false);
    }
}
