using System.IO.Compression;
using Gantry.Images.Content;
using Gantry.Spec.Image;
using ZstdSharp;

namespace Gantry.Images.Compression;

/// <summary>How layers are written (docs of BuildKit, "Image output": <c>compression</c>).</summary>
/// <param name="MediaType"><see cref="MediaTypes.OciLayer"/>, <see cref="MediaTypes.OciLayerGzip"/> or <see cref="MediaTypes.OciLayerZstd"/>.</param>
/// <param name="Level">0 to 9 of gzip, 0 to 22 of zstd; null for the usual one.</param>
/// <param name="All">Layers that are in another form change theirs too; else only those that are kept plain.</param>
public sealed record LayerEncoding(string MediaType, int? Level = null, bool All = false)
{
    /// <summary>Those beyond take hundreds of megabytes of memory for next to nothing.</summary>
    private const int MostZstdLevel = 19;

    private delegate void WriteBytes(ReadOnlySpan<byte> bytes);

    /// <summary>What layers have where nobody says otherwise.</summary>
    public static LayerEncoding Usual { get; } = new(MediaTypes.OciLayerGzip);

    /// <summary>Whether a layer is to be written anew.</summary>
    internal bool Changes(Descriptor layer) => Form(layer.MediaType) is { } form && form != MediaType && (All || form == MediaTypes.OciLayer);

    /// <summary>Writes a plain archive in this form. The same bytes always give the same.</summary>
    internal void Write(Stream plain, Stream target, CancellationToken cancellationToken)
    {
        switch (MediaType)
        {
            case MediaTypes.OciLayerGzip when Level is null:
                using (var gzip = new GzipWriter(target)) Copy(plain, gzip.Write, cancellationToken);
                break;
            case MediaTypes.OciLayerGzip:
                using (var gzip = new GZipStream(target, new ZLibCompressionOptions { CompressionLevel = Level.Value }, leaveOpen: true)) Copy(plain, gzip.Write, cancellationToken);
                break;
            case MediaTypes.OciLayerZstd:
                using (var zstd = new CompressionStream(target, Math.Min(Level ?? Compressor.DefaultCompressionLevel, MostZstdLevel), leaveOpen: true)) Copy(plain, zstd.Write, cancellationToken);
                break;
            default:
                Copy(plain, target.Write, cancellationToken);
                break;
        }
    }

    /// <summary>The OCI name of a layer's form; null for what is not a layer of ours.</summary>
    private static string? Form(string mediaType) => mediaType switch
    {
        MediaTypes.OciLayer or MediaTypes.DockerLayer => MediaTypes.OciLayer,
        MediaTypes.OciLayerGzip or MediaTypes.DockerLayerGzip => MediaTypes.OciLayerGzip,
        MediaTypes.OciLayerZstd or MediaTypes.DockerLayerZstd => MediaTypes.OciLayerZstd,
        _ => null,
    };

    private static void Copy(Stream plain, WriteBytes write, CancellationToken cancellationToken)
    {
        using var rented = new RentedBuffer(256 * 1024);
        int read;
        while ((read = plain.Read(rented.Span)) > 0)
        {
            cancellationToken.ThrowIfCancellationRequested();
            write(rented.Span[..read]);
        }
    }
}
