using Gantry.Engine.Mounts;
using Gantry.Spec;
using Gantry.Spec.Engine;

namespace Gantry.Tests.Engine;

public sealed class MountSpecTests
{
    [Fact]
    public void A_bind_with_options()
    {
        var mount = VolumeSpec.Parse("/src//a:/dst/../d:ro,rslave,z");
        Assert.Equal(("bind", "/src/a", "/d", true, "rslave", true), (mount.Type, mount.Source, mount.Destination, mount.ReadOnly, mount.Propagation, mount.CreateSource));
    }

    [Fact]
    public void A_name_is_a_volume() => Assert.Equal(("volume", "data"), (VolumeSpec.Parse("data:/d").Type, VolumeSpec.Parse("data:/d").Name));

    [Fact]
    public void A_path_alone_is_an_anonymous_volume() => Assert.True(VolumeSpec.Parse("/d").Anonymous);

    [Theory]
    [InlineData("")]
    [InlineData(":")]
    [InlineData("a:b:c:d")]
    [InlineData("/a:relative")]
    [InlineData("/a:/")]
    [InlineData("./a:/b")]
    [InlineData("/a:/b:rw,ro")]
    [InlineData("/a:/b:sideways")]
    [InlineData("data:/b:rshared")]
    public void Bad_specifications_are_refused(string spec) => Assert.Throws<InvalidArgumentException>(() => VolumeSpec.Parse(spec));

    [Fact]
    public void A_missing_source_is_an_error_for_mount_only()
    {
        var failure = Assert.Throws<InvalidArgumentException>(() => MountOption.Parse(new() { Type = "bind", Source = "/not/there", Target = "/d" }));
        Assert.Equal("invalid mount config for type \"bind\": bind source path does not exist: /not/there", failure.Message);
        Assert.Equal("/not/there", VolumeSpec.Parse("/not/there:/d").Source);
    }

    [Fact]
    public void A_tmpfs_takes_size_and_mode()
    {
        var mount = MountOption.Parse(new() { Type = "tmpfs", Target = "/t", TmpfsOptions = new() { SizeBytes = 4096, Mode = 0x1C0 } });
        Assert.Equal("mode=700,size=4096", mount.TmpfsOptions);
    }

    [Fact]
    public void Two_mounts_at_one_place_are_refused()
    {
        var host = new HostConfig { Binds = ["/tmp:/d", "/usr:/d/"] };
        var failure = Assert.Throws<InvalidArgumentException>(() => MountPlan.Make(new(), host, NoContainer, DataRoot));
        Assert.Equal("Duplicate mount point: /d", failure.Message);
    }

    [Fact]
    public void A_bind_takes_the_place_of_the_images_volume()
    {
        var mounts = MountPlan.Make(new() { Volumes = new() { ["/d"] = default, ["/e"] = default } }, new() { Binds = ["/tmp:/d"] }, NoContainer, DataRoot);
        Assert.Equal(["bind", "volume"], mounts.Select(mount => mount.Type));
        Assert.True(mounts[1].Anonymous);
    }

    [Fact]
    public void Volumes_of_another_container_give_way_to_binds_and_can_be_read_only()
    {
        MountRecord[] others =
        [
            new() { Type = "volume", Name = "data", Destination = "/d" },
            new() { Type = "bind", Source = "/srv", Destination = "/s" },
            new() { Type = "tmpfs", Destination = "/t" },
        ];
        var host = new HostConfig { VolumesFrom = ["other:ro"], Binds = ["/tmp:/s"] };
        var mounts = MountPlan.Make(new(), host, name => name == "other" ? others : [], DataRoot);
        Assert.Equal([("/s", "/tmp", false), ("/d", "", true)], mounts.Select(mount => (mount.Destination, mount.Source, mount.ReadOnly)));
    }

    [Fact]
    public void An_image_mount_is_read_only()
    {
        var mount = MountOption.Parse(new() { Type = "image", Source = "busybox", Target = "/i", ImageOptions = new() { Subpath = "bin" } });
        Assert.Equal(("image", "busybox", true, "bin"), (mount.Type, mount.Source, mount.ReadOnly, mount.Subpath));
    }

    [Theory]
    [InlineData("/a:/b:idmap", "owner")]
    [InlineData("data:/b:ro,idmap=1000", "1000")]
    [InlineData("/a:/b:idmap=false", null)]
    public void An_idmap_is_an_option(string spec, string? expected) => Assert.Equal(expected, VolumeSpec.Parse(spec).IdMap);

    [Fact]
    public void An_idmap_lets_two_ids_change_places() =>
        Assert.Equal("0 1000 1\n1 1 999\n1000 0 1\n1001 1001 4294966294\n", IdMapping.Swap(1000, 0));

    [Theory]
    [InlineData("/:/d", "rslave")]
    [InlineData("/var/lib/gantry/volumes:/d", "rslave")]
    [InlineData("/var/lib/gantry-other:/d", "rprivate")]
    [InlineData("/:/d:rshared", "rshared")]
    public void What_holds_the_data_root_lets_go_of_its_mounts(string bind, string propagation) =>
        Assert.Equal(propagation, MountPlan.Make(new(), new() { Binds = [bind] }, NoContainer, DataRoot)[0].Propagation);

    [Fact]
    public void What_holds_the_data_root_must_not_be_private() => Assert.Contains(
        "must use either propagation mode", Assert.Throws<InvalidArgumentException>(() => MountPlan.Make(new(), new() { Binds = ["/:/d:private"] }, NoContainer, DataRoot)).Message, StringComparison.Ordinal);

    private const string DataRoot = "/var/lib/gantry";

    private static IReadOnlyList<MountRecord> NoContainer(string name) => throw new NotFoundException(name);
}
