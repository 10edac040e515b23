using System.IO.Compression;
using Gantry.Images.Layers.Tar;
using Gantry.Linux.Files;
using Gantry.Spec;
using Gantry.SystemTests.Infrastructure;
using Gantry.Tests.Images;

namespace Gantry.SystemTests.Images;

/// <summary>Layers made to write outside, to fill the machine or to steer overlayfs: each is refused by the entry's name or stays inside.</summary>
public sealed class HostileLayerTests : IDisposable
{
    private const string Etc = "/etc/gantry-was-here";
    private readonly LocalStore _store;

    public HostileLayerTests()
    {
        Root.Require();
        _store = new LocalStore();
    }

    private string Climb => "../../../../../../../../../.." + _store.Outside;

    public void Dispose() => _store.Dispose();

    [Theory]
    [InlineData("../escaped")]
    [InlineData("a/../../escaped")]
    [InlineData("/../escaped")]
    [InlineData("../../../../../../../../../../../../etc/gantry-was-here")]
    public async Task A_path_that_climbs_out_is_refused_by_name(string path) =>
        await RefusedAsync(new TarBuilder().File("first").File(path, "hostile"), $"{path} leaves the layer");

    [Fact]
    public async Task An_absolute_path_lies_inside()
    {
        var image = await _store.ImportAsync(new TarBuilder().File(Etc, "inside").ToArray());
        Assert.Equal("inside", _store.Read(image, Etc));
        Assert.False(File.Exists(Etc));
        _store.CheckClean();
    }

    [Fact]
    public async Task A_write_through_an_absolute_link_is_refused_by_name() =>
        await RefusedAsync(new TarBuilder().Symlink("way", _store.Outside).File("way/guarded", "hostile"), "way/guarded");

    [Fact]
    public async Task A_write_through_a_climbing_link_is_refused_by_name() =>
        await RefusedAsync(new TarBuilder().Symlink("way", Climb).File("way/guarded", "hostile"), "way/guarded");

    [Fact]
    public async Task A_chain_of_links_leads_nowhere_but_inside() =>
        await RefusedAsync(new TarBuilder().Directory("d").Symlink("d/up", "..").Symlink("x", "d/up/d/up").Symlink("out", "x/.." + _store.Outside).File("out/new", "hostile"), "out/new");

    [Fact]
    public async Task A_link_inside_is_followed_inside()
    {
        var image = await _store.ImportAsync(new TarBuilder().Directory("usr").Directory("usr/lib").Symlink("lib", "/usr/lib").File("lib/so", "inside").ToArray());
        Assert.Equal("inside", _store.Read(image, "/usr/lib/so"));
        _store.CheckClean();
    }

    [Fact]
    public async Task A_file_in_the_place_of_a_link_replaces_the_link()
    {
        var image = await _store.ImportAsync(new TarBuilder().Symlink("guarded", Path.Combine(_store.Outside, "guarded")).File("guarded", "new").ToArray());
        Assert.Null(new FileInfo(Path.Combine(_store.LayerOf(image), "guarded")).LinkTarget);
        _store.CheckClean();
    }

    [Fact]
    public async Task A_directory_replaced_by_a_link_is_no_way_out() =>
        await RefusedAsync(new TarBuilder().Directory("d").Directory("d/e").File("d/e/f").Symlink("d", _store.Outside).File("d/e/f", "hostile"), "d/e/f");

    [Fact]
    public async Task An_open_directory_replaced_by_a_link_is_no_way_out()
    {
        // More directories than are kept open, then the first becomes a link.
        var tar = new TarBuilder();
        for (var i = 0; i < 200; i++) tar.File($"d{i}/f", "x");
        tar.Symlink("d0", _store.Outside).Symlink("d199", _store.Outside);
        await RefusedAsync(tar.File("d199/guarded", "hostile"), "d199/guarded");
    }

    [Theory]
    [InlineData("../outside/guarded")]
    [InlineData("/etc/passwd")]
    [InlineData("../../../../../../../../etc/passwd")]
    [InlineData("")]
    [InlineData("/")]
    [InlineData("missing")]
    public async Task A_hard_link_to_what_is_no_file_of_the_layer_is_refused_by_name(string target) =>
        await RefusedAsync(new TarBuilder().HardLink("stolen", target), "stolen");

