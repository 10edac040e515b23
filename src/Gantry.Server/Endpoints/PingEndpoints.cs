using Gantry.Server.Http;
using Microsoft.AspNetCore.Http;

namespace Gantry.Server.Endpoints;

/// <summary>How clients find out that a daemon is there and which API it speaks.</summary>
internal sealed class PingEndpoints : IEndpointGroup
{
    public IReadOnlyList<Route> Routes =>
    [
        Route.Get("/_ping", PingAsync),
        Route.Head("/_ping", PingAsync),
    ];

    private static async Task PingAsync(ApiRequest request)
    {
        var response = request.Http.Response;
        response.Headers["Builder-Version"] = "2";
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
