using System.IO.Compression;
using CsCheck;
using Gantry.Images.Compression;

namespace Gantry.Tests.Images;

public sealed class GzipWriterTests
{
    /// <summary>Stretches as layers have them: text of few letters, one byte over and over, chance, and what was there before.</summary>
    private static readonly Gen<byte[]> Content =
        from stretches in Gen.Select(Gen.Int[0, 3], Gen.Int[1, 9000], Gen.Int[1, 40000], Gen.Int[1, 8], Gen.Int).Array[0, 60]
        select Make(stretches);

    [Fact]
    public void What_is_written_is_read_again() =>
        Content.Sample(content => Assert.Equal(content, Decompress(Compress(content, content.Length))), iter: 150);

    [Fact]
    public void The_stream_depends_on_its_bytes_alone() =>
        Gen.Select(Content, Gen.Int[1, 300_000]).Sample((content, piece) => Assert.Equal(Compress(content, content.Length), Compress(content, piece)), iter: 60);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(2047)]
    [InlineData(2048)]
    [InlineData(131_071)]
    [InlineData(131_072)]
    [InlineData(163_840)]
    [InlineData(163_841)]
    [InlineData(1_000_003)]
    public void Each_length_ends_well(int length)
    {
        var zeros = new byte[length];
        var chance = new byte[length];
        new Random(length).NextBytes(chance);

        Assert.Equal(zeros, Decompress(Compress(zeros, 4096)));
        Assert.Equal(chance, Decompress(Compress(chance, 4096)));
    }

    [Fact]
    public void What_does_not_compress_grows_by_less_than_a_thousandth()
    {
        var chance = new byte[10_000_000];
        new Random(1).NextBytes(chance);

        Assert.InRange(Compress(chance, 65536).Length, chance.Length, chance.Length * 1.001);
    }

    [Fact]
    public void What_compresses_a_little_does_so_beside_what_does_not()
    {
        var mixed = new byte[1_000_000];
        var random = new Random(1);
        for (var at = 0; at < mixed.Length; at += 10_000)
        {
            random.NextBytes(mixed.AsSpan(at, 5000));
        }

        Assert.InRange(Compress(mixed, 65536).Length, 500_000, 510_000);
    }

    [Fact]
    public void Letters_that_occur_as_often_as_each_other_make_a_whole_code()
    {
        // As many of each of a few, in an order without repetition: lengths of codes that are all the same.
        foreach (var letters in (int[])[1, 2, 3, 5, 17, 256])
        {
            var content = new byte[4096];
            var random = new Random(letters);
            for (var at = 0; at < content.Length; at++)
            {
                content[at] = (byte)random.Next(letters);
            }

            Assert.Equal(content, Decompress(Compress(content, 100)));
        }
    }

    [Fact]
    public void Rare_letters_get_codes_of_at_most_fifteen_bits()
    {
        // Counts as Fibonacci's numbers would make codes of twenty bits and more.
        var content = new List<byte>();
        var (one, other) = (1, 1);
        for (var letter = 0; letter < 24; letter++)
        {
            content.AddRange(Enumerable.Repeat((byte)letter, one));
            (one, other) = (other, one + other);
        }

        var shuffled = content.ToArray();
        new Random(1).Shuffle(shuffled);
        Assert.Equal(shuffled, Decompress(Compress(shuffled, 65536)));
    }

    private static byte[] Make(IReadOnlyList<(int Kind, int Length, int Back, int Bits, int Seed)> stretches)
    {
        var content = new List<byte>();
        foreach (var (kind, length, back, bits, seed) in stretches)
        {
            var random = new Random(seed);
            for (var i = 0; i < length; i++)
            {
                content.Add(kind switch
                {
                    0 => (byte)random.Next(1 << bits),
                    1 => (byte)seed,
                    2 => (byte)random.Next(256),
                    _ => content.Count > back ? content[^back] : (byte)0,
                });
            }
        }

        return [.. content];
    }

    private static byte[] Compress(byte[] content, int piece)
    {
        using var result = new MemoryStream();
        using (var gzip = new GzipWriter(result))
        {
            foreach (var chunk in content.Chunk(Math.Max(piece, 1)))
            {
                gzip.Write(chunk);
            }
        }

        return result.ToArray();
    }

    private static byte[] Decompress(byte[] compressed)
    {
        using var gzip = new GZipStream(new MemoryStream(compressed), CompressionMode.Decompress);
        using var result = new MemoryStream();
        gzip.CopyTo(result);
        return result.ToArray();
    }
}
