using Gantry.Images;
using Gantry.Spec;

namespace Gantry.SystemTests.Images;

/// <summary>Images of several platforms in the store in this process: kept side by side, and whole again wherever they go.</summary>
public sealed class MultiPlatformTests
{
    private static readonly Platform RiscV = Platform.Parse("linux/riscv64");
    private static readonly Platform S390 = Platform.Parse("linux/s390x");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Platforms_are_kept_side_by_side_under_one_name()
    {
        await using var registry = await LocalRegistry.StartAsync();
        using var store = new LocalStore();
        var multi = await MultiImage.PutAsync(registry, "multi", "1");
        var other = await store.Images.PullAsync(multi.Name, RiscV, null, null, Cancel);
        Assert.Equal("riscv64", store.Images.Resolve(multi.Name.ToString()).Platform.Architecture);
        var mine = await store.Images.PullAsync(multi.Name, null, null, null, Cancel);
        Assert.NotEqual(other.Id, mine.Id);
        Assert.Equal(mine.Id, store.Images.Resolve(multi.Name.ToString()).Id);
        Assert.Equal(other.Id, store.Images.Resolve(multi.Name.ToString(), RiscV).Id);
        Assert.Equal([mine.Id, other.Id], store.Images.ResolveAll(multi.Name.ToString()).Select(i => i.Id));
        Assert.Equal(mine.Id, Assert.Single(store.Images.List()).Id);
        foreach (var id in (Digest[])[mine.Id, other.Id])
        {
            Assert.Equal([$"{registry.Host}/multi:1"], store.Images.Find(id)!.RepoTags);
            Assert.Equal([$"{registry.Host}/multi@{multi.Index.Digest}"], store.Images.Find(id)!.RepoDigests);
        }

        Assert.Equal(multi.Index, store.Images.TargetOf(mine));
        Assert.Equal([("image", true), ("image", true), ("image", false), ("attestation", true)], Parts(store, multi.Name));
        var missing = Assert.Throws<NotFoundException>(() => store.Images.Resolve(multi.Name.ToString(), S390));
        Assert.Equal($"image with reference {multi.Name} was found but does not provide the specified platform (linux/s390x): there is {Platform.Current}, linux/riscv64", missing.Message);
        store.CheckClean();
    }

    [Fact]
    public async Task A_configuration_is_looked_up_and_nothing_of_it_stays()
    {
        await using var registry = await LocalRegistry.StartAsync();
        using var store = new LocalStore();
        var multi = await MultiImage.PutAsync(registry, "multi", "1");
        Assert.Equal("riscv64", (await store.Images.GetRemoteConfigurationAsync(multi.Name, RiscV, null, Cancel)).Architecture);
        await Assert.ThrowsAsync<NotFoundException>(() => store.Images.GetRemoteConfigurationAsync(multi.Name, Platform.Parse("linux/386"), null, Cancel));
        Assert.Empty(store.Images.List());
        Assert.False(store.Images.Content.Contains(multi.Parts[1].Digest));
        store.CheckClean();
    }

    [Fact]
    public async Task A_complete_index_goes_out_whole_with_its_attestations()
    {
        await using var registry = await LocalRegistry.StartAsync();
        await using var far = await LocalRegistry.StartAsync();
        using var store = new LocalStore();
        var multi = await MultiImage.PutAsync(registry, "multi", "1");
        foreach (var platform in (Platform?[])[null, RiscV, S390]) await store.Images.PullAsync(multi.Name, platform, null, null, Cancel);
        store.Images.CollectGarbage();
        store.Images.Tag(multi.Name.ToString(), far.Name("copy:1"));
        var pushed = await store.Images.PushAsync(far.Name("copy:1"), null, null, null, Cancel);
        Assert.Equal((multi.Index.Digest, null), (pushed.Target.Digest, pushed.Index?.Digest));
        foreach (var part in multi.Parts) Assert.NotNull(await far.GetManifestAsync("copy", part.Digest.ToString()));
        using var third = new LocalStore();
        Assert.Equal(store.Images.Resolve(multi.Name.ToString(), S390).Id, (await third.Images.PullAsync(far.Name("copy:1"), S390, null, null, Cancel)).Id);
    }

