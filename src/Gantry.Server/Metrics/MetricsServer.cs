using System.Net;
using System.Text;
using Gantry.Server.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Gantry.Server.Metrics;

/// <summary><c>GET /metrics</c> at an address of its own (<c>--metrics-addr</c>): whoever reaches it can read numbers and nothing else.</summary>
internal sealed class MetricsServer : IHttpApplication<HttpContext>, IAsyncDisposable
{
    private readonly KestrelServer _server;
    private readonly DaemonMetrics _metrics;

    public MetricsServer(IPEndPoint address, DaemonMetrics metrics)
    {
        _metrics = metrics;
        var options = ApiServer.NewOptions();
        options.Listen(address);
        _server = ApiServer.NewServer(options);
    }

    public Task StartAsync(CancellationToken cancellationToken) => _server.StartAsync(this, cancellationToken);

    public HttpContext CreateContext(IFeatureCollection contextFeatures) => new DefaultHttpContext(contextFeatures);

    public void DisposeContext(HttpContext context, Exception? exception)
    {
    }

    public async Task ProcessRequestAsync(HttpContext context)
    {
        if (context.Request.Path != "/metrics" || !HttpMethods.IsGet(context.Request.Method))
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        context.Response.ContentType = "text/plain; version=0.0.4; charset=utf-8";
        var text = await _metrics.WriteAsync(context.RequestAborted).ConfigureAwait(false);
        await context.Response.BodyWriter.WriteAsync(Encoding.UTF8.GetBytes(text), context.RequestAborted).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        await _server.StopAsync(new CancellationToken(canceled: true)).ConfigureAwait(false);
        _server.Dispose();
    }
}
