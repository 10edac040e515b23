using Gantry.Engine.Backends;
using Gantry.Server.Http;

namespace Gantry.Server.Streams;

/// <summary>Turns the connection of a request into the streams of a session.</summary>
internal static class AttachAnswer
{
    public static void Give(ApiRequest request, AttachSession session)
    {
        // The request's objects are not ours any more once the session runs.
        var upgrade = HijackHead.AsksForUpgrade(request.Http.Request);
        var headers = new Microsoft.AspNetCore.Http.HeaderDictionary();
        foreach (var (name, value) in request.Http.Response.Headers)
        {
            headers[name] = value;
        }

        var contentType = HijackHead.ContentType(request.Version, session.IsTerminal);
        request.Hijack().Take(request.Http, async connection =>
        {
            await using (session)
            {
                await HijackHead.WriteAsync(connection.Output, upgrade, headers, contentType).ConfigureAwait(false);
                await AttachPump.RunAsync(connection, session, TimeProvider.System).ConfigureAwait(false);
            }
        });
    }
}
