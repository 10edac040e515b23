using Gantry.Images.Content;

namespace Gantry.Images.Layers;

/// <summary>What a library decompresses that has failures of its own: they come out as those of .NET's own forms do.</summary>
internal sealed class ForeignDecompression : ReadOnlyStream
{
    private const int BufferSize = 128 * 1024;
    private readonly string form;
    private readonly BufferedStream source;
    private readonly Func<Stream, Stream> open;
    private Stream? content;

    /// <param name="compressed">Disposed with this.</param>
    /// <param name="form">For messages.</param>
    /// <param name="open">May read, and fail.</param>
    public ForeignDecompression(Stream compressed, string form, Func<Stream, Stream> open)
    {
        // They ask for single bytes.
        (source, this.form, this.open) = (new(compressed, BufferSize), form, open);
    }

    public override int Read(Span<byte> buffer)
    {
        try
        {
            content ??= open(source);
            return content.Read(buffer);
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
            source.Dispose();
        }

        base.Dispose(disposing);
    }
}
