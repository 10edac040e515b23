using System.Formats.Tar;
using Gantry.Cli.Building;
using Gantry.Cli.CommandLine;

namespace Gantry.Tests.Cli;

/// <summary>What a context is sent as, read by the framework's own reader.</summary>
public sealed class ContextArchiveTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("gantry-context-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void Entries_come_as_they_are()
    {
        var (deep, odd) = (string.Join('/', Enumerable.Repeat("a-directory-of-some-length", 6)), "größe/datei");
        var files = new Dictionary<string, byte[]>(StringComparer.Ordinal)
        {
            ["empty"] = [],
            ["one"] = "1"u8.ToArray(),
            ["whole"] = new byte[512],
            ["large"] = [.. Enumerable.Range(0, 300_001).Select(i => (byte)(i * 7))],
            [deep + "/file"] = "far down"u8.ToArray(),
            [odd] = "ü"u8.ToArray(),
        };
        foreach (var (name, content) in files)
        {
            var path = Path.Combine(_directory, name);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllBytes(path, content);
            File.SetLastWriteTimeUtc(path, DateTime.UnixEpoch.AddDays(name.Length));
            File.SetUnixFileMode(path, (UnixFileMode)0b110_100_000);
        }

        File.CreateSymbolicLink(Path.Combine(_directory, "link"), deep + "/" + new string('x', 120));
        var local = new LocalContext(_directory, null);
        var read = Read(local.Archive(Enumerable.Range(0, local.Entries.Count)));
        Assert.Equal(local.Entries.Select(entry => entry.Path), read.Select(item => item.Entry.Name.TrimEnd('/')));
        foreach (var (name, content) in files)
        {
            var (entry, bytes) = Assert.Single(read, item => item.Entry.Name == name);
            Assert.Equal(content, bytes);
            Assert.Equal((UnixFileMode)0b110_100_000, entry.Mode);
            Assert.Equal(DateTimeOffset.UnixEpoch.AddDays(name.Length), entry.ModificationTime);
        }

        Assert.Equal(deep + "/" + new string('x', 120), Assert.Single(read, item => item.Entry.Name == "link").Entry.LinkName);
        Assert.Equal(TarEntryType.Directory, Assert.Single(read, item => item.Entry.Name == "größe/").Entry.EntryType);
    }

    [Fact]
    public void A_size_beyond_eight_digits_of_octal_is_told()
    {
        const long size = (8L << 30) + 5;
        using (var large = File.Create(Path.Combine(_directory, "large"))) large.SetLength(size);
        using var archive = new LocalContext(_directory, null).Archive([0]);
        using var reader = new TarReader(archive);
        Assert.Equal(size, reader.GetNextEntry()!.Length);
    }

    [Fact]
    public void Files_beside_the_directory_come_last()
    {
        File.WriteAllText(Path.Combine(_directory, "file"), "x");
        var local = new LocalContext(_directory, null);
        var read = Read(new ContextArchive(_directory, local.Entries, new Dictionary<string, byte[]> { [".extra"] = "FROM scratch\n"u8.ToArray() }));
        Assert.Equal(["file", ".extra"], read.Select(item => item.Entry.Name));
        Assert.Equal("FROM scratch\n"u8.ToArray(), read[1].Content);
    }

    [Fact]
    public void What_cannot_be_read_is_named()
    {
        var path = Path.Combine(_directory, "file");
        File.WriteAllText(path, "x");
        var local = new LocalContext(_directory, null);
        _ = local.Entries;
        File.Delete(path);
        var gone = Assert.Throws<CommandLineException>(() => Read(local.Archive([0])));
        Assert.Equal($"ERROR: open {path}: no such file or directory", gone.Message);
        using (var large = File.Create(path)) large.SetLength(1 << 20);
        using var archive = local.Archive([0]);
        archive.ReadExactly(new byte[1024]);
        using (var shorter = File.OpenWrite(path)) shorter.SetLength(1);
        var cut = Assert.Throws<CommandLineException>(() => archive.CopyTo(Stream.Null));
        Assert.Equal($"ERROR: {path} became shorter while it was read", cut.Message);
    }

    private static List<(TarEntry Entry, byte[] Content)> Read(Stream archive)
    {
        var all = new List<(TarEntry, byte[])>();
        using var reader = new TarReader(archive);
        while (reader.GetNextEntry(copyData: true) is { } entry)
        {
            using var content = new MemoryStream();
            entry.DataStream?.CopyTo(content);
            all.Add((entry, content.ToArray()));
        }

        return all;
    }
}
