using System.Text;
using Gantry.Images.Content;
using Gantry.Spec;

namespace Gantry.Tests.Images;

public sealed class ContentStoreTests : IDisposable
{
    private readonly string root = Directory.CreateTempSubdirectory("gantry-content-").FullName;
    private static readonly byte[] Text = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("gantry ", 1000)));
    private static readonly Digest TextDigest = Digest.Sha256(Text);

    public void Dispose() => Directory.Delete(root, recursive: true);

    [Fact]
    public void A_blob_shows_only_when_it_is_whole()
    {
        var store = new ContentStore(root);
        using (var writer = store.BeginWrite(TextDigest, Text.Length))
        {
            writer.Append(Text.AsSpan(0, 100));
            Assert.False(store.Contains(TextDigest));
            writer.Append(Text.AsSpan(100));
            writer.Commit();
        }

        Assert.Equal(Text, store.Read(TextDigest));
        Assert.Equal([TextDigest], store.List());
        Assert.Empty(Directory.GetFiles(Path.Combine(root, "ingest")));
    }

    [Fact]
    public void What_was_cut_off_goes_on_where_it_stopped_also_after_a_restart()
    {
        using (var writer = new ContentStore(root).BeginWrite(TextDigest, Text.Length))
        {
            writer.Append(Text.AsSpan(0, 3000));
        }

        var store = new ContentStore(root);
        using var again = store.BeginWrite(TextDigest, Text.Length);
        Assert.Equal(3000, again.Written);
        again.Append(Text.AsSpan(3000));
        again.Commit();
        Assert.True(store.Contains(TextDigest));
    }

    [Fact]
    public void Wrong_content_is_refused_and_forgotten()
    {
        var store = new ContentStore(root);
        using (var writer = store.BeginWrite(TextDigest, Text.Length))
        {
            writer.Append(new byte[Text.Length]);
            Assert.Contains("corrupted", Assert.Throws<InternalException>(writer.Commit).Message, StringComparison.Ordinal);
        }

        using var next = store.BeginWrite(TextDigest, Text.Length);
        Assert.Equal(0, next.Written);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(1)]
    public void Content_of_another_size_is_refused(int difference)
    {
        using var writer = new ContentStore(root).BeginWrite(TextDigest, Text.Length + difference);
        Assert.Throws<InternalException>(() =>
        {
            writer.Append(Text);
            writer.Commit();
        });
    }

    [Fact]
    public async Task A_follower_reads_what_comes_while_it_comes()
    {
        var store = new ContentStore(root);
        using var writer = store.BeginWrite(TextDigest, Text.Length);
        using var result = new MemoryStream();
        var reader = Task.Run(() => writer.Follow().CopyTo(result), TestContext.Current.CancellationToken);
        for (var i = 0; i < Text.Length; i += 500)
        {
            writer.Append(Text.AsSpan(i, 500));
        }

        await reader;
        Assert.Equal(Text, result.ToArray());
    }

    [Fact]
    public async Task A_follower_ends_when_the_writer_gives_up()
    {
        using var writer = new ContentStore(root).BeginWrite(TextDigest, Text.Length);
        var reader = Task.Run(() => writer.Follow().CopyTo(Stream.Null), TestContext.Current.CancellationToken);
        writer.Fail(new IOException("cut"));
        await Assert.ThrowsAsync<OperationCanceledException>(() => reader);
    }

    [Fact]
    public void A_start_clears_what_nobody_goes_on_with()
    {
        var time = new FakeTime();
        using (var writer = new ContentStore(root).BeginWrite(TextDigest, Text.Length))
        {
            writer.Append(Text.AsSpan(0, 10));
        }

        File.WriteAllText(Path.Combine(root, "ingest", "left.over"), "x");
        _ = new ContentStore(root, time);
        Assert.Single(Directory.GetFiles(Path.Combine(root, "ingest")));
        time.Now = DateTimeOffset.UtcNow.AddDays(2);
        _ = new ContentStore(root, time);
        Assert.Empty(Directory.GetFiles(Path.Combine(root, "ingest")));
    }

    [Fact]
    public async Task The_second_to_want_a_digest_waits_for_the_first()
    {
        var store = new ContentStore(root);
        var first = await store.LockAsync(TextDigest, TestContext.Current.CancellationToken);
        var second = store.LockAsync(TextDigest, TestContext.Current.CancellationToken).AsTask();
        Assert.False(second.IsCompleted);
        first.Dispose();
        (await second).Dispose();
    }

    [Fact]
    public void A_lease_keeps_what_it_holds()
    {
        var leases = new ContentLeases();
        var deleted = 0;
        using (var lease = leases.Begin())
        {
            lease.Hold(TextDigest);
            Assert.False(leases.DeleteUnlessHeld([TextDigest], () => deleted++));
        }

        Assert.True(leases.DeleteUnlessHeld([TextDigest], () => deleted++));
        Assert.Equal(1, deleted);
    }

    private sealed class FakeTime : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = DateTimeOffset.UtcNow;

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
