using System.Text;
using CsCheck;
using Gantry.Images.Layers.Tar;
using Gantry.Spec;

namespace Gantry.Tests.Images;

public sealed class TarReaderTests
{
    private static readonly string Long = string.Join('/', Enumerable.Repeat(new string('n', 50), 5));

    [Fact]
    public void Members_come_with_their_content()
    {
        var entries = Read(new TarBuilder().Directory("d/").File("d/a", "hello", 0x9ED).Symlink("d/l", "a").HardLink("d/h", "d/a").Device("d/null", 1, 3).ToArray());
        Assert.Equal(["d/", "d/a", "d/l", "d/h", "d/null"], entries.Select(e => e.Entry.DisplayName));
        Assert.Equal("hello", entries[1].Content);
        Assert.Equal(0x9EDu, entries[1].Entry.Permissions);
        Assert.Equal(1_700_000_000_000_000_000, entries[1].Entry.ModifiedNanoseconds);
        Assert.Equal("a", Encoding.UTF8.GetString(entries[2].Entry.LinkName));
        Assert.Equal(TarEntryType.CharacterDevice, entries[4].Entry.Type);
        Assert.Equal((1u, 3u), (entries[4].Entry.DeviceMajor, entries[4].Entry.DeviceMinor));
    }

    [Fact]
    public void Pax_records_override_the_header()
    {
        var entry = Read(new TarBuilder()
            .Pax(("path", Long), ("mtime", "1700000000.123456789"), ("uid", "4000000000"), ("SCHILY.xattr.user.x", "a=b\nc"))
            .File("short", "x").File("next").ToArray());
        Assert.Equal(Long, Encoding.UTF8.GetString(entry[0].Entry.Name));
        Assert.Equal(1_700_000_000_123_456_789, entry[0].Entry.ModifiedNanoseconds);
        Assert.Equal(4_000_000_000u, entry[0].Entry.Uid);
        Assert.Equal("a=b\nc", Encoding.UTF8.GetString(entry[0].Entry.Xattrs[0].Value));
        Assert.Equal("next", entry[1].Entry.DisplayName);
        Assert.Empty(entry[1].Entry.Xattrs);
    }

    [Fact]
    public void Gnu_long_names_are_read()
    {
        var name = Encoding.UTF8.GetBytes(Long + "\0");
        var entries = Read(new TarBuilder().Entry('L', "././@LongLink", name).Entry('K', "././@LongLink", name).Symlink("cut", "cut").ToArray());
        Assert.Equal(Long, Encoding.UTF8.GetString(entries[0].Entry.Name));
        Assert.Equal(Long, Encoding.UTF8.GetString(entries[0].Entry.LinkName));
    }

    [Fact]
    public void A_sparse_map_says_where_the_data_lie()
    {
        var map = Encoding.ASCII.GetBytes("2\n4096\n3\n8192\n2\n");
        byte[] content = [.. map, .. new byte[512 - map.Length], .. "abcde"u8];
        var entry = Read(new TarBuilder().Pax(("GNU.sparse.major", "1"), ("GNU.sparse.minor", "0"), ("GNU.sparse.name", "real"), ("GNU.sparse.realsize", "10000"))
            .Entry('0', "GNUSparseFile.0/real", content).ToArray())[0];
        Assert.Equal("real", entry.Entry.DisplayName);
        Assert.Equal(10000, entry.Entry.Size);
        Assert.Equal([new SparseExtent(4096, 3), new SparseExtent(8192, 2)], entry.Entry.Sparse!);
        Assert.Equal("abcde", entry.Content);
    }

    [Theory]
    [InlineData("1\n4096\n9\n")]
    [InlineData("2\n8192\n3\n4096\n2\n")]
    [InlineData("1\n9999\n5\n")]
    [InlineData("99999999\n")]
    [InlineData("x\n")]
    public void A_sparse_map_that_does_not_fit_is_refused(string map)
    {
        var text = Encoding.ASCII.GetBytes(map);
        byte[] content = [.. text, .. new byte[512 - text.Length], .. "abcde"u8];
        var archive = new TarBuilder().Pax(("GNU.sparse.major", "1"), ("GNU.sparse.minor", "0"), ("GNU.sparse.name", "real"), ("GNU.sparse.realsize", "10000")).Entry('0', "f", content).ToArray();
        Assert.Contains("invalid entry real", Assert.Throws<InvalidArgumentException>(() => Read(archive)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_no_archive_is_refused()
    {
        Refused("wrong checksum", new TarBuilder().Entry('0', "f", [], badChecksum: true).ToArray());
        Refused("truncated", new TarBuilder().Entry('0', "f", new byte[10], size: 4096).Unfinished());
        Refused("truncated", new byte[100]);
        Refused("unknown type", new TarBuilder().Entry('!', "f", []).ToArray());
        Refused("malformed pax", new TarBuilder().Entry('x', "p", "99 a=b\n"u8.ToArray()).ToArray());
        Refused("pax record without a key", new TarBuilder().Entry('x', "p", "5 =b\n"u8.ToArray()).ToArray());
        Refused("NUL", new TarBuilder().Pax(("path", "a\0b")).File("f").ToArray());
        Refused("extension of", new TarBuilder().Entry('x', "p", [], size: 64 * 1024 * 1024).ToArray());
    }

    [Theory]
    [InlineData(9, false)]
    [InlineData(10, false)]
    [InlineData(11, true)]
    public void The_number_of_entries_is_bounded(int count, bool refused)
    {
        var builder = new TarBuilder();
        for (var i = 0; i < count; i++)
        {
            builder.File($"f{i}");
        }

        var failure = Record.Exception(() => Read(builder.ToArray(), new TarLimits { Entries = 10 }));
        Assert.Equal(refused, failure is InvalidArgumentException);
    }

    [Fact]
    public void Any_bytes_end_in_entries_or_in_a_refusal()
    {
        var valid = new TarBuilder().Directory("d").Pax(("path", "p"), ("mtime", "1.5")).File("a", "hello").Symlink("l", "a").ToArray();
        Gen.Select(Gen.Int[0, valid.Length - 1], Gen.Byte, Gen.Int[0, valid.Length]).Array[1, 6].Sample(changes =>
        {
            var bytes = (byte[])valid.Clone();
            foreach (var (at, value, _) in changes)
            {
                bytes[at] = value;
            }

            try
            {
                Read(bytes[..changes[0].Item3]);
            }
            catch (InvalidArgumentException)
            {
            }
        });
    }

    private static void Refused(string reason, byte[] archive) =>
        Assert.Contains(reason, Assert.Throws<InvalidArgumentException>(() => Read(archive)).Message, StringComparison.Ordinal);

    private static List<(TarEntry Entry, string Content)> Read(byte[] archive, TarLimits? limits = null)
    {
        var reader = new TarReader(new MemoryStream(archive), limits);
        var result = new List<(TarEntry, string)>();
        while (reader.Next() is { } entry)
        {
            var content = new StringBuilder();
            while (reader.ReadContent() is { IsEmpty: false } piece)
            {
                content.Append(Encoding.UTF8.GetString(piece));
            }

            result.Add((entry, content.ToString()));
        }

        return result;
    }
}
