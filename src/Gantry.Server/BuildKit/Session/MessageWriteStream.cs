using Gantry.Server.BuildKit.Grpc;
using Gantry.Server.BuildKit.Wire;

namespace Gantry.Server.BuildKit.Session;

/// <summary>Bytes that go in the messages of a call. Archives are written on a thread of their own.</summary>
internal sealed class MessageWriteStream(GrpcClientCall call, Action<long> progress) : Stream
{
    private const int PieceSize = 256 * 1024;
    private readonly byte[] buffer = new byte[PieceSize];
    private int filled;
    private long total;

    public override bool CanRead => false;

    public override bool CanWrite => true;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => total;
        set => throw new NotSupportedException();
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            var count = Math.Min(bytes.Length, PieceSize - filled);
            bytes[..count].CopyTo(buffer.AsSpan(filled));
            filled += count;
            bytes = bytes[count..];
            if (filled == PieceSize)
            {
                Flush();
            }
        }
    }

    public override void Flush()
    {
        if (filled > 0)
        {
            call.WriteAsync(new ProtoWriter().Bytes(1, buffer.AsSpan(0, filled))).AsTask().GetAwaiter().GetResult();
            progress(total += filled);
            filled = 0;
        }
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
