using System.Formats.Tar;
using Gantry.Build.Sources;
using Gantry.Linux.Files;

namespace Gantry.Tests.Build;

public sealed class ContextStoreTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("gantry-context").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public void Only_what_changed_is_missing()
    {
        using var store = new ContextStore(_root);
        SourceEntry[] first = [File("a", 1, 111), Directory_("d"), File("d/b", 1, 222_333)];
        using (var changes = store.Compare("key", first))
        {
            Assert.Equal([0, 2], changes.Missing);
            using var tree = Complete(store, changes, Archive(("a", "A"), ("d/b", "B")), TestContext.Current.CancellationToken);
            Assert.Equal("B", Read(tree, "d/b"));
        }

        SourceEntry[] second = [File("a", 1, 111), Directory_("d"), File("d/b", 1, 222_334), File("e", 1, 5)];
        using (var changes = store.Compare("key", second))
        {
            Assert.Equal([2, 3], changes.Missing);
            using var tree = Complete(store, changes, Archive(("d/b", "C"), ("e", "A")), TestContext.Current.CancellationToken);
            Assert.Equal(("A", "C", "A"), (Read(tree, "a"), Read(tree, "d/b"), Read(tree, "e")));
        }

        // Another daemon finds what this one kept, and what nobody needs is gone.
        using var later = new ContextStore(_root);
        using (var changes = later.Compare("key", second)) Assert.Empty(changes.Missing);
        using (var changes = later.Compare("other", second)) Assert.Equal([0, 2, 3], changes.Missing);
        using (var changes = later.Compare(null, second)) Assert.Equal((3, true), (changes.Missing.Count, changes.IsListed));
        using (var changes = later.Compare("key", second))
        using (var tree = Complete(later, changes, Stream.Null, TestContext.Current.CancellationToken))
        {
            Assert.Equal(("A", "C", "A"), (Read(tree, "a"), Read(tree, "d/b"), Read(tree, "e")));
        }

        Assert.True(later.Prune() > 0);
        Assert.Empty(Directory.EnumerateFiles(Path.Combine(_root, "contexts", "files")));
    }

    [Fact]
    public void Files_may_come_before_what_says_which_they_are()
    {
        using var store = new ContextStore(_root);
        Assert.False(store.Knows("key"));
        ContextChanges? changes = null;
        ContextTree? tree = null;
        long took = 0;
        store.Complete(
            Archive(("a", "A"), ("d/b", "B")), () => changes = store.Compare("key", [File("a", 1, 111), Directory_("d"), File("d/b", 1, 222)], "one"),
            bytes => took += bytes, whole => tree = whole, TestContext.Current.CancellationToken);
        Assert.Equal(("A", "B", 2), (Read(tree!, "a"), Read(tree!, "d/b"), took));
        tree!.Dispose();
        changes!.Dispose();
        Assert.True(store.Knows("key"));
        using var again = store.TryFind("key", "one");
        Assert.NotNull(again);
    }

    [Fact]
    public void A_directory_is_known_by_the_digest_it_had_last()
    {
        SourceEntry[] entries = [File("a", 1, 111)];
        using (var store = new ContextStore(_root))
        {
            Assert.Null(store.TryFind("key", "one"));
            using (var changes = store.Compare("key", entries, "one"))
            {
                // It counts from when all of it is here.
                Assert.Null(store.TryFind("key", "one"));
                Complete(store, changes, Archive(("a", "A")), TestContext.Current.CancellationToken).Dispose();
            }
        }

        using var later = new ContextStore(_root);
        Assert.Null(later.TryFind("key", "two"));
        Assert.Null(later.TryFind("other", "one"));
        Assert.Null(later.TryFind("key", ""));
        using (var found = later.TryFind("key", "one"))
        using (var tree = Complete(later, found!, Stream.Null, TestContext.Current.CancellationToken))
        {
            Assert.Equal("A", Read(tree, "a"));
        }

        // Nothing to send, and still another digest: a file went.
        using (var changes = later.Compare("key", [], "empty")) Complete(later, changes, Stream.Null, TestContext.Current.CancellationToken).Dispose();
        Assert.Null(later.TryFind("key", "one"));
    }

    [Theory]
    [InlineData(new byte[0])]
    [InlineData(new byte[] { 255, 255, 255, 255, 1 })]
    [InlineData(new byte[] { 3, 0, 0, 0, 200, 1, 2 })]
    public void A_list_that_cannot_be_read_is_as_none(byte[] content)
    {
        using (var store = new ContextStore(_root))
        using (var changes = store.Compare("key", [File("a", 1, 111)]))
        using (Complete(store, changes, Archive(("a", "A")), TestContext.Current.CancellationToken))
        {
        }

        var list = Assert.Single(Directory.EnumerateFiles(Path.Combine(_root, "contexts", "lists")));
        System.IO.File.WriteAllBytes(list, content);
        using var later = new ContextStore(_root);
        using var again = later.Compare("key", [File("a", 1, 111)]);
        Assert.Equal([0], again.Missing);
    }

    [Fact]
    public void A_context_goes_with_its_build()
    {
        using var store = new ContextStore(_root);
        using (var tree = store.Receive(Archive(("x", "X"), ("y", "X")), TestContext.Current.CancellationToken))
        {
            Assert.Equal("X", Read(tree, "y"));
            Assert.Equal(1, new FileInfo(Assert.Single(Directory.EnumerateFiles(Path.Combine(_root, "contexts", "files"), "*.pack"))).Length);
        }

        Assert.Empty(Directory.EnumerateFiles(Path.Combine(_root, "contexts", "files")));
    }

    /// <summary>Small contents lie together, and what little is wanted of many moves to others.</summary>
    [Fact]
    public void What_is_not_wanted_any_more_leaves_the_disk()
    {
        const int count = 40;
        var large = new string('L', 100_000);
        SourceEntry[] entries = [.. Enumerable.Range(0, count).Select(i => File($"f{i:d2}", large.Length, 1))];
        using (var store = new ContextStore(_root))
        {
            Take(store, entries, [.. Enumerable.Range(0, count).Select(i => ($"f{i:d2}", large + i))]);
        }

        // A daemon writes to none that an earlier one left: it moves what is wanted of those.
        using var later = new ContextStore(_root);
        SourceEntry[] changed = [.. entries.Select((entry, i) => i < 3 ? entry : entry with { ModifiedNanoseconds = 2 })];
        Take(later, changed, [.. Enumerable.Range(3, count - 3).Select(i => ($"f{i:d2}", $"s{i}"))]);
        Assert.InRange(Directory.EnumerateFiles(Path.Combine(_root, "contexts", "files")).Sum(file => new FileInfo(file).Length), 300_000, 400_000);
        using var again = later.Compare("key", changed);
        Assert.Empty(again.Missing);
        using var tree = Complete(later, again, Stream.Null, TestContext.Current.CancellationToken);
        Assert.Equal((large + "1", "s7"), (Read(tree, "f01"), Read(tree, "f07")));
    }

    [Theory]
    [InlineData("../x")]
    [InlineData("/x")]
    [InlineData("a/../../x")]
    public void What_would_lead_out_of_it_stays_within(string name)
    {
        using var store = new ContextStore(_root);
        using var tree = store.Receive(Archive((name, "X")), TestContext.Current.CancellationToken);
        Assert.Equal("X", Read(tree, "x"));
    }

    private static void Take(ContextStore store, SourceEntry[] entries, (string Name, string Content)[] files)
    {
        using var changes = store.Compare("key", entries);
        Complete(store, changes, Archive(files), TestContext.Current.CancellationToken).Dispose();
    }

    private static string Read(SourceTree tree, string path)
    {
        using var reader = new StreamReader(tree.OpenFile(tree.Find(path)!).OpenStream());
        return reader.ReadToEnd();
    }

    private static SourceEntry File(string path, long size, long modified) => new() { Path = path, Kind = FileKind.Regular, Permissions = 0x1A4, Size = size, ModifiedNanoseconds = modified };

    private static SourceEntry Directory_(string path) => new() { Path = path, Kind = FileKind.Directory, Permissions = 0x1ED };

    private static MemoryStream Archive(params (string Name, string Content)[] files)
    {
        var stream = new MemoryStream();
        using (var tar = new TarWriter(stream, TarEntryFormat.Pax, leaveOpen: true))
        {
            foreach (var (name, content) in files)
            {
                tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(System.Text.Encoding.UTF8.GetBytes(content)) });
            }
        }

        stream.Position = 0;
        return stream;
    }

    private static ContextTree Complete(ContextStore store, ContextChanges changes, Stream archive, CancellationToken cancellationToken)
    {
        ContextTree? tree = null;
        store.Complete(archive, () => changes, _ => { }, whole => tree = whole, cancellationToken);
        return tree!;
    }
}
