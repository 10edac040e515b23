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
        var failure = Assert.Throws<InvalidArgumentException>(() => MountPlan.Make(new(), host, new LocalVolumes("/nowhere")));
        Assert.Equal("Duplicate mount point: /d", failure.Message);
    }

    [Fact]
    public void A_bind_takes_the_place_of_the_images_volume()
    {
        var mounts = MountPlan.Make(new() { Volumes = new() { ["/d"] = default, ["/e"] = default } }, new() { Binds = ["/tmp:/d"] }, new LocalVolumes("/v"));
        Assert.Equal(["bind", "volume"], mounts.Select(mount => mount.Type));
        Assert.True(mounts[1].Anonymous);
    }
}
