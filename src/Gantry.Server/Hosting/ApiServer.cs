using Gantry.Server.Configuration;
using Gantry.Server.Http;
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

    private readonly KestrelServer _server;
    private readonly ApiApplication _application;

    public ApiServer(IReadOnlyList<HostAddress> addresses, Router router, QuietMemory? memory, ILogger logger)
    {
        var options = new KestrelServerOptions { AddServerHeader = false, ApplicationServices = NoServices.Instance };
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
            else
            {
                options.Listen(address.EndPoint!, Configure);
            }
        }

        _application = new ApiApplication(router, memory, logger);
        _server = new KestrelServer(
            Options.Create(options),
            new SocketTransportFactory(Options.Create(new SocketTransportOptions()), NullLoggerFactory.Instance),
            NullLoggerFactory.Instance);
    }

    public Task StartAsync(CancellationToken cancellationToken) => _server.StartAsync(_application, cancellationToken);

    /// <summary>Takes no more connections; what runs has until <paramref name="cancellationToken"/> to end.</summary>
    public Task StopAsync(CancellationToken cancellationToken) => _server.StopAsync(cancellationToken);

    public ValueTask DisposeAsync()
    {
        _server.Dispose();
        return ValueTask.CompletedTask;
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
