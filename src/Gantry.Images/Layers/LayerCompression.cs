using System.IO.Compression;
using Gantry.Images.Content;
using Gantry.Spec;

namespace Gantry.Images.Layers;

/// <summary>The form of a layer is read from its first bytes; media types are wrong often enough.</summary>
internal static class LayerCompression
{
    /// <summary>The uncompressed content. <paramref name="content"/> is disposed with the result.</summary>
    public static Stream Open(Stream content)
    {
        var head = new byte[6];
        var length = content.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
        var whole = new PrefixedStream(head.AsMemory(0, length), content);
        return head.AsSpan(0, length) switch
        {
            [0x1F, 0x8B, ..] => new GZipStream(whole, CompressionMode.Decompress),
            [0x28, 0xB5, 0x2F, 0xFD, ..] or [>= 0x50 and <= 0x5F, 0x2A, 0x4D, 0x18, ..] => new ZstdSharp.DecompressionStream(whole, leaveOpen: false),
            [0xFD, (byte)'7', (byte)'z', (byte)'X', (byte)'Z', ..] => throw Unsupported("xz"),
            [(byte)'B', (byte)'Z', (byte)'h', ..] => throw Unsupported("bzip2"),
            _ => whole,
        };
    }

    private static UnsupportedException Unsupported(string form) => new($"layer is compressed with {form}: want gzip, zstd or a plain tar");

    private sealed class PrefixedStream(ReadOnlyMemory<byte> prefix, Stream rest) : ReadOnlyStream
    {
        public override int Read(Span<byte> buffer)
        {
            if (prefix.IsEmpty)
            {
                return rest.Read(buffer);
            }

            var length = Math.Min(prefix.Length, buffer.Length);
            prefix.Span[..length].CopyTo(buffer);
            prefix = prefix[length..];
            return length;
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                rest.Dispose();
            }

            base.Dispose(disposing);
        }
    }
}
