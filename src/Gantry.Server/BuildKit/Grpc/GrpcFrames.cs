using System.Buffers.Binary;

namespace Gantry.Server.BuildKit.Grpc;

/// <summary>The messages of one direction of a call: each comes after a flag and its length.</summary>
internal sealed class GrpcFrames(Stream input)
{
    public const int HeadSize = 5;
    private const int MostBytes = 32 << 20;
    private readonly byte[] head = new byte[HeadSize];
    private byte[] buffer = new byte[4096];

    /// <summary>The next message, which is valid until the one after it is read; null at the end.</summary>
    public async ValueTask<ReadOnlyMemory<byte>?> ReadAsync(CancellationToken cancellationToken)
    {
        var count = await input.ReadAtLeastAsync(head, HeadSize, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
        if (count == 0)
        {
            return null;
        }

        var length = count == HeadSize ? BinaryPrimitives.ReadUInt32BigEndian(head.AsSpan(1)) : throw new EndOfStreamException("the call ends in the middle of a message");
        if (head[0] != 0)
        {
            throw new GrpcException(GrpcCode.Unimplemented, "compressed messages are not supported");
        }

        if (length > MostBytes)
        {
            throw new GrpcException(GrpcCode.InvalidArgument, $"a message has {length} bytes: at most {MostBytes} are read");
        }

        if (length > buffer.Length)
        {
            buffer = new byte[Math.Max(length, (uint)Math.Min(buffer.Length * 2, MostBytes))];
        }

        var message = buffer.AsMemory(0, (int)length);
        await input.ReadExactlyAsync(message, cancellationToken).ConfigureAwait(false);
        return message;
    }

    /// <summary>Writes a message and sends it.</summary>
    public static async ValueTask WriteAsync(Stream output, ReadOnlyMemory<byte> message, CancellationToken cancellationToken)
    {
        var frame = new byte[HeadSize + message.Length];
        BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(1), (uint)message.Length);
        message.CopyTo(frame.AsMemory(HeadSize));
        await output.WriteAsync(frame, cancellationToken).ConfigureAwait(false);
        await output.FlushAsync(cancellationToken).ConfigureAwait(false);
    }
}