    [Fact]
    public async Task Of_an_incomplete_index_one_image_goes_out_and_that_is_said()
    {
        await using var registry = await LocalRegistry.StartAsync();
        await using var far = await LocalRegistry.StartAsync();
        using var store = new LocalStore();
        var multi = await MultiImage.PutAsync(registry, "multi", "1");
        await store.Images.PullAsync(multi.Name, RiscV, null, null, Cancel);
        store.Images.Tag(multi.Name.ToString(), far.Name("copy:1"));
        var pushed = await store.Images.PushAsync(far.Name("copy:1"), null, null, null, Cancel);
        Assert.Equal((multi.Parts[1].Digest, multi.Index.Digest), (pushed.Target.Digest, pushed.Index!.Digest));

        await store.Images.PullAsync(multi.Name, S390, null, null, Cancel);
        var several = await Assert.ThrowsAsync<ConflictException>(() => store.Images.PushAsync(far.Name("copy:1"), null, null, null, Cancel));
        Assert.Contains("linux/riscv64, linux/s390x", several.Message, StringComparison.Ordinal);
        Assert.Equal(multi.Parts[2].Digest, (await store.Images.PushAsync(far.Name("copy:1"), S390, null, null, Cancel)).Target.Digest);
        await store.Images.PullAsync(multi.Name, null, null, null, Cancel);
        Assert.Equal(multi.Index.Digest, (await store.Images.PushAsync(far.Name("copy:1"), null, null, null, Cancel)).Target.Digest);
    }

    [Fact]
    public async Task Saved_and_loaded_it_is_the_same_index()
    {
        await using var registry = await LocalRegistry.StartAsync();
        await using var far = await LocalRegistry.StartAsync();
        using var store = new LocalStore();
        var multi = await MultiImage.PutAsync(registry, "multi", "1");
        foreach (var platform in (Platform?[])[null, RiscV, S390]) await store.Images.PullAsync(multi.Name, platform, null, null, Cancel);

        using var all = new LocalStore();
        await LoadAsync(all, await SaveAsync(store, multi.Name));
        Assert.Equal([("image", true), ("image", true), ("image", true), ("attestation", true)], Parts(all, multi.Name));
        Assert.Contains($"{registry.Host}/multi@{multi.Index.Digest}", all.Images.Resolve(multi.Name.ToString()).RepoDigests);
        all.Images.Tag(multi.Name.ToString(), far.Name("loaded:1"));
        Assert.Equal(multi.Index.Digest, (await all.Images.PushAsync(far.Name("loaded:1"), null, null, null, Cancel)).Target.Digest);

        using var part = new LocalStore();
        await LoadAsync(part, await SaveAsync(store, multi.Name, S390, RiscV), RiscV);
        Assert.Equal([("image", false), ("image", true), ("image", false), ("attestation", false)], Parts(part, multi.Name));
        await LoadAsync(part, await SaveAsync(store, multi.Name, S390, RiscV));
        Assert.Equal([("image", false), ("image", true), ("image", true), ("attestation", false)], Parts(part, multi.Name));
        Assert.Contains("linux/ppc64le", (await Assert.ThrowsAsync<NotFoundException>(async () =>
            await LoadAsync(part, await SaveAsync(store, multi.Name), Platform.Parse("linux/ppc64le")))).Message, StringComparison.Ordinal);
        Assert.Throws<NotFoundException>(() => part.Images.Save([multi.Name.ToString()], [Platform.Current]));
        part.CheckClean();
    }

    [Fact]
    public async Task One_platform_goes_and_the_last_takes_the_name_with_it()
    {
        await using var registry = await LocalRegistry.StartAsync();
        using var store = new LocalStore();
        var multi = await MultiImage.PutAsync(registry, "multi", "1");
        var mine = await store.Images.PullAsync(multi.Name, null, null, null, Cancel);
        var other = await store.Images.PullAsync(multi.Name, RiscV, null, null, Cancel);
        Assert.Contains(ImageRemoval.Of(mine.Id), store.Images.Remove(multi.Name.ToString(), false, [Platform.Current]));
        Assert.Null(store.Images.Find(mine.Id));
        Assert.False(store.Images.Content.Contains(mine.Manifest.Layers[0].Digest));
        Assert.False(store.Images.Content.Contains(multi.Parts[3].Digest));
        Assert.Equal(other.Id, store.Images.Resolve(multi.Name.ToString()).Id);
        Assert.Equal([$"{registry.Host}/multi@{multi.Index.Digest}"], store.Images.Find(other.Id)!.RepoDigests);
        Assert.Throws<NotFoundException>(() => store.Images.Remove(multi.Name.ToString(), false, [Platform.Current]));
        Assert.Contains(ImageRemoval.OfName($"{registry.Host}/multi:1"), store.Images.Remove(multi.Name.ToString(), false, [RiscV]));
        Assert.Empty(store.Images.List());
        Assert.Empty(store.Images.Content.List());
        store.CheckClean();
    }

