using System.IO.Pipelines;
using Gantry.Server.BuildKit.Grpc;
using Gantry.Server.BuildKit.Session;
using Gantry.Server.Hosting;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gantry.Tests.Server.BuildKit;

/// <summary>Our server and our client on the two ends of a connection that never was a socket.</summary>
internal sealed class GrpcPair : IAsyncDisposable
{
    private readonly GrpcServer _server;
    private readonly RawConnection _near;
    private readonly RawConnection _far;
    private readonly Task _serving;

    public GrpcPair(IReadOnlyDictionary<string, GrpcHandler> methods)
    {
        var (there, back) = (new Pipe(), new Pipe());
        _far = new(new Duplex(there.Reader, back.Writer), null);
        _near = new(new Duplex(back.Reader, there.Writer), null);
        _server = new(methods, NullLogger.Instance);
        _serving = _server.ServeAsync(_far);
        Channel = new(new SessionStream(_near));
        Session = new(new("id", "key", methods.Keys.ToHashSet()), Channel);
    }

    public GrpcChannel Channel { get; }

    public BuildSession Session { get; }

    public async ValueTask DisposeAsync()
    {
        Session.Dispose();
        await _near.DisposeAsync();
        await _serving.WaitAsync(TimeSpan.FromSeconds(20));
        await _far.DisposeAsync();
        _server.Dispose();
    }

    private sealed record Duplex(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
