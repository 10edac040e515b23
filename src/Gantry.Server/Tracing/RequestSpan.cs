using System.Diagnostics;
using Microsoft.AspNetCore.Http;

namespace Gantry.Server.Tracing;

/// <summary>The span of one request (OpenTelemetry's semantic conventions for HTTP servers), below the client's where it sent one (W3C Trace Context).</summary>
internal static class RequestSpan
{
    /// <summary>Null where nobody listens for spans.</summary>
    /// <param name="name">Until more is known of it.</param>
    public static Activity? Begin(HttpContext context, string name)
    {
        if (!Spec.Tracing.Source.HasListeners())
        {
            return null;
        }

        var request = context.Request;
        _ = ActivityContext.TryParse(request.Headers.TraceParent, request.Headers.TraceState, isRemote: true, out var parent);
        // Kestrel serves the requests of a connection in one context: what an earlier one left there is no parent.
        Activity.Current = null;
        var span = Spec.Tracing.Source.StartActivity(name, ActivityKind.Server, parent);
        span?.SetTag("http.request.method", request.Method);
        span?.SetTag("url.path", request.Path.Value);
        span?.SetTag("url.scheme", request.Scheme);
        if (request.Headers.UserAgent is [{ Length: > 0 } agent, ..])
        {
            span?.SetTag("user_agent.original", agent);
        }

        return span;
    }

    /// <summary>As Docker's daemon names them: <c>POST /containers/create</c>.</summary>
    /// <param name="pattern">Of the route, without the version.</param>
    public static void Name(Activity? span, string method, string pattern)
    {
        if (span is not null)
        {
            span.DisplayName = $"{method} {pattern}";
            span.SetTag("http.route", pattern);
        }
    }

    public static void End(Activity? span, int status)
    {
        span?.SetTag("http.response.status_code", status);
        if (status >= StatusCodes.Status500InternalServerError)
        {
            span?.SetStatus(ActivityStatusCode.Error);
        }

        span?.Dispose();
    }
}
