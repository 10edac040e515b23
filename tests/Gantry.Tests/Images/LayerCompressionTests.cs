using System.Text;
using Gantry.Images.Layers;

namespace Gantry.Tests.Images;

/// <summary>The compressed texts were made with xz(1)'s and bzip2(1)'s libraries: 62,000 bytes of one sentence.</summary>
public sealed class LayerCompressionTests
{
    private const string Xz = "/Td6WFoAAATm1rRGAgAhARYAAAB0L+Wj4PIvAGpdACmbyaZnQneMs57j64jc+UbPDv/E8qoEybPzNr+2ufbzlBPlp3AsoZSAs7i/BvEdakNjDi6EB3YYxdKQsMv45ToqetJc+qjwed41j52R4HWbckiSItJ5oU6yP5f/oCSS5DMpGau2DwpLEAAAAAC8TyaRlMDUXQABhgGw5AMAjW9orrHEZ/sCAAAAAARZWg==";
    private const string Bzip2 = "QlpoOTFBWSZTWZohWp4AG1eTgEABCAAjZtxAMAD7VQpgAJoJqqAAAKVQAAYBKrwJVehKrUJVYBQbVSDSqQb1SDOqQdBKrwJVbBKr0JVbhA8qkGFUg3qkG1Ug9hKrsJVYhKrIJVZggeVSD6qQZVUgxqkH1Ug0qkH4u5IpwoSE0QrU8A==";

    [Theory]
    [InlineData(Xz)]
    [InlineData("/Td6WFoAAAFpIt42AgAhARYAAAB0L+Wj4PIvAGpdACmbyaZnQneMs57j64jc+UbPDv/E8qoEybPzNr+2ufbzlBPlp3AsoZSAs7i/BvEdakNjDi6EB3YYxdKQsMv45ToqetJc+qjwed41j52R4HWbckiSItJ5oU6yP5f/oCSS5DMpGau2DwpLEAAAAAB0ZWzVAAGCAbDkAwCbLfk1PjANiwIAAAAAAVla")]
    [InlineData("/Td6WFoAAATm1rRGAgEEACEBFgANhjUf4PIvAGpdACmbyaZnQneMs57j64jc+UbPDv/E8qoEybPzNr+2ufbzlBPlp3AsoZSAs7i/BvEdakNjDi6EB3YYxdKQsMv45ToqetJc+qjwed41j52R4HWbckiSItJ5oU6yP5f/oCSS5DMpGau2DwpLEAAAAAC8TyaRlMDUXQABhgGw5AMAjW9orrHEZ/sCAAAAAARZWg==")]
    [InlineData("/Td6WFoAAArh+wyhAgAhARYAAAB0L+Wj4HkXAGFdACmbyaZnQneMs57j64jc+UbPDv/E8qoEybPzNr+2ufbzlBPlp3AsoZSAs7i/BvEdakNjDi6EB3YYxdKQsMv45ToqetJc+qjwed41j52R4HWbckiSItJ5oU6yP5f0d1PlAAAAAAAAYChKnvz8/sej5Z+jWJs/JFGY8J6ncQ9QJPK5HK/EDoEAAZUBmPIBACklMWS26d8cAgAAAAAKWVr9N3pYWgAABObWtEYCACEBFgAAAHQv5aPgeRcAYV0AKZvJpmdCd4yznuPriNz5Rs8O/8TyqgTJs/M2v7a59vOUE+WncCyhlICzuL8G8R1qQ2MOLoQHdhjF0pCwy/jlOip60lz6qPB53jWPnZHgdZtySJIi0nmhTrI/l/R3U+UAAAAAAADGmzgK4ZMLDQABfZjyAQAACBIyuLHEZ/sCAAAAAARZWg==")]
    [InlineData(Bzip2)]
    [InlineData("QlpoOTFBWSZTWdVNMg4ADauTgEABCAAjZtxAMADQCmAAmgmqoE8oPRCmAAmm1SDVSDupB6qQbVIMVIOqkGakHNSD7Ug1UgxUg7qQZqQaqQbVIM1IMVIO6kH6pBvUg4qQc1SDVSDypBxVIN6kHlSDqpB/F3JFOFCQ1U0yDkJaaDkxQVkmU1nVTTIOAA2rk4BAAQgAI2bcQDAA0ApgAJoJqqBPKD0QpgAJptUg1Ug7qQeqkG1SDFSDqpBmpBzUg+1INVIMVIO6kGakGqkG1SDNSDFSDupB+qQb1IOKkHNUg1Ug8qQcVSDepB5Ug6qQfxdyRThQkNVNMg4=")]
    public void What_is_compressed_comes_out_whole(string compressed)
    {
        using var content = LayerCompression.Open(new MemoryStream(Convert.FromBase64String(compressed)));
        using var whole = new MemoryStream();
        content.CopyTo(whole);
        Assert.Equal(string.Concat(Enumerable.Repeat("Some text that repeats itself. ", 2000)), Encoding.ASCII.GetString(whole.ToArray()));
    }

    [Theory]
    [InlineData(Xz)]
    [InlineData(Bzip2)]
    public void Damage_is_told_and_nothing_else_happens(string compressed)
    {
        var whole = Convert.FromBase64String(compressed);
        var random = new Random(1);
        for (var attempt = 0; attempt < 500; attempt++)
        {
            var damaged = whole[..random.Next(7, whole.Length + 1)];
            damaged[random.Next(6, damaged.Length)] ^= (byte)(1 << random.Next(8));
            using var content = LayerCompression.Open(new MemoryStream(damaged));
            try
            {
                content.CopyTo(Stream.Null);
            }
            catch (Exception e) when (e is InvalidDataException or IOException)
            {
                // As it is for other forms.
            }
        }
    }
}
