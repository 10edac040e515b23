using Gantry.Images.Trees;
using Gantry.Linux.Files;

namespace Gantry.Tests.Images;

public sealed class ArchivePartsTests : IDisposable
{
    private readonly string root = Directory.CreateTempSubdirectory("gantry-parts-").FullName;

    public ArchivePartsTests()
    {
        foreach (var name in (string[])["there/first/a", "there/first/deep/b", "there/second/c", "there/top"])
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(root, name))!);
            File.WriteAllText(Path.Combine(root, name), name + new string('x', 1000));
        }

        using var directory = RootedDirectory.Open(root);
        directory.Symlink("deep/b", "there/first/link");
        directory.Mkdir("there/first/" + new string('n', 150));
    }

    public void Dispose() => Directory.Delete(root, recursive: true);

    [Fact]
    public void An_archive_with_parts_that_were_written_before_is_the_same()
    {
        using var parts = new ArchiveParts(root);
        Write(parts, "there/first");
        Write(parts, "there/second");
        parts.Place("there/first");
        parts.Place("there/second");
        var (archive, usage) = Archive(null);
        Assert.Equal((archive, usage), Archive(parts));

        // It is taken from there, and what is not placed from the disk.
        File.WriteAllText(Path.Combine(root, "there/first/a"), "changed");
        Assert.Equal(archive, Archive(parts).Archive);
        Assert.NotEqual(archive, Archive(null).Archive);
        using var other = new ArchiveParts(root);
        Write(other, "there/first");
        File.WriteAllText(Path.Combine(root, "there/first/a"), "once more");
        Assert.Equal(Archive(null), Archive(other));
    }

    [Fact]
    public void Of_a_directory_that_was_not_written_whole_nothing_is_known()
    {
        using var parts = new ArchiveParts(root);
        using var wanted = new CancellationTokenSource();
        Write(parts, "there/second");
        using var first = RootedDirectory.Open(Path.Combine(root, "there/first"));
        wanted.Cancel();
        Assert.Throws<OperationCanceledException>(() => parts.Write(first, "there/first", wanted.Token));
        parts.Place("there/first");
        parts.Place("there/second");
        Assert.Equal(Archive(null), Archive(parts));
    }

    private void Write(ArchiveParts parts, string path)
    {
        using var directory = RootedDirectory.Open(Path.Combine(root, path));
        parts.Write(directory, path, TestContext.Current.CancellationToken);
    }

    private (string Archive, TreeUsage Usage) Archive(ArchiveParts? parts)
    {
        using var target = new MemoryStream();
        using var directory = RootedDirectory.Open(root);
        var archive = new TreeArchive(target, TestContext.Current.CancellationToken) { IsLayer = true, Parts = parts };
        archive.AddDirectory(directory, []);
        archive.Finish();
        return (Convert.ToHexString(target.ToArray()), archive.Usage);
    }
}