    [Fact]
    public async Task A_hard_link_through_a_link_finds_nothing_outside() =>
        await RefusedAsync(new TarBuilder().Symlink("way", _store.Outside).HardLink("stolen", "way/guarded"), "stolen");

    [Fact]
    public async Task A_hard_link_to_a_link_links_the_link()
    {
        var image = await _store.ImportAsync(new TarBuilder().Symlink("way", Path.Combine(_store.Outside, "guarded")).HardLink("other", "way").File("other", "new").ToArray());
        Assert.Equal("new", _store.Read(image, "/other"));
        _store.CheckClean();
    }

    [Fact]
    public async Task A_hard_link_to_a_directory_is_refused_by_name() =>
        await RefusedAsync(new TarBuilder().Directory("d").HardLink("loop", "d"), "loop");

    [Fact]
    public async Task What_stands_for_a_device_is_not_written_to()
    {
        // /dev/full refuses every write: reaching it would fail.
        var tar = new TarBuilder().Device("full", 1, 7).HardLink("same", "full").File("full", "file").File("same", "file")
            .Symlink("link", "/dev/full").File("link", "file").Device("pipe", 0, 0, '6').File("pipe", "file");
        var image = await _store.ImportAsync(tar.ToArray());
        foreach (var name in (string[])["full", "same", "link", "pipe"])
        {
            Assert.Equal("file", _store.Read(image, "/" + name));
        }

        _store.CheckClean();
    }

    [Fact]
    public async Task A_device_is_no_parent() =>
        await RefusedAsync(new TarBuilder().Device("null", 1, 3).File("null/x"), "null/x");

    [Theory]
    [InlineData(".wh..")]
    [InlineData(".wh...")]
    [InlineData("d/.wh...")]
    [InlineData(".wh.")]
    public async Task A_whiteout_of_a_parent_is_refused_by_name(string name) =>
        await RefusedAsync(new TarBuilder().Directory("d").File(name), name);

    [Fact]
    public async Task A_whiteout_behind_a_link_stays_inside() =>
        await RefusedAsync(new TarBuilder().Symlink("way", _store.Outside).File("way/.wh.guarded"), "way/.wh.guarded");

    [Fact]
    public async Task An_opaque_mark_behind_a_link_stays_inside() =>
        await RefusedAsync(new TarBuilder().Symlink("way", _store.Outside).File("way/.wh..wh..opq"), "way/.wh..wh..opq");

    [Fact]
    public async Task Attributes_that_steer_overlayfs_are_left_out()
    {
        string[] attributes = ["trusted.overlay.opaque", "trusted.overlay.redirect", "trusted.overlay.metacopy", "user.overlay.opaque", "trusted.other", "security.selinux"];
        var tar = new TarBuilder();
        tar.Pax([.. attributes.Select(a => ($"SCHILY.xattr.{a}", "y")), ("SCHILY.xattr.user.kept", "yes")]).Directory("d")
            .Pax([.. attributes.Select(a => ($"SCHILY.xattr.{a}", "/etc")), ("SCHILY.xattr.user.kept", "yes")]).File("f", "content");
        var image = await _store.ImportAsync(tar.ToArray());
        using var layer = RootedDirectory.Open(_store.LayerOf(image));
        Assert.Equal(["user.kept"], layer.ListXattrs("d"));
        Assert.Equal(["user.kept"], layer.ListXattrs("f"));
        _store.CheckClean();
    }

    [Fact]
    public async Task A_bomb_ends_at_the_limit()
    {
        using var store = new LocalStore(new TarLimits { Stream = 8 * 1024 * 1024 });
        using var bomb = new MemoryStream();
        await using (var gzip = new GZipStream(bomb, CompressionLevel.Fastest, leaveOpen: true))
        {
            var head = new TarBuilder().Entry('0', "bomb", [], size: 1L << 32).Unfinished();
            await gzip.WriteAsync(head, TestContext.Current.CancellationToken);
            var zeros = new byte[1024 * 1024];
            for (var i = 0; i < 64; i++) await gzip.WriteAsync(zeros, TestContext.Current.CancellationToken);
        }

        bomb.Position = 0;
        var failure = await Assert.ThrowsAsync<InvalidArgumentException>(() => store.ImportAsync(bomb));
        Assert.Contains("larger than 8388608 bytes", failure.Message, StringComparison.Ordinal);
        store.CheckClean();
    }

