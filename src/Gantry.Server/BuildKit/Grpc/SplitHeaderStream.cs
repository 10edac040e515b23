using System.Buffers;
using System.Buffers.Binary;

namespace Gantry.Server.BuildKit.Grpc;

/// <summary>
/// The output of HTTP/2's client, in which a header with several values becomes several fields: the client would join them
/// with commas, and gRPC in Go does not take them apart. Only blocks of headers are looked at (RFC 9113, section 6.2).
/// </summary>
internal sealed class SplitHeaderStream(Stream inner) : Stream
{
    /// <summary>Between the values of a header: it is in none, and never sent.</summary>
    public const char Separator = '\u001f';
    private const int PrefaceSize = 24;
    private const int HeadSize = 9;
    private const byte Headers = 1;
    private const byte Continuation = 9;
    private const byte EndHeaders = 4;
    private const int MostFrame = 16 * 1024;
    private readonly ArrayBufferWriter<byte> output = new();
    private readonly List<byte> head = [];
    private readonly List<byte> payload = [];
    private readonly List<byte> block = [];
    private int passing = PrefaceSize;
    private byte firstFlags;

    public override bool CanRead => true;

    public override bool CanWrite => true;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Take(buffer.Span);
        if (output.WrittenCount > 0)
        {
            await inner.WriteAsync(output.WrittenMemory, cancellationToken).ConfigureAwait(false);
            output.ResetWrittenCount();
        }
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => inner.ReadAsync(buffer, cancellationToken);

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => inner.ReadAsync(buffer, offset, count, cancellationToken);

    public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("asynchronous only");

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("asynchronous only");

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
        }

        base.Dispose(disposing);
    }

    private void Take(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            if (passing > 0)
            {
                var passed = Math.Min(passing, bytes.Length);
                output.Write(bytes[..passed]);
                bytes = bytes[passed..];
                passing -= passed;
                continue;
            }

            if (head.Count < HeadSize)
            {
                head.Add(bytes[0]);
                bytes = bytes[1..];
                if (head.Count == HeadSize && head[3] is not (Headers or Continuation))
                {
                    output.Write(head.ToArray());
                    passing = FrameLength;
                    head.Clear();
                }

                continue;
            }

            var count = Math.Min(FrameLength - payload.Count, bytes.Length);
            payload.AddRange(bytes[..count]);
            bytes = bytes[count..];
            if (payload.Count == FrameLength)
            {
                EndFrame();
            }
        }
    }

    private int FrameLength => (head[0] << 16) | (head[1] << 8) | head[2];

    private void EndFrame()
    {
        var (type, flags) = (head[3], head[4]);
        var stream = head[5..].ToArray();
        if (type == Headers)
        {
            firstFlags = flags;
        }

        block.AddRange(payload);
        head.Clear();
        payload.Clear();
        if ((flags & EndHeaders) == 0)
        {
            return;
        }

        var split = HeaderBlock.Split(block.ToArray(), (byte)Separator);
        block.Clear();
        var isFirst = true;
        Span<byte> frame = stackalloc byte[HeadSize];
        for (var left = split.AsSpan(); isFirst || !left.IsEmpty; isFirst = false)
        {
            var part = left[..Math.Min(left.Length, MostFrame)];
            left = left[part.Length..];
            var kept = isFirst ? firstFlags & ~EndHeaders : 0;
            BinaryPrimitives.WriteInt32BigEndian(frame, part.Length << 8);
            frame[3] = isFirst ? Headers : Continuation;
            frame[4] = (byte)(kept | (left.IsEmpty ? EndHeaders : 0));
            stream.CopyTo(frame[5..]);
            output.Write(frame);
            output.Write(part);
        }
    }
}
