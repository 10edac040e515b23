using Gantry.Server.Configuration;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Gantry.Server.Hosting;

/// <summary>
/// Kestrel by itself, without the generic host and its containers: half the memory, and an answer 6 ms after exec.
/// </summary>
internal sealed class ApiServer : IAsyncDisposable
{
    // Large filters and credentials are in lines and headers; Go's limit for all of them together is 1 MB.
    private const int HeadLimit = 1024 * 1024;

    /// <summary>Of a body, before it is asked for: more than the runtime keeps of such buffers for reuse is garbage each time.</summary>
    private const long ReadAhead = 128 * 1024;

    private readonly KestrelServer _server;
    private readonly ApiApplication _application;

    public ApiServer(IReadOnlyList<HostAddress> addresses, TlsIdentity? identity, ApiApplication application, ILogger logger)
    {
        var options = NewOptions();
        options.Limits.MaxRequestBodySize = null;
        // Archives are read synchronously on a thread of their own, behind hashing and extraction.
        options.AllowSynchronousIO = true;
        options.Limits.MinRequestBodyDataRate = null;
        options.Limits.MinResponseDataRate = null;
        options.Limits.MaxRequestHeadersTotalSize = HeadLimit;
        options.Limits.MaxRequestLineSize = HeadLimit;
        options.Limits.KeepAliveTimeout = TimeSpan.FromHours(1);
        foreach (var address in addresses)
        {
            if (address.Path is { } path)
            {
                options.ListenUnixSocket(path, Configure);
            }
            else if (address.EndPoint is { } endPoint)
            {
                options.Listen(endPoint, listen => Encrypt(listen, identity, logger));
            }
            else
            {
                foreach (var descriptor in ServiceManager.Sockets(address.Descriptor!))
                {
                    options.ListenHandle((ulong)descriptor, Configure);
                }
            }
        }

        _application = application;
        _server = NewServer(options);
    }

    /// <summary>Of a server that speaks only when asked.</summary>
    public static KestrelServerOptions NewOptions() => new() { AddServerHeader = false, ApplicationServices = NoServices.Instance };

    public static KestrelServer NewServer(KestrelServerOptions options) => new(
        Options.Create(options),
        new SocketTransportFactory(Options.Create(new SocketTransportOptions { MaxReadBufferSize = ReadAhead }), NullLoggerFactory.Instance),
        NullLoggerFactory.Instance);

    public Task StartAsync(CancellationToken cancellationToken) => _server.StartAsync(_application, cancellationToken);

    /// <summary>Takes no more connections; what runs has until <paramref name="cancellationToken"/> to end.</summary>
    public Task StopAsync(CancellationToken cancellationToken) => _server.StopAsync(cancellationToken);

    public ValueTask DisposeAsync()
    {
        _server.Dispose();
        return ValueTask.CompletedTask;
    }

    private static void Encrypt(ListenOptions listen, TlsIdentity? identity, ILogger logger)
    {
        if (identity is not null)
        {
            var encryption = new TlsConnection(identity, logger);
            listen.Use(next => connection => encryption.RunAsync(connection, next));
        }

        Configure(listen);
    }

    private static void Configure(ListenOptions listen)
    {
        listen.Protocols = HttpProtocols.Http1;
        listen.Use(next => connection => HijackableConnection.RunAsync(connection, next));
    }

    private sealed class NoServices : IServiceProvider
    {
        public static NoServices Instance { get; } = new();

        public object? GetService(Type serviceType) => null;
    }
}
