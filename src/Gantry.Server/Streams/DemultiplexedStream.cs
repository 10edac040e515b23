using System.Buffers.Binary;

namespace Gantry.Server.Streams;

/// <summary>Reads only the contents of the frames of a multiplexed stream, for those who get both outputs as one.</summary>
internal sealed class DemultiplexedStream(Stream frames)
{
    private readonly byte[] _header = new byte[8];
    private int _left;

    /// <returns>0 at the end of the stream.</returns>
    public async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        while (_left == 0)
        {
            if (await frames.ReadAtLeastAsync(_header, _header.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false) < _header.Length)
            {
                return 0;
            }

            _left = BinaryPrimitives.ReadInt32BigEndian(_header.AsSpan(4));
        }

        var length = await frames.ReadAsync(buffer[..Math.Min(buffer.Length, _left)], cancellationToken).ConfigureAwait(false);
        _left -= length;
        return length;
    }
}
