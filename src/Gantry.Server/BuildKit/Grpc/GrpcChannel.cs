using System.Net;
using Gantry.Server.BuildKit.Wire;

namespace Gantry.Server.BuildKit.Grpc;

/// <summary>gRPC calls to the other side of one connection, which was ours to answer before.</summary>
internal sealed class GrpcChannel : IDisposable
{
    private readonly SocketsHttpHandler handler;
    private readonly HttpMessageInvoker invoker;
    private Stream? connection;

    public GrpcChannel(Stream connection)
    {
        this.connection = new SplitHeaderStream(connection);
        handler = new()
        {
            ConnectCallback = (_, _) => Interlocked.Exchange(ref this.connection, null) is { } only
                ? ValueTask.FromResult(only)
                : ValueTask.FromException<Stream>(new IOException("the client's session is over")),
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            ActivityHeadersPropagator = null,
            PooledConnectionIdleTimeout = Timeout.InfiniteTimeSpan,
            PooledConnectionLifetime = Timeout.InfiniteTimeSpan,
            InitialHttp2StreamWindowSize = 4 << 20,
        };
        invoker = new(handler);
    }

    /// <summary>A call of one message that is answered with one.</summary>
    public async Task<ReadOnlyMemory<byte>> CallAsync(string method, ProtoWriter request, CancellationToken cancellationToken)
    {
        await using var call = Open(method, [], cancellationToken);
        try
        {
            await call.WriteAsync(request).ConfigureAwait(false);
        }
        catch (GrpcException e) when (e.Code == GrpcCode.Unavailable)
        {
            // It was answered before it was read.
            await call.EndAsync().ConfigureAwait(false);
            throw;
        }

        call.EndWriting();
        return await call.ReadAsync().ConfigureAwait(false) ?? throw new GrpcException(GrpcCode.Internal, $"{method} was not answered");
    }

    /// <summary>A call with many messages either way.</summary>
    /// <param name="metadata">A name's values go as fields of their own.</param>
    public GrpcClientCall Open(string method, IEnumerable<KeyValuePair<string, IReadOnlyList<string>>> metadata, CancellationToken cancellationToken)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "http://session" + method) { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        request.Headers.TryAddWithoutValidation("te", "trailers");
        foreach (var (name, values) in metadata)
        {
            request.Headers.TryAddWithoutValidation(name, string.Join(SplitHeaderStream.Separator, values));
        }

        return new(invoker, request, cancellationToken);
    }

    public void Dispose()
    {
        invoker.Dispose();
        handler.Dispose();
        connection?.Dispose();
    }
}
