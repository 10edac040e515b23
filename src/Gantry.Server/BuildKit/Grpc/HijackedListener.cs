using System.Net;
using System.Threading.Channels;
using Gantry.Server.Hosting;
using Microsoft.AspNetCore.Connections;

namespace Gantry.Server.BuildKit.Grpc;

/// <summary>Accepts connections that were taken over elsewhere.</summary>
internal sealed class HijackedListener : IConnectionListenerFactory, IConnectionListener
{
    private readonly Channel<ConnectionContext> waiting = Channel.CreateUnbounded<ConnectionContext>();

    public static EndPoint Nowhere { get; } = new NowhereEndPoint();

    public EndPoint EndPoint => Nowhere;

    /// <summary>Returns when the server is done with the connection.</summary>
    public Task ServeAsync(RawConnection connection)
    {
        var context = new HijackedContext(connection);
        return waiting.Writer.TryWrite(context) ? context.Ended : Task.CompletedTask;
    }

    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default) => ValueTask.FromResult<IConnectionListener>(this);

    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default) =>
        await waiting.Reader.WaitToReadAsync(cancellationToken).ConfigureAwait(false) && waiting.Reader.TryRead(out var connection) ? connection : null;

    public ValueTask UnbindAsync(CancellationToken cancellationToken = default)
    {
        waiting.Writer.TryComplete();
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync() => UnbindAsync();

    private sealed class NowhereEndPoint : EndPoint
    {
        public override string ToString() => "hijacked";
    }

    private sealed class HijackedContext : DefaultConnectionContext
    {
        private readonly TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public HijackedContext(RawConnection connection)
            : base(Guid.NewGuid().ToString("N")) => Transport = new PipePair(connection.Input, connection.Output);

        public Task Ended => ended.Task;

        public override void Abort(ConnectionAbortedException abortReason)
        {
            Transport.Input.CancelPendingRead();
            base.Abort(abortReason);
        }

        public override async ValueTask DisposeAsync()
        {
            await base.DisposeAsync().ConfigureAwait(false);
            ended.TrySetResult();
        }
    }
}
