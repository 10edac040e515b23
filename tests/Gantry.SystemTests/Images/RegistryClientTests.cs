using System.IO.Compression;
using Gantry.Images.Registry;
using Gantry.Spec;
using Gantry.Spec.Distribution;
using Gantry.Spec.Image;
using Gantry.Tests.Images;

namespace Gantry.SystemTests.Images;

/// <summary>Pulls by the store in this process from Debian's docker-registry: every kind of authentication, manifest, compression and fault.</summary>
public sealed class RegistryClientTests
{
    private static readonly RegistryAuth Joe = new() { Username = "joe", Password = "secret" };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Basic_credentials_are_sent_when_asked_for_and_a_wrong_password_is_told()
    {
        await using var registry = await LocalRegistry.StartAsync(LocalRegistry.Basic);
        using var store = new LocalStore();
        await registry.FillAsync("busybox.tar", "private/busybox:1", "--dest-creds", "joe:secret");
        var name = registry.Name("private/busybox:1");
        foreach (var auth in (RegistryAuth?[])[null, Joe with { Password = "wrong" }])
        {
            var refused = await Assert.ThrowsAsync<UnauthorizedException>(() => store.Images.PullAsync(name, null, auth, null, Cancel));
            Assert.StartsWith($"pull access denied for {name.FamiliarName}, repository does not exist or may require 'docker login'", refused.Message, StringComparison.Ordinal);
            Assert.DoesNotContain("wrong", refused.Message, StringComparison.Ordinal);
        }

        await store.Images.PullAsync(name, null, Joe, null, Cancel);
        await Assert.ThrowsAsync<UnauthorizedException>(() => store.Images.LoginAsync(registry.Host, Joe with { Password = "wrong" }, Cancel));
        await store.Images.LoginAsync(registry.Host, Joe, Cancel);
        store.CheckClean();
    }

    [Fact]
    public async Task A_token_is_fetched_for_the_scope_the_registry_names()
    {
        using var tokens = new TokenServer { Anonymous = true };
        await using var registry = await LocalRegistry.StartAsync(tokens.Configuration);
        using var store = new LocalStore();
        await registry.FillAsync("busybox.tar", "public/busybox:1", "--dest-creds", "joe:secret");
        tokens.Requests.Clear();
        await store.Images.PullAsync(registry.Name("public/busybox:1"), null, null, null, Cancel);
        Assert.Equal([("", "repository:public/busybox:pull")], tokens.Requests.Distinct());
    }