    [Fact]
    public async Task The_name_and_the_id_of_this_machine_s_take_all_platforms_and_another_id_its_own()
    {
        await using var registry = await LocalRegistry.StartAsync();
        using var store = new LocalStore();
        var multi = await MultiImage.PutAsync(registry, "multi", "1");
        foreach (var remove in (Func<Digest, string>[])[_ => multi.Name.ToString(), id => id.ToString()])
        {
            var mine = await store.Images.PullAsync(multi.Name, null, null, null, Cancel);
            var other = await store.Images.PullAsync(multi.Name, RiscV, null, null, Cancel);
            var last = await store.Images.PullAsync(multi.Name, S390, null, null, Cancel);
            store.Images.Remove(last.Id.ToString(), false, []);
            Assert.Equal([mine.Id, other.Id], store.Images.ResolveAll(multi.Name.ToString()).Select(i => i.Id));
            Assert.Contains(ImageRemoval.Of(other.Id), store.Images.Remove(remove(mine.Id), false, []));
            Assert.Empty(store.Images.Content.List());
        }
    }

    [Fact]
    public async Task What_a_name_stood_for_before_dangles_for_all_platforms()
    {
        await using var registry = await LocalRegistry.StartAsync();
        using var store = new LocalStore();
        var multi = await MultiImage.PutAsync(registry, "multi", "1");
        await store.Images.PullAsync(multi.Name, null, null, null, Cancel);
        var other = await store.Images.PullAsync(multi.Name, RiscV, null, null, Cancel);
        await MultiImage.PutAsync(registry, "multi", "1", "new");
        var mine = await store.Images.PullAsync(multi.Name, null, null, null, Cancel);
        Assert.Equal(mine.Id, store.Images.Resolve(multi.Name.ToString()).Id);
        Assert.Throws<NotFoundException>(() => store.Images.Resolve(multi.Name.ToString(), RiscV));
        Assert.Contains(store.Images.List(), i => i.Id == other.Id && i.RepoTags.Count == 0);
        foreach (var image in store.Images.List()) store.Images.Remove(image.Id.ToString(), true, []);
        Assert.Empty(store.Images.Content.List());
    }

    [Fact]
    public async Task An_attestation_that_is_missing_is_left_and_comes_with_a_later_pull()
    {
        await using var registry = await LocalRegistry.StartAsync();
        using var proxy = new FaultProxy(registry);
        using var store = new LocalStore();
        var multi = await MultiImage.PutAsync(registry, "multi", "1");
        var name = ImageReference.Parse($"{proxy.Host}/multi:1");
        proxy.Meet = r => r.Url!.AbsolutePath.EndsWith(multi.Parts[3].Digest.ToString(), StringComparison.Ordinal) ? new Fault(Status: 404) : null;
        await store.Images.PullAsync(name, null, null, null, Cancel);
        Assert.Equal([("image", true), ("image", false), ("image", false), ("attestation", false)], Parts(store, name));
        proxy.Meet = _ => null;
        await store.Images.PullAsync(name, null, null, null, Cancel);
        Assert.Equal([("image", true), ("image", false), ("image", false), ("attestation", true)], Parts(store, name));
        store.CheckClean();
    }

    private static IEnumerable<(string Kind, bool IsAvailable)> Parts(LocalStore store, ImageReference name) =>
        store.Images.PartsOf(store.Images.Resolve(name.ToString())).Select(p => (p.Kind.ToString().ToLowerInvariant(), p.IsAvailable));

    private static async Task<byte[]> SaveAsync(LocalStore store, ImageReference name, params Platform[] platforms)
    {
        using var archive = new MemoryStream();
        await store.Images.Save([name.ToString()], platforms)(archive, Cancel);
        return archive.ToArray();
    }

    private static Task<IReadOnlyList<Image>> LoadAsync(LocalStore store, byte[] archive, params Platform[] platforms) =>
        store.Images.LoadAsync(new MemoryStream(archive), platforms, null, Cancel);
}