    [Fact]
    public async Task A_hole_larger_than_a_layer_may_be_is_refused_by_name()
    {
        var tar = new TarBuilder();
        tar.Pax(("GNU.sparse.major", "1"), ("GNU.sparse.minor", "0"), ("GNU.sparse.name", "hole"), ("GNU.sparse.realsize", "4611686018427387904"))
            .Entry('0', "GNUSparseFile.0/hole", [.. "0\n"u8, .. new byte[510]]);
        await RefusedAsync(tar, "invalid entry hole: the files of the layer are larger than 274877906944 bytes");
    }

    [Fact]
    public async Task Many_holes_are_refused_before_they_are_kept()
    {
        var tar = new TarBuilder();
        tar.Pax(("GNU.sparse.major", "1"), ("GNU.sparse.minor", "0"), ("GNU.sparse.name", "holes"), ("GNU.sparse.realsize", "1"))
            .Entry('0', "GNUSparseFile.0/holes", [.. "999999999\n"u8, .. new byte[502]]);
        await RefusedAsync(tar, "holes");
    }

    [Fact]
    public async Task Names_without_end_are_refused()
    {
        await RefusedAsync(new TarBuilder().Pax(("path", new string('n', 300))).File("x"), "longer than 255 bytes");
        await RefusedAsync(new TarBuilder().Pax(("path", string.Concat(Enumerable.Repeat("name/", 2000)))).File("x"), "longer than 4095 bytes");
        await RefusedAsync(new TarBuilder().Entry('L', "long", [], size: 1L << 32), "extension of 4294967296 bytes");
        await RefusedAsync(new TarBuilder().Entry('x', "pax", [], size: 1L << 32), "extension of 4294967296 bytes");
    }

    [Fact]
    public async Task The_deepest_tree_is_made_and_removed()
    {
        var path = string.Concat(Enumerable.Repeat("d/", 2040)) + "f";
        var image = await _store.ImportAsync(new TarBuilder().Pax(("path", path)).File("x", "deep").ToArray());
        Assert.Equal(4, image.Size);
        _store.Images.Remove("imported", force: true, []);
        Assert.Empty(_store.Images.Layers.List());
        _store.CheckClean();
        // What is refused after it was made goes too.
        await RefusedAsync(new TarBuilder().Pax(("path", path)).File("x", "deep").File("../out"), "../out");
    }

    [Fact]
    public async Task Many_empty_entries_end_at_the_limit()
    {
        using var store = new LocalStore(new TarLimits { Entries = 100 });
        var tar = new TarBuilder();
        for (var i = 0; i < 101; i++) tar.File($"f{i}");
        var failure = await Assert.ThrowsAsync<InvalidArgumentException>(() => store.ImportAsync(tar.ToArray()));
        Assert.Contains("more than 100 entries", failure.Message, StringComparison.Ordinal);
        store.CheckClean();
    }

    [Fact]
    public async Task A_disk_that_fills_up_is_named_and_given_back()
    {
        await using var sandbox = await Sandbox.CreateAsync();
        await using var engine = Engine.Gantryd(sandbox);
        Directory.CreateDirectory(engine.DataRoot);
        (await sandbox.RunAsync("mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", engine.DataRoot)).Succeeds();
        await engine.StartAsync();
        var bomb = Path.Combine(sandbox.Root, "bomb.tar.gz");
        (await Command.RunAsync("sh", ["-c", $"mkdir -p {sandbox.Root}/b && head -c 100M /dev/zero >{sandbox.Root}/b/big && tar -C {sandbox.Root}/b -czf {bomb} big"])).Succeeds();
        var docker = new Dictionary<string, string?> { ["DOCKER_HOST"] = engine.Address };
        (await Command.RunAsync("docker", ["import", bomb, "bomb"], docker)).Exits(1).Says("big: no space left on device");
        (await sandbox.RunAsync("sh", "-c", $"find {engine.DataRoot}/content/ingest {engine.DataRoot}/layers -mindepth 1 ! -name .empty")).Succeeds().Prints("");
    }

    private async Task RefusedAsync(TarBuilder tar, string named)
    {
        var failure = await Assert.ThrowsAnyAsync<GantryException>(() => _store.ImportAsync(tar.ToArray()));
        Assert.Contains(named, failure.Message, StringComparison.Ordinal);
        Assert.IsType<InvalidArgumentException>(failure);
        Assert.False(File.Exists(Etc));
        Assert.Empty(_store.Images.List());
        _store.CheckClean();
    }
}
