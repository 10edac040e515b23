using System.IO.Compression;
using SharpCompress.Compressors.BZip2;
using XZStream = SharpCompress.Compressors.Xz.XZStream;

namespace Gantry.Images.Layers;

/// <summary>Plain and compressed archives: the form is read from its first bytes; media types are wrong often enough.</summary>
public static class LayerCompression
{
    /// <summary>The uncompressed content. <paramref name="content"/> is disposed with the result.</summary>
    public static Stream Open(Stream content)
    {
        // GZipStream asks for 8 KiB at a time.
        var whole = new HeadedStream(content);
        return whole.Head switch
        {
            [0x1F, 0x8B, ..] => new GZipStream(whole, CompressionMode.Decompress),
            [0x28, 0xB5, 0x2F, 0xFD, ..] or [>= 0x50 and <= 0x5F, 0x2A, 0x4D, 0x18, ..] => new ZstdSharp.DecompressionStream(whole, leaveOpen: false),
            [0xFD, (byte)'7', (byte)'z', (byte)'X', (byte)'Z', ..] => new ForeignDecompression(whole, "xz", static source => new XZStream(source)),
            [(byte)'B', (byte)'Z', (byte)'h', ..] => new ForeignDecompression(whole, "bzip2", static source => BZip2Stream.Create(source, SharpCompress.Compressors.CompressionMode.Decompress, decompressConcatenated: true, leaveOpen: true)),
            _ => whole,
        };
    }
}
