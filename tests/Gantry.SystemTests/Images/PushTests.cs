using Gantry.Images;
using Gantry.Images.Pulling;
using Gantry.Images.Registry;
using Gantry.Spec;
using Gantry.Spec.Distribution;
using Gantry.Spec.Image;
using Gantry.Tests.Images;
using static Gantry.SystemTests.Images.RegistryClientTests;

namespace Gantry.SystemTests.Images;

/// <summary>Pushes by the store in this process to Debian's docker-registry: what goes out, what need not, and what networks do to it.</summary>
public sealed class PushTests
{
    private static readonly RegistryAuth Joe = new() { Username = "joe", Password = "secret" };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(Gzip)]
    [InlineData(Zstd)]
    [InlineData(Plain)]
    public async Task What_was_pulled_goes_out_with_the_same_bytes(string form)
    {
        await using var registry = await LocalRegistry.StartAsync();
        await using var other = await LocalRegistry.StartAsync();
        using var store = new LocalStore();
        var there = await registry.PutImageAsync("app", "1", Platform.Current.Architecture, Layer("a", form), Layer("b", form), Layer("a", form));
        var pulled = await store.Images.PullAsync(registry.Name("app:1"), null, null, null, Cancel);
        store.Images.Tag(pulled.Id.ToString(), other.Name("else/where:2"));
        var pushed = await store.Images.PushAsync(other.Name("else/where:2"), null, null, null, Cancel);
        Assert.Equal(there.Digest, pushed.Target.Digest);
        Assert.Equal((await registry.GetManifestAsync("app", "1"))!.Value, (await other.GetManifestAsync("else/where", "2"))!.Value, SameBytes);
        Assert.Contains($"{other.Host}/else/where@{there.Digest}", store.Images.Find(pulled.Id)!.RepoDigests);
        store.CheckClean();
        using var third = new LocalStore();
        Assert.Equal(pulled.Id, (await third.Images.PullAsync(other.Name("else/where:2"), null, null, null, Cancel)).Id);
    }

    [Fact]
    public async Task A_second_push_sends_no_layer_and_another_repository_s_is_mounted()
    {
        await using var registry = await LocalRegistry.StartAsync();
        using var proxy = new FaultProxy(registry);
        using var store = new LocalStore();
        var image = await store.ImportAsync(Tar(3_000_000));
        var (first, second) = (ImageReference.Parse($"{proxy.Host}/a/first:1"), ImageReference.Parse($"{proxy.Host}/second:1"));
        store.Images.Tag("imported", first);
        store.Images.Tag("imported", second);
        Assert.Equal(["Preparing", "Pushed"], await PushAsync(store, first, image));
        var sent = proxy.Received;
        Assert.True(sent > 2_000_000);
        Assert.Equal(["Preparing", "Layer already exists"], await PushAsync(store, first, image));
        Assert.Equal(["Preparing", "Mounted from a/first"], await PushAsync(store, second, image));
        Assert.InRange(proxy.Received - sent, 1, 5000);
        store.CheckClean();
    }

    [Fact]
    public async Task Layers_kept_plain_are_compressed_once()
    {
        await using var registry = await LocalRegistry.StartAsync();
        using var store = new LocalStore();
        var image = await store.ImportAsync(new TarBuilder().Entry('0', "zeros", new byte[2_000_000]).ToArray());
        store.Images.Tag("imported", registry.Name("zeros:1"));
        var pushed = await store.Images.PushAsync(registry.Name("zeros:1"), null, null, null, Cancel);
        var kept = store.Images.Find(image.Id)!;
        Assert.Equal(pushed.Target.Digest, kept.Target.Digest);
        Assert.Equal(MediaTypes.OciLayerGzip, kept.Manifest.Layers[0].MediaType);
        Assert.True(kept.Manifest.Layers[0].Size < 100_000);
        Assert.Equal(pushed.Target.Digest, (await store.Images.PushAsync(registry.Name("zeros:1"), null, null, null, Cancel)).Target.Digest);
        store.Images.CollectGarbage();
        using var other = new LocalStore();
        Assert.Equal(image.Id, (await other.Images.PullAsync(registry.Name("zeros:1"), null, null, null, Cancel)).Id);
        store.CheckClean();
    }

    [Fact]
    public async Task What_a_failed_push_compressed_is_not_compressed_again()
    {
        await using var registry = await LocalRegistry.StartAsync();
        using var proxy = new FaultProxy(registry);
        using var store = new LocalStore();
        var image = await store.ImportAsync(new TarBuilder().Entry('0', "zeros", new byte[2_000_000]).ToArray());
        var name = ImageReference.Parse($"{proxy.Host}/zeros:1");
        store.Images.Tag("imported", name);
        proxy.Meet = r => r.HttpMethod == "PUT" ? new Fault(Status: 403) : null;
        await Assert.ThrowsAnyAsync<GantryException>(() => store.Images.PushAsync(name, null, null, null, Cancel));
        store.CheckClean();
        store.Images.CollectGarbage();
        var kept = store.Images.Find(image.Id)!;
        Assert.Equal(MediaTypes.OciLayerGzip, kept.Manifest.Layers[0].MediaType);
        proxy.Meet = _ => null;
        Assert.Equal(kept.Target.Digest, (await store.Images.PushAsync(name, null, null, null, Cancel)).Target.Digest);
        await CheckAsync(registry, "zeros:1", image.Id);
    }

    [Fact]
    public async Task An_index_is_kept_whole_where_its_parts_can_be_had()
    {
        await using var registry = await LocalRegistry.StartAsync();
        await using var far = await LocalRegistry.StartAsync();
        using var store = new LocalStore();
        var mine = await registry.PutImageAsync("multi", "mine", Platform.Current.Architecture, Layer("mine", Gzip));
        var other = await registry.PutImageAsync("multi", "other", "riscv64", Layer("other", Gzip));
        var index = await registry.PutManifestAsync("multi", "1", MediaTypes.OciIndex, $$"""
            {"schemaVersion":2,"mediaType":"{{MediaTypes.OciIndex}}","manifests":[{{Entry(other, "riscv64")}},{{Entry(mine, Platform.Current.Architecture)}}]}
            """);
        var image = await store.Images.PullAsync(registry.Name("multi:1"), null, null, null, Cancel);
        foreach (var name in (ImageReference[])[registry.Name("multi:2"), registry.Name("copied/to:1")])
        {
            store.Images.Tag(image.Id.ToString(), name);
            Assert.Equal(index.Digest, (await store.Images.PushAsync(name, null, null, null, Cancel)).Target.Digest);
            Assert.Equal(MediaTypes.OciIndex, (await registry.GetManifestAsync(name.Path, name.Tag!))!.Value.MediaType);
            Assert.NotNull(await registry.GetManifestAsync(name.Path, other.Digest.ToString()));
        }

        // Elsewhere only what is here can go; so it does where one platform is asked for.
        store.Images.Tag(image.Id.ToString(), far.Name("multi:1"));
        Assert.Equal(mine.Digest, (await store.Images.PushAsync(far.Name("multi:1"), null, null, null, Cancel)).Target.Digest);
        Assert.Equal(mine.Digest, (await store.Images.PushAsync(registry.Name("multi:2"), Platform.Current, null, null, Cancel)).Target.Digest);
        await Assert.ThrowsAsync<NotFoundException>(() => store.Images.PushAsync(registry.Name("multi:2"), Platform.Parse("linux/riscv64"), null, null, Cancel));

        static string Entry(Descriptor d, string architecture) =>
            $$$"""{"mediaType":"{{{d.MediaType}}}","digest":"{{{d.Digest}}}","size":{{{d.Size}}},"platform":{"os":"linux","architecture":"{{{architecture}}}"}}""";
    }

    [Fact]
    public async Task An_upload_that_is_cut_and_forgotten_begins_again()
    {
        await using var registry = await LocalRegistry.StartAsync();
        using var proxy = new FaultProxy(registry);
        using var store = new LocalStore(registry: new RegistryOptions { Backoff = TimeSpan.FromMilliseconds(50) });
        var image = await store.ImportAsync(Tar(4_000_000));
        var name = ImageReference.Parse($"{proxy.Host}/cut:1");
        store.Images.Tag("imported", name);
        var cuts = 2;
        proxy.Meet = r => r.HttpMethod == "PUT" && r.ContentLength64 > 100_000 && Interlocked.Decrement(ref cuts) >= 0 ? new Fault(CutUpload: 3_600_000) : null;
        Assert.Equal(["Preparing", "Pushed"], await PushAsync(store, name, image));
        await CheckAsync(registry, "cut:1", image.Id);
    }

    [Fact]
    public async Task A_front_end_that_takes_only_small_bodies_gets_parts_and_a_part_that_fails_is_sent_again_alone()
    {
        await using var registry = await LocalRegistry.StartAsync();
        using var proxy = new FaultProxy(registry);
        using var store = new LocalStore(registry: new RegistryOptions { Backoff = TimeSpan.FromMilliseconds(1) });
        var image = await store.ImportAsync(Tar(20_000_000));
        var name = ImageReference.Parse($"{proxy.Host}/parts:1");
        store.Images.Tag("imported", name);
        var parts = 0;
        proxy.Meet = r => r.ContentLength64 > 10_000_000 ? new Fault(Status: 413)
            : r.HttpMethod == "PATCH" && Interlocked.Increment(ref parts) == 2 ? new Fault(Status: 503) : null;
        await PushAsync(store, name, image);
        await CheckAsync(registry, "parts:1", image.Id);
        Assert.Equal(4, parts);
        // The whole once more, or a part of 8 MiB, would be far beyond.
        Assert.InRange(proxy.Received, 20_000_000, 24_000_000);
    }

    [Fact]
    public async Task A_registry_that_asks_for_patience_gets_it()
    {
        await using var registry = await LocalRegistry.StartAsync();
        using var proxy = new FaultProxy(registry);
        using var store = new LocalStore(registry: new RegistryOptions { Backoff = TimeSpan.FromMilliseconds(1) });
        var image = await store.ImportAsync(Tar(10_000));
        var name = ImageReference.Parse($"{proxy.Host}/busy:1");
        store.Images.Tag("imported", name);
        var refusals = 3;
        proxy.Meet = r => r.HttpMethod is "PUT" or "POST" && Interlocked.Decrement(ref refusals) >= 0 ? new Fault(Status: refusals == 1 ? 503 : 429, RetryAfter: 1) : null;
        await PushAsync(store, name, image);
        await CheckAsync(registry, "busy:1", image.Id);
        proxy.Meet = r => r.HttpMethod == "PUT" ? new Fault(Status: 429) : null;
        var failure = await Assert.ThrowsAsync<RegistryUnavailableException>(() => store.Images.PushAsync(name, null, null, null, Cancel));
        Assert.StartsWith("toomanyrequests", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Credentials_are_needed_and_serve_for_mounts_too()
    {
        using var tokens = new TokenServer { Anonymous = true };
        await using var registry = await LocalRegistry.StartAsync(tokens.Configuration);
        using var store = new LocalStore();
        var image = await store.ImportAsync(Tar(10_000));
        foreach (var name in (string[])["one:1", "two:1"]) store.Images.Tag("imported", registry.Name(name));
        var refused = await Assert.ThrowsAnyAsync<GantryException>(() => store.Images.PushAsync(registry.Name("one:1"), null, null, null, Cancel));
        Assert.Matches("^(denied|unauthorized): push access to .*/one", refused.Message);
        Assert.Equal("Pushed", (await PushAsync(store, registry.Name("one:1"), image, Joe))[^1]);
        Assert.Equal("Mounted from one", (await PushAsync(store, registry.Name("two:1"), image, Joe))[^1]);
    }

    [Fact]
    public async Task Uploads_go_side_by_side_up_to_the_limit()
    {
        await using var source = await LocalRegistry.StartAsync();
        await using var registry = await LocalRegistry.StartAsync();
        using var proxy = new FaultProxy(registry) { Gather = 5 };
        using var store = new LocalStore();
        await source.PutImageAsync("many", "1", Platform.Current.Architecture, [.. Enumerable.Range(0, 8).Select(i => (ValueTuple<byte[], string, Digest>)Layer($"{i}", Gzip))]);
        var image = await store.Images.PullAsync(source.Name("many:1"), null, null, null, Cancel);
        var name = ImageReference.Parse($"{proxy.Host}/many:1");
        store.Images.Tag(image.Id.ToString(), name);
        await store.Images.PushAsync(name, null, null, null, Cancel);
        Assert.Equal(5, proxy.MostAtOnce);
    }

    private static byte[] Tar(int length)
    {
        var content = new byte[length];
        new Random(length).NextBytes(content);
        return new TarBuilder().Entry('0', "noise", content).ToArray();
    }

    /// <summary>What is said of the one layer, without the bars.</summary>
    private static async Task<List<string>> PushAsync(LocalStore store, ImageReference name, Image image, RegistryAuth? auth = null)
    {
        var said = new Said();
        await store.Images.PushAsync(name, null, auth, said, Cancel);
        return [.. said.Where(p => p.Id == image.DiffIds[0].Short && p.Current is null).Select(p => p.Status)];
    }

    private static async Task CheckAsync(LocalRegistry registry, string name, Digest id)
    {
        using var store = new LocalStore();
        Assert.Equal(id, (await store.Images.PullAsync(registry.Name(name), null, null, null, Cancel)).Id);
    }

    private static bool SameBytes((byte[] Content, string MediaType) a, (byte[] Content, string MediaType) b) => a.MediaType == b.MediaType && a.Content.SequenceEqual(b.Content);

    private sealed class Said : List<PullProgress>, IProgress<PullProgress>
    {
        public void Report(PullProgress value)
        {
            lock (this) Add(value);
        }
    }
}
