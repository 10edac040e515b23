using System.IO.Pipelines;
using Gantry.Server.BuildKit.Grpc;
using Gantry.Server.BuildKit.Wire;
using Gantry.Server.Hosting;

namespace Gantry.Server.BuildKit.Session;

/// <summary>Sessions of clients that do not bring a connection of its own for one: its bytes go in the messages of a call, both ways.</summary>
internal sealed class SessionService(BuildSessions sessions)
{
    public IEnumerable<KeyValuePair<string, GrpcHandler>> Methods => [new("/moby.buildkit.v1.Control/Session", ServeAsync)];

    private async Task ServeAsync(GrpcCall call)
    {
        var head = SessionHead.Of(call.AllMetadata) ?? throw new GrpcException(GrpcCode.InvalidArgument, $"the session has no id ({SessionHead.IdHeader})");
        var (there, back) = (new Pipe(), new Pipe());
        await call.BeginAsync().ConfigureAwait(false);
        await using var connection = new RawConnection(new Ends(there.Reader, back.Writer), null);
        var (coming, going) = (ReceiveAsync(call, there.Writer), SendAsync(call, back.Reader));
        try
        {
            await sessions.ServeAsync(head, connection).ConfigureAwait(false);
        }
        finally
        {
            await back.Writer.CompleteAsync().ConfigureAwait(false);
            await there.Reader.CompleteAsync().ConfigureAwait(false);
            await going.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await coming.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static async Task ReceiveAsync(GrpcCall call, PipeWriter to)
    {
        try
        {
            while (await call.ReadAsync(call.Aborted).ConfigureAwait(false) is { } message)
            {
                var length = MessageStream.BytesIn(message.Span, MessageStream.BytesMessage, out var start);
                if ((await to.WriteAsync(message.Slice(start, length), call.Aborted).ConfigureAwait(false)).IsCompleted)
                {
                    return;
                }
            }
        }
        finally
        {
            await to.CompleteAsync().ConfigureAwait(false);
        }
    }

    private static async Task SendAsync(GrpcCall call, PipeReader from)
    {
        try
        {
            while (await from.ReadAsync(call.Aborted).ConfigureAwait(false) is { Buffer: { IsEmpty: false } buffer })
            {
                foreach (var segment in buffer)
                {
                    await call.WriteAsync(new ProtoWriter().Bytes(1, segment.Span)).ConfigureAwait(false);
                }

                from.AdvanceTo(buffer.End);
            }
        }
        finally
        {
            await from.CompleteAsync().ConfigureAwait(false);
        }
    }

    private sealed record Ends(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
