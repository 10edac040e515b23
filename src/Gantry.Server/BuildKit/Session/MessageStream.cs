using Gantry.Server.BuildKit.Grpc;
using Gantry.Server.BuildKit.Wire;
using Gantry.Spec;

namespace Gantry.Server.BuildKit.Session;

/// <summary>The bytes that come in the messages of a call. Archives are read on a thread of their own.</summary>
/// <param name="field">Has them; that of a <c>BytesMessage</c>, whichever package's, where nothing is said.</param>
internal sealed class MessageStream(GrpcClientCall call, int field = MessageStream.BytesMessage) : AsyncForwardStream
{
    public const int BytesMessage = 1;
    private ReadOnlyMemory<byte> left;
    private bool isEnded;

    public static int BytesIn(ReadOnlySpan<byte> message, int field, out int start)
    {
        var reader = new ProtoReader(message);
        while (reader.Next())
        {
            if (reader.Field == field)
            {
                var bytes = reader.Bytes();
                start = message.Length - reader.Left - bytes.Length;
                return bytes.Length;
            }

            reader.Skip();
        }

        start = 0;
        return 0;
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (left.IsEmpty && !isEnded)
        {
            if (await call.ReadAsync().ConfigureAwait(false) is { } message)
            {
                var length = BytesIn(message.Span, field, out var start);
                left = message.Slice(start, length);
            }
            else
            {
                isEnded = true;
            }
        }

        var count = Math.Min(buffer.Length, left.Length);
        left[..count].CopyTo(buffer);
        left = left[count..];
        return count;
    }

    public override async ValueTask DisposeAsync()
    {
        await call.DisposeAsync().ConfigureAwait(false);
        await base.DisposeAsync().ConfigureAwait(false);
    }
}
