using System.IO.Compression;
using Gantry.Images.Content;
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
            [(byte)'B', (byte)'Z', (byte)'h', ..] => new ForeignDecompression(whole, "bzip2", static source => BZip2Stream.Create(source, SharpCompress.Compressors.CompressionMode.Decompress, decompressConcatenated: true)),
            _ => whole,
        };
    }

    /// <summary>Reads in large pieces and shows the first bytes without taking them.</summary>
    private sealed class HeadedStream : ReadOnlyStream
    {
        private const int HeadLength = 6;
        private readonly RentedBuffer buffer = new(128 * 1024);
        private readonly Stream source;
        private int start;
        private int end;
        private bool disposed;

        public HeadedStream(Stream source)
        {
            this.source = source;
            end = source.ReadAtLeast(buffer.Span, HeadLength, throwOnEndOfStream: false);
        }

        public ReadOnlySpan<byte> Head => buffer.Span[..Math.Min(end, HeadLength)];

        public override int Read(Span<byte> destination)
        {
            if (start == end)
            {
                if (destination.Length >= buffer.Array.Length)
                {
                    return source.Read(destination);
                }

                (start, end) = (0, source.Read(buffer.Span));
            }

            var length = Math.Min(end - start, destination.Length);
            buffer.Span.Slice(start, length).CopyTo(destination);
            start += length;
            return length;
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing && !disposed)
            {
                disposed = true;
                buffer.Dispose();
                source.Dispose();
            }

            base.Dispose(disposing);
        }
    }
}
