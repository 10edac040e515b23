using System.Buffers.Binary;

namespace Gantry.Server.Streams;

/// <summary>A terminal's bytes as frames of standard output, for clients that say they want no terminal's stream.</summary>
internal sealed class FramedStream(Stream terminal)
{
    private const int Header = 8;
    private const byte StandardOutput = 1;

    /// <param name="buffer">Room for a frame.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The length of a whole frame; 0 at the end of the stream.</returns>
    public async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        var length = await terminal.ReadAsync(buffer[Header..], cancellationToken).ConfigureAwait(false);
        if (length == 0)
        {
            return 0;
        }

        buffer.Span[..Header].Clear();
        buffer.Span[0] = StandardOutput;
        BinaryPrimitives.WriteInt32BigEndian(buffer.Span[4..], length);
        return Header + length;
    }
}
