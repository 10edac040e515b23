using System.Net.Sockets;
using System.Text;
using Gantry.Server.Configuration;
using Gantry.Server.Endpoints;
using Gantry.Server.Hosting;
using Gantry.Server.Http;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gantry.Tests.Server;

/// <summary>The real server on a Unix socket of its own, over backends held in memory.</summary>
public sealed class ServerFixture : IAsyncLifetime
{
    private readonly string _directory = Directory.CreateTempSubdirectory("gantry-server-").FullName;
    private ApiServer? _server;

    internal MemoryContainers Containers { get; } = new();

    internal MemoryExecs Execs { get; } = new();

    internal MemoryImages Images { get; } = new();

    public string SocketPath => Path.Combine(_directory, "api.sock");

    public async ValueTask InitializeAsync()
    {
        var router = new Router(
        [
            new PingEndpoints(() => true),
            new ContainerEndpoints(Containers),
            new ContainerStreamEndpoints(Containers),
            new ExecEndpoints(Execs),
            new ImageEndpoints(Images),
            new MissingEndpoints(),
        ]);
        _server = new ApiServer([HostAddress.Parse("unix://" + SocketPath)], identity: null, new ApiApplication(router, authorization: null, memory: null, metrics: null, isExperimental: false, NullLogger.Instance), NullLogger.Instance);
        await _server.StartAsync(CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            using var now = new CancellationTokenSource(TimeSpan.Zero);
            await _server.StopAsync(now.Token);
            await _server.DisposeAsync();
        }

        Directory.Delete(_directory, recursive: true);
    }

    /// <summary>A connection that has sent <paramref name="request"/>; line ends become CR LF.</summary>
    internal async Task<RawClient> SendAsync(string request)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(SocketPath));
        var client = new RawClient(socket);
        await client.WriteAsync(Encoding.ASCII.GetBytes(request.ReplaceLineEndings("\r\n")));
        return client;
    }

    /// <summary>An answer to a request without a body, on a connection of its own.</summary>
    internal async Task<Answer> RequestAsync(string method, string path, string? json = null)
    {
        var body = json is null ? "" : $"Content-Type: application/json\r\nContent-Length: {Encoding.UTF8.GetByteCount(json)}\r\n";
        using var client = await SendAsync($"{method} {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{body}\r\n");
        if (json is { Length: > 0 })
        {
            await client.WriteAsync(Encoding.UTF8.GetBytes(json));
        }

        return Answer.Parse(await client.ReadToEndAsync());
    }
}