    [Fact]
    public async Task A_token_server_s_refusal_is_told_without_the_secret()
    {
        using var tokens = new TokenServer();
        await using var registry = await LocalRegistry.StartAsync(tokens.Configuration);
        using var store = new LocalStore();
        var refused = await Assert.ThrowsAsync<UnauthorizedException>(() => store.Images.PullAsync(registry.Name("a/b"), null, Joe with { Password = "hunter2" }, null, Cancel));
        Assert.Contains("refused joe", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", refused.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<UnauthorizedException>(() => store.Images.LoginAsync(registry.Host, Joe with { Password = "hunter2" }, Cancel));
        await store.Images.LoginAsync(registry.Host, Joe, Cancel);
        store.CheckClean();
    }

    [Fact]
    public async Task A_login_gives_a_token_that_stands_for_the_password()
    {
        using var tokens = new TokenServer();
        await using var registry = await LocalRegistry.StartAsync(tokens.Configuration);
        using var store = new LocalStore();
        await registry.FillAsync("busybox.tar", "busybox:1", "--dest-creds", "joe:secret");
        var token = await store.Images.LoginAsync(registry.Host, Joe, Cancel);
        Assert.Equal(TokenServer.IdentityToken, token);
        Assert.Equal(("joe", ""), tokens.Requests.Last());
        await store.Images.PullAsync(registry.Name("busybox:1"), null, new RegistryAuth { IdentityToken = token }, null, Cancel);
        await Assert.ThrowsAsync<UnauthorizedException>(() => store.Images.PullAsync(registry.Name("other:1"), null, new RegistryAuth { IdentityToken = "made up" }, null, Cancel));
    }

    [Fact]
    public async Task A_token_that_expires_during_a_pull_is_renewed()
    {
        using var tokens = new TokenServer();
        await using var registry = await LocalRegistry.StartAsync(tokens.Configuration);
        using var proxy = new FaultProxy(registry) { Meet = r => r.HttpMethod == "GET" && r.Url!.AbsolutePath.Contains("/blobs/", StringComparison.Ordinal) ? new Fault(Wait: TimeSpan.FromSeconds(9)) : null };
        using var store = new LocalStore();
        await registry.FillAsync("busybox.tar", "busybox:1", "--dest-creds", "joe:secret");
        tokens.Requests.Clear();
        // Good for long enough that the manifest is there before it expires.
        tokens.Lifetimes = [8, 300];
        await store.Images.PullAsync(ImageReference.Parse($"{proxy.Host}/busybox:1"), null, Joe, null, Cancel);
        Assert.Equal(2, tokens.Requests.Count);
    }

    [Fact]
    public async Task A_token_that_is_never_good_ends_in_a_refusal()
    {
        using var tokens = new TokenServer();
        await using var registry = await LocalRegistry.StartAsync(tokens.Configuration);
        using var store = new LocalStore();
        tokens.Lifetimes = [-300];
        await Assert.ThrowsAsync<UnauthorizedException>(() => store.Images.PullAsync(registry.Name("a/b"), null, Joe, null, Cancel));
    }

    [Fact]
    public async Task An_index_gives_the_image_of_this_platform_or_of_the_one_asked_for()
    {
        await using var registry = await LocalRegistry.StartAsync();
        using var store = new LocalStore();
        var mine = await registry.PutImageAsync("multi", "mine", Platform.Current.Architecture, Layer("mine", Plain));
        var other = await registry.PutImageAsync("multi", "other", "riscv64", Layer("other", Plain));
        var index = await registry.PutManifestAsync("multi", "1", MediaTypes.OciIndex, $$"""
            {"schemaVersion":2,"mediaType":"{{MediaTypes.OciIndex}}","manifests":[{{Entry(other, "riscv64")}},{{Entry(mine, Platform.Current.Architecture)}}]}
            """);
        var image = await store.Images.PullAsync(registry.Name("multi:1"), null, null, null, Cancel);
        Assert.Equal("mine", store.Read(image, "/name"));
        Assert.Equal([$"{registry.Host}/multi@{index.Digest}"], image.RepoDigests);
        var asked = await store.Images.PullAsync(registry.Name("multi:1"), Platform.Parse("linux/riscv64"), null, null, Cancel);
        Assert.Equal("other", store.Read(asked, "/name"));
        var missing = await Assert.ThrowsAsync<NotFoundException>(() => store.Images.PullAsync(registry.Name("multi:1"), Platform.Parse("linux/s390x"), null, null, Cancel));
        Assert.Contains("no matching manifest for linux/s390x", missing.Message, StringComparison.Ordinal);
        // By the digest of the index, and by that of one manifest in it.
        Assert.Equal(image.Id, (await store.Images.PullAsync(registry.Name($"multi@{index.Digest}"), null, null, null, Cancel)).Id);
        Assert.Equal(image.Id, (await store.Images.PullAsync(registry.Name($"multi@{mine.Digest}"), null, null, null, Cancel)).Id);

        static string Entry(Descriptor d, string architecture) =>
            $$$"""{"mediaType":"{{{d.MediaType}}}","digest":"{{{d.Digest}}}","size":{{{d.Size}}},"platform":{"os":"linux","architecture":"{{{architecture}}}"}}""";
    }

    [Theory]
    [InlineData("--format", "oci")]
    [InlineData("--format", "v2s2")]
    [InlineData("--format", "oci", "--dest-compress-format", "zstd", "--dest-compress")]
    public async Task What_skopeo_pushes_comes_whole(params string[] options)
    {
        await using var registry = await LocalRegistry.StartAsync();
        using var store = new LocalStore();
        await registry.FillAsync("busybox.tar", "busybox:1", options);
        var image = await store.Images.PullAsync(registry.Name("busybox:1"), null, null, null, Cancel);
        Assert.True(File.Exists(store.LayerOf(image) + "/bin/busybox"));
        var given = await registry.GetManifestAsync("busybox", "1");
        Assert.Equal(given!.Value.Content, store.Images.Content.Read(image.Target.Digest));
        if (options.Contains("zstd")) Assert.EndsWith("zstd", image.Manifest.Layers[0].MediaType, StringComparison.Ordinal);
        Assert.Equal(options.Contains("v2s2"), image.Target.MediaType == MediaTypes.DockerManifest);
        store.CheckClean();
    }

    [Theory]
    [InlineData(Plain)]
    [InlineData(Gzip)]
    [InlineData(Zstd)]
    [InlineData(MediaTypes.DockerLayer)]
    [InlineData("mixed")]
    public async Task A_layer_s_bytes_say_how_it_is_compressed(string form)
    {
        await using var registry = await LocalRegistry.StartAsync();
        using var store = new LocalStore();
        // The media type may be wrong: a plain tar said to be gzip is common.
        var layer = form == "mixed" ? Layer("x", Plain) with { MediaType = MediaTypes.OciLayerGzip } : Layer("x", form);
        await registry.PutImageAsync("forms", "1", Platform.Current.Architecture, (layer.Blob, layer.MediaType, layer.DiffId));
        var image = await store.Images.PullAsync(registry.Name("forms:1"), null, null, null, Cancel);
        Assert.Equal("x", store.Read(image, "/name"));
    }

    [Fact]
    public async Task What_is_not_what_its_digest_says_is_refused_and_gone()
    {
        await using var registry = await LocalRegistry.StartAsync();
        using var store = new LocalStore();
        var layer = Layer("good", Gzip);
        var digest = Digest.Sha256(layer.Blob);
        await registry.PutImageAsync("bad", "1", Platform.Current.Architecture, (layer.Blob, layer.MediaType, layer.DiffId));
        var file = Path.Combine(registry.Storage, "docker/registry/v2/blobs/sha256", digest.Hex[..2], digest.Hex, "data");
        var damaged = (byte[])layer.Blob.Clone();
        damaged[^9] ^= 1;
        await File.WriteAllBytesAsync(file, damaged, Cancel);
        var failure = await Assert.ThrowsAnyAsync<GantryException>(() => store.Images.PullAsync(registry.Name("bad:1"), null, null, null, Cancel));
        Assert.Contains(digest.ToString(), failure.Message, StringComparison.Ordinal);
        Assert.Contains("corrupted", failure.Message, StringComparison.Ordinal);
        Assert.Empty(store.Images.List());
        store.CheckClean();

        // A layer whose bytes are right and whose content is not what the image says.
        var other = Layer("other", Gzip);
        await registry.PutImageAsync("bad", "2", Platform.Current.Architecture, (other.Blob, other.MediaType, layer.DiffId));
        failure = await Assert.ThrowsAnyAsync<GantryException>(() => store.Images.PullAsync(registry.Name("bad:2"), null, null, null, Cancel));
        Assert.Contains($"content has diff id {other.DiffId}, want {layer.DiffId}", failure.Message, StringComparison.Ordinal);
        Assert.Empty(store.Images.List());
        store.CheckClean();
    }

    [Fact]
    public async Task Plain_HTTP_is_for_loopback_and_for_those_named_insecure()
    {
        await using var registry = await LocalRegistry.StartAsync();
        var port = registry.Host.Split(':')[1];
        await registry.PutImageAsync("plain", "1", Platform.Current.Architecture, Layer("x", Plain));
        // A name that is this machine, and not loopback to the eye.
        var name = ImageReference.Parse($"{System.Net.Dns.GetHostName()}.local:{port}/plain:1");
        using var careful = new LocalStore(registry: new RegistryOptions { Attempts = 1 });
        await Assert.ThrowsAsync<RegistryUnavailableException>(() => careful.Images.PullAsync(name, null, null, null, Cancel));
        Assert.False(new RegistryOptions().IsInsecure("example.org:5000"));
        Assert.False(new RegistryOptions { InsecureRegistries = ["10.0.0.0/8"] }.IsInsecure("11.1.2.3:5000"));
        Assert.True(new RegistryOptions { InsecureRegistries = ["10.0.0.0/8"] }.IsInsecure("10.1.2.3:5000"));
        Assert.True(new RegistryOptions { InsecureRegistries = ["example.org:5000"] }.IsInsecure("example.org:5000"));
        Assert.False(new RegistryOptions { InsecureRegistries = ["example.org:5000"] }.IsInsecure("example.org"));
        Assert.True(new RegistryOptions().IsInsecure("localhost:5000"));
        Assert.True(new RegistryOptions().IsInsecure("127.3.2.1"));
        Assert.True(new RegistryOptions().IsInsecure("[::1]:5000"));
    }

    [Fact]
    public async Task Layers_come_side_by_side_up_to_the_limit()
    {
        await using var registry = await LocalRegistry.StartAsync();
        using var proxy = new FaultProxy(registry) { Meet = r => r.Url!.AbsolutePath.Contains("/blobs/", StringComparison.Ordinal) ? new Fault(Wait: TimeSpan.FromMilliseconds(300)) : null };
        using var store = new LocalStore(downloads: 2);
        await registry.PutImageAsync("many", "1", Platform.Current.Architecture, [.. Enumerable.Range(0, 6).Select(i => Layer($"{i}", Gzip))]);
        await store.Images.PullAsync(ImageReference.Parse($"{proxy.Host}/many:1"), null, null, null, Cancel);
        Assert.Equal(2, proxy.MostAtOnce);
    }

    [Fact]
    public async Task A_download_cut_near_its_end_goes_on_where_it_was()
    {
        await using var registry = await LocalRegistry.StartAsync();
        using var proxy = new FaultProxy(registry);
        var layer = Noise(4_000_000);
        await registry.PutImageAsync("cut", "1", Platform.Current.Architecture, layer);
        var cut = layer.Blob.Length * 9L / 10;
        var first = true;
        proxy.Meet = r => r.Url!.AbsolutePath.EndsWith(Digest.Sha256(layer.Blob).ToString(), StringComparison.Ordinal) && Interlocked.Exchange(ref first, false) ? new Fault(Cut: cut) : null;
        using var store = new LocalStore();
        await store.Images.PullAsync(ImageReference.Parse($"{proxy.Host}/cut:1"), null, null, null, Cancel);
        Assert.InRange(proxy.Sent, layer.Blob.Length, layer.Blob.Length * 1.11);
        store.CheckClean();
    }

    [Fact]
    public async Task A_pull_that_failed_is_continued_by_the_next()
    {
        await using var registry = await LocalRegistry.StartAsync();
        using var proxy = new FaultProxy(registry);
        var layer = Noise(4_000_000);
        var digest = Digest.Sha256(layer.Blob).ToString();
        await registry.PutImageAsync("cut", "1", Platform.Current.Architecture, layer);
        var broken = false;
        proxy.Meet = r => !r.Url!.AbsolutePath.EndsWith(digest, StringComparison.Ordinal) ? null
            : !Interlocked.Exchange(ref broken, true) ? new Fault(Cut: layer.Blob.Length * 9L / 10) : new Fault(Status: 503);
        using var store = new LocalStore(registry: new RegistryOptions { Attempts = 2, Backoff = TimeSpan.FromMilliseconds(1) });
        var name = ImageReference.Parse($"{proxy.Host}/cut:1");
        await Assert.ThrowsAsync<RegistryUnavailableException>(() => store.Images.PullAsync(name, null, null, null, Cancel));
        var before = proxy.Sent;
        proxy.Meet = _ => null;
        await store.Images.PullAsync(name, null, null, null, Cancel);
        Assert.InRange(proxy.Sent - before, 1, layer.Blob.Length * 0.11);
        store.CheckClean();
    }

    [Fact]
    public async Task A_registry_that_asks_for_patience_gets_it()
    {
        await using var registry = await LocalRegistry.StartAsync();
        using var proxy = new FaultProxy(registry);
        await registry.PutImageAsync("busy", "1", Platform.Current.Architecture, Layer("x", Gzip));
        var refusals = 2;
        proxy.Meet = _ => Interlocked.Decrement(ref refusals) >= 0 ? new Fault(Status: 429, RetryAfter: 1) : null;
        using var store = new LocalStore(registry: new RegistryOptions { Backoff = TimeSpan.FromMilliseconds(1) });
        var clock = System.Diagnostics.Stopwatch.StartNew();
        await store.Images.PullAsync(ImageReference.Parse($"{proxy.Host}/busy:1"), null, null, null, Cancel);
        Assert.True(clock.Elapsed >= TimeSpan.FromSeconds(2), "Retry-After was not waited for");
        proxy.Meet = _ => new Fault(Status: 429);
        using var other = new LocalStore(registry: new RegistryOptions { Backoff = TimeSpan.FromMilliseconds(1), Attempts = 3 });
        proxy.Requests.Clear();
        var failure = await Assert.ThrowsAsync<RegistryUnavailableException>(() => other.Images.PullAsync(ImageReference.Parse($"{proxy.Host}/busy:1"), null, null, null, Cancel));
        Assert.StartsWith("toomanyrequests", failure.Message, StringComparison.Ordinal);
        Assert.Equal(3, proxy.Requests.Count);
    }

    internal const string Plain = MediaTypes.OciLayer;
    internal const string Gzip = MediaTypes.OciLayerGzip;
    internal const string Zstd = MediaTypes.OciLayerZstd;

    /// <summary>A layer with one file, <c>/name</c>.</summary>
    internal static LayerBlob Layer(string name, string mediaType) => Pack(new TarBuilder().File("name", name).ToArray(), mediaType);

    /// <summary>A layer that does not compress.</summary>
    internal static LayerBlob Noise(int length)
    {
        var content = new byte[length];
        new Random(length).NextBytes(content);
        return Pack(new TarBuilder().Entry('0', "noise", content).ToArray(), Gzip);
    }

    private static LayerBlob Pack(byte[] tar, string mediaType)
    {
        using var packed = new MemoryStream();
        using (Stream compressor = mediaType switch
        {
            Gzip => new GZipStream(packed, CompressionLevel.Fastest),
            Zstd => new ZstdSharp.CompressionStream(packed),
            _ => packed,
        })
        {
            compressor.Write(tar);
        }

        return new(packed.ToArray(), mediaType, Digest.Sha256(tar));
    }
}

internal sealed record LayerBlob(byte[] Blob, string MediaType, Digest DiffId)
{
    public static implicit operator (byte[] Blob, string MediaType, Digest DiffId)(LayerBlob layer) => (layer.Blob, layer.MediaType, layer.DiffId);
}
