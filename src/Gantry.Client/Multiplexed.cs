using System.Buffers.Binary;
using Gantry.Spec;

namespace Gantry.Client;

/// <summary>Docker's framing of two output streams in one: <c>[stream, 0, 0, 0, length u32 big endian]</c> and that many bytes.</summary>
public static class Multiplexed
{
    private const int HeadLength = 8;

    /// <summary>Copies until the end of the stream.</summary>
    public static async ValueTask CopyAsync(Stream source, Stream? stdout, Stream? stderr, CancellationToken cancellationToken = default)
    {
        var buffer = new byte[32 * 1024];
        var head = new byte[HeadLength];
        while (true)
        {
            var got = 0;
            while (got < HeadLength)
            {
                var count = await source.ReadAsync(head.AsMemory(got), cancellationToken).ConfigureAwait(false);
                if (count == 0) return;
                got += count;
            }

            var left = BinaryPrimitives.ReadUInt32BigEndian(head.AsSpan(4));
            var target = head[0] switch
            {
                0 or 1 => stdout,
                2 => stderr,
                3 => null,
                var other => throw new InvalidDataException($"Unrecognized input header: {other}"),
            };
            using var error = head[0] == 3 ? new MemoryStream() : null;
            while (left > 0)
            {
                var count = await source.ReadAsync(buffer.AsMemory(0, (int)Math.Min(left, (uint)buffer.Length)), cancellationToken).ConfigureAwait(false);
                if (count == 0) return;
                (target ?? error)?.Write(buffer, 0, count);
                left -= (uint)count;
            }

            if (error is not null) throw new InternalException($"error from daemon in stream: {System.Text.Encoding.UTF8.GetString(error.ToArray())}");
        }
    }
}
