using System.IO.Compression;
using Gantry.Linux.Gzip;

namespace Gantry.Tests.Images;

public sealed class IsalGzipStreamTests
{
    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 1)]
    [InlineData(100_000, 1000)]
    [InlineData(5_000_000, 256 * 1024)]
    [InlineData(5_000_000, 3_000_017)]
    public void What_is_written_in_any_pieces_is_read_by_the_framework(int length, int piece)
    {
        RequireLibrary();
        var content = new byte[length];
        var random = new Random(length + piece);
        for (var at = 0; at < length; at += 10_000) random.NextBytes(content.AsSpan(at, Math.Min(5000, length - at)));
        using var compressed = new MemoryStream();
        using (var gzip = new IsalGzipStream(compressed))
        {
            for (var at = 0; at < length; at += piece) gzip.Write(content.AsSpan(at, Math.Min(piece, length - at)));
        }

        Assert.InRange(compressed.Length, 18, (length * 0.55) + 100);
        compressed.Position = 0;
        using var read = new MemoryStream();
        using (var plain = new GZipStream(compressed, CompressionMode.Decompress)) plain.CopyTo(read);
        Assert.Equal(content, read.ToArray());
    }

    [Fact]
    public void Bytes_that_do_not_compress_go_in_whole()
    {
        RequireLibrary();
        var noise = new byte[3_000_000];
        new Random(1).NextBytes(noise);
        using var compressed = new MemoryStream();
        using (var gzip = new IsalGzipStream(compressed)) gzip.Write(noise);
        Assert.InRange(compressed.Length, noise.Length, noise.Length + 5000);
    }

    [Fact]
    public void A_target_that_fails_says_so_and_nothing_follows()
    {
        RequireLibrary();
        var full = new MemoryStream(new byte[10]);
        using var gzip = new IsalGzipStream(full);
        var noise = new byte[3_000_000];
        new Random(1).NextBytes(noise);
        Assert.Throws<NotSupportedException>(() => gzip.Write(noise));
    }

    private static void RequireLibrary() => Assert.SkipUnless(IsalGzipStream.IsAvailable, "libisal2 is not installed");
}
