using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Gantry.Server.Hosting;

/// <summary>What runs on a connection after HTTP is done with it.</summary>
internal delegate Task HijackedSession(RawConnection connection);

/// <summary>Lets an endpoint take over the connection of its request.</summary>
internal interface IHijackFeature
{
    /// <summary>
    /// Runs <paramref name="session"/> on the connection once the request's handler has returned. The body must have been read,
    /// nothing of an answer may have been written.
    /// </summary>
    void Take(HttpContext http, HijackedSession session);
}

/// <summary>
/// A connection that HTTP can leave without closing it. Kestrel's own upgrade stops all output when the client closes its half,
/// which for an attach only means the end of standard input; so after a takeover Kestrel ends its work as on an aborted connection,
/// the abort is held back here, and the session goes on with the transport's own pipes.
/// </summary>
internal sealed class HijackableConnection : ConnectionContext, IHijackFeature
{
    private static int open;
    private readonly ConnectionContext _inner;
    private readonly HijackableInput _input;
    private readonly CancellationTokenSource _closed = new();
    private volatile HijackedSession? _session;

    private HijackableConnection(ConnectionContext inner)
    {
        _inner = inner;
        _input = new HijackableInput(inner.Transport.Input);
        Transport = new PipePair(_input, inner.Transport.Output);
        inner.Features.Set<IHijackFeature>(this);
        ConnectionClosed = _closed.Token;
    }

    public override IDuplexPipe Transport { get; set; }

    public override string ConnectionId
    {
        get => _inner.ConnectionId;
        set => _inner.ConnectionId = value;
    }

    public override IFeatureCollection Features => _inner.Features;

    public override IDictionary<object, object?> Items
    {
        get => _inner.Items;
        set => _inner.Items = value;
    }

    public override CancellationToken ConnectionClosed { get; set; }

    /// <summary>Connections of clients, as long as either side speaks on them.</summary>
    public static int Open => Volatile.Read(ref open);

    /// <summary>Connection middleware.</summary>
    public static async Task RunAsync(ConnectionContext inner, ConnectionDelegate http)
    {
        var connection = new HijackableConnection(inner);
        Interlocked.Increment(ref open);
        try
        {
            using var closed = inner.ConnectionClosed.UnsafeRegister(static state => ((HijackableConnection)state!).OnClosed(), connection);
            await http(connection).ConfigureAwait(false);
            if (connection._session is { } session)
            {
                await using var raw = new RawConnection(inner.Transport, inner.Features.Get<IConnectionSocketFeature>()?.Socket);
                await session(raw).ConfigureAwait(false);
            }
        }
        finally
        {
            Interlocked.Decrement(ref open);
            connection._closed.Dispose();
        }
    }

    public void Take(HttpContext http, HijackedSession session)
    {
        _session = session;
        http.Abort();
        _input.EndForHttp();
    }

    public override void Abort(ConnectionAbortedException abortReason)
    {
        if (_session is null)
        {
            _inner.Abort(abortReason);
        }
    }

    private void OnClosed()
    {
        if (_session is null)
        {
            _closed.Cancel();
        }
    }
}
