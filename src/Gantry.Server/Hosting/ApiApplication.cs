using System.Diagnostics;
using Gantry.Server.Authorization;
using Gantry.Server.Http;
using Gantry.Server.Metrics;
using Gantry.Server.Tracing;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Primitives;

namespace Gantry.Server.Hosting;

/// <summary>From a request to its endpoint, and from a failure to its answer.</summary>
/// <param name="authorization">Has requests judged.</param>
/// <param name="metrics">Counts requests; null where nobody asks.</param>
internal sealed partial class ApiApplication(Router router, RequestAuthorization? authorization, QuietMemory? memory, DaemonMetrics? metrics, bool isExperimental, ILogger logger) : IHttpApplication<HttpContext>
{
    private static readonly StringValues ApiVersionHeader = ApiVersion.Newest.ToString();
    private static readonly StringValues ServerHeader = $"Gantry/{Product.Version} (linux)";

    public HttpContext CreateContext(IFeatureCollection contextFeatures) => new DefaultHttpContext(contextFeatures);

    public void DisposeContext(HttpContext context, Exception? exception)
    {
    }

    public async Task ProcessRequestAsync(HttpContext context)
    {
        memory?.Note();
        var span = RequestSpan.Begin(context, context.Request.Method);
        AddHeaders(context.Response.Headers);
        try
        {
            await DispatchAsync(context).ConfigureAwait(false);
        }
        catch (Exception) when (context.RequestAborted.IsCancellationRequested)
        {
            // Nobody is there to be told.
        }
        catch (Exception failure) when (context.Response.HasStarted)
        {
            LogBroken(logger, context.Request.Method, context.Request.Path, failure);
            context.Abort();
        }
        catch (Exception failure)
        {
            if (ErrorMapping.StatusOf(failure) >= StatusCodes.Status500InternalServerError)
            {
                LogFailed(logger, context.Request.Method, context.Request.Path, failure);
            }

            await JsonAnswer.WriteErrorAsync(context, failure).ConfigureAwait(false);
        }
        finally
        {
            RequestSpan.End(span, context.Response.StatusCode);
        }
    }

    private async Task DispatchAsync(HttpContext context)
    {
        var path = context.Request.Path.Value ?? "/";
        if (path.Contains('%', StringComparison.Ordinal))
        {
            // Kestrel decodes all but this one; clients that encode the slash in an image's name mean a slash.
            path = path.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);
        }

        while (path.Contains("//", StringComparison.Ordinal))
        {
            // Names come with their leading slash too, as inspect shows them: /containers//name/json.
            path = path.Replace("//", "/", StringComparison.Ordinal);
        }

        var rest = path.AsSpan();
        var version = ApiVersion.TakeFrom(ref rest);
        if (HttpMethods.IsOptions(context.Request.Method))
        {
            context.Response.ContentLength = 0;
            return;
        }

        if (authorization is { IsOn: true })
        {
            var endpoint = rest.ToString();
            await authorization.RunAsync(context, path, endpoint, () => ServeAsync(context, version, endpoint)).ConfigureAwait(false);
            return;
        }

        await ServeAsync(context, version, rest.ToString()).ConfigureAwait(false);
    }

    private async Task ServeAsync(HttpContext context, ApiVersion version, string endpoint)
    {
        if (router.Find(context.Request.Method, endpoint, out var subject) is not { } route)
        {
            await JsonAnswer.WriteErrorAsync(context, StatusCodes.Status404NotFound, "page not found").ConfigureAwait(false);
            return;
        }

        RequestSpan.Name(Activity.Current, route.Method, route.Pattern);
        var request = new ApiRequest(context, version, subject);
        await (metrics is null ? route.Handler(request) : metrics.RunAsync(route, request)).ConfigureAwait(false);
    }

    private void AddHeaders(IHeaderDictionary headers)
    {
        headers["Api-Version"] = ApiVersionHeader;
        headers["Docker-Experimental"] = isExperimental ? "true" : "false";
        headers["Ostype"] = "linux";
        headers.Server = ServerHeader;
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{Method} {Path} failed")]
    private static partial void LogFailed(ILogger logger, string method, string path, Exception failure);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Method} {Path} broke off in the middle of its answer")]
    private static partial void LogBroken(ILogger logger, string method, string path, Exception failure);
}
