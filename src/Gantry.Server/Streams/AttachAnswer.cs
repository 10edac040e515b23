using Gantry.Engine.Backends;
using Gantry.Server.Http;

namespace Gantry.Server.Streams;

/// <summary>Turns the connection of a request into the streams of a session.</summary>
internal static class AttachAnswer
{
    /// <param name="request">Whose connection it is.</param>
    /// <param name="session">Whose streams.</param>
    /// <param name="isRaw">The client takes output as it comes, without frames, as it does of a terminal.</param>
    public static void Give(ApiRequest request, AttachSession session, bool isRaw)
    {
        // The request's objects are not ours any more once the session runs.
        var upgrade = HijackHead.AsksForUpgrade(request.Http.Request);
        var headers = new Microsoft.AspNetCore.Http.HeaderDictionary();
        foreach (var (name, value) in request.Http.Response.Headers)
        {
            headers[name] = value;
        }

        var contentType = HijackHead.ContentType(request.Version, isRaw);
        request.Hijack().Take(request.Http, async connection =>
        {
            await using (session)
            {
                await HijackHead.WriteAsync(connection, upgrade, headers, contentType).ConfigureAwait(false);
                await AttachPump.RunAsync(connection, session, isRaw, TimeProvider.System).ConfigureAwait(false);
            }
        });
    }
}
