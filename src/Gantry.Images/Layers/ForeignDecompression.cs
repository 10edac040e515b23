using Gantry.Spec;

namespace Gantry.Images.Layers;

/// <summary>What a library decompresses that has failures of its own: they come out as those of .NET's own forms do.</summary>
/// <param name="compressed">Disposed with this. It is asked for single bytes, and where it is.</param>
/// <param name="form">For messages.</param>
/// <param name="open">May read, and fail.</param>
internal sealed class ForeignDecompression(HeadedStream compressed, string form, Func<Stream, Stream> open) : ForwardStream
{
    private Stream? content;

    public override int Read(Span<byte> buffer)
    {
        try
        {
            while (true)
            {
                content ??= open(compressed);
                var count = content.Read(buffer);
                // Archives may follow each other, and count as one.
                if (count > 0 || buffer.IsEmpty || !compressed.SkipZeros())
                {
                    return count;
                }

                content = null;
            }
        }
        catch (Exception e) when (e is not (IOException or InvalidDataException or OperationCanceledException))
        {
            throw new InvalidDataException($"the {form} data is damaged: {e.Message}", e);
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            content?.Dispose();
            compressed.Dispose();
        }

        base.Dispose(disposing);
    }
}
