using System.Collections.Frozen;
using Gantry.Server.Hosting;
using Gantry.Server.Tracing;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Gantry.Server.BuildKit.Grpc;

/// <summary>gRPC on connections that were HTTP/1 before: Kestrel again, which listens nowhere and is handed its connections.</summary>
internal sealed partial class GrpcServer : IDisposable
{
    private readonly HijackedListener listener = new();
    private readonly KestrelServer server;
    private readonly Lazy<Task> started;

    public GrpcServer(IReadOnlyDictionary<string, GrpcHandler> methods, ILogger logger)
    {
        var options = new KestrelServerOptions { AddServerHeader = false, ApplicationServices = NoServices.Instance };
        options.Limits.MaxRequestBodySize = null;
        options.Limits.MinRequestBodyDataRate = null;
        options.Limits.MinResponseDataRate = null;
        options.Limits.KeepAliveTimeout = TimeSpan.FromDays(1);
        options.Limits.Http2.MaxStreamsPerConnection = 1000;
        options.Limits.Http2.InitialStreamWindowSize = 1 << 20;
        options.Limits.Http2.InitialConnectionWindowSize = 4 << 20;
        options.Listen(HijackedListener.Nowhere, listen => listen.Protocols = HttpProtocols.Http2);
        server = new KestrelServer(Options.Create(options), listener, NullLoggerFactory.Instance);
        started = new(() => server.StartAsync(new Application(methods.ToFrozenDictionary(StringComparer.Ordinal), logger), CancellationToken.None));
    }

    /// <summary>Serves a connection until it ends.</summary>
    public async Task ServeAsync(RawConnection connection)
    {
        await started.Value.ConfigureAwait(false);
        await listener.ServeAsync(connection).ConfigureAwait(false);
    }

    public void Dispose() => server.Dispose();

    private sealed partial class Application(FrozenDictionary<string, GrpcHandler> methods, ILogger logger) : IHttpApplication<HttpContext>
    {
        public HttpContext CreateContext(IFeatureCollection contextFeatures) => new DefaultHttpContext(contextFeatures);

        public void DisposeContext(HttpContext context, Exception? exception)
        {
        }

        public async Task ProcessRequestAsync(HttpContext context)
        {
            using var call = new GrpcCall(context);
            using var span = RequestSpan.Begin(context, call.Method.TrimStart('/'));
            await call.RunAsync(methods.GetValueOrDefault(call.Method) ?? Refuse, failure => Fail(failure)).ConfigureAwait(false);

            void Fail(Exception failure)
            {
                _ = Spec.Tracing.Fail(span, failure.Message);
                LogFailed(logger, context.Request.Path, failure);
            }
        }

        private static Task Refuse(GrpcCall call) => throw new GrpcException(GrpcCode.Unimplemented, $"gantry does not support {call.Method}");

        [LoggerMessage(Level = LogLevel.Error, Message = "{Method} failed")]
        private static partial void LogFailed(ILogger logger, string method, Exception failure);
    }

    private sealed class NoServices : IServiceProvider
    {
        public static NoServices Instance { get; } = new();

        public object? GetService(Type serviceType) => null;
    }
}
