using Gantry.Server.BuildKit.Grpc;
using Gantry.Server.BuildKit.Wire;

namespace Gantry.Server.BuildKit.Session;

/// <summary>The bytes that come in the messages of a call: <c>BytesMessage</c>, whichever package's.</summary>
internal sealed class MessageStream(GrpcClientCall call) : Stream
{
    private ReadOnlyMemory<byte> left;
    private bool isEnded;

    public override bool CanRead => true;

    public override bool CanWrite => false;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public static int BytesIn(ReadOnlySpan<byte> message, out int start)
    {
        var reader = new ProtoReader(message);
        while (reader.Next())
        {
            if (reader.Field == 1)
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
                var length = BytesIn(message.Span, out var start);
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

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <summary>Archives are read on a thread of their own.</summary>
    public override int Read(byte[] buffer, int offset, int count) => ReadAsync(buffer.AsMemory(offset, count)).AsTask().GetAwaiter().GetResult();

    public override async ValueTask DisposeAsync()
    {
        await call.DisposeAsync().ConfigureAwait(false);
        await base.DisposeAsync().ConfigureAwait(false);
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
