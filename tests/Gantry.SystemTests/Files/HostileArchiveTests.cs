using System.Net;
using Gantry.SystemTests.Infrastructure;
using Gantry.Tests.Images;

namespace Gantry.SystemTests.Files;

/// <summary>Archives made to write outside of the container they are copied into: refused by the entry's name, or kept inside.</summary>
public sealed class HostileArchiveTests(World world) : IAsyncLifetime
{
    private Engine _engine = null!;
    private string _outside = null!;
    private string _container = null!;

    public async ValueTask InitializeAsync()
    {
        _engine = await world.EngineAsync("gantryd");
        _outside = Directory.CreateTempSubdirectory("gantry-outside-").FullName;
        await File.WriteAllTextAsync(Path.Combine(_outside, "guarded"), "untouched");
        _container = (await DockerAsync("create", "--network", "none", "busybox", "sleep", "100")).Succeeds().Text;
    }

    public async ValueTask DisposeAsync()
    {
        await DockerAsync("rm", "-f", _container);
        Directory.Delete(_outside, recursive: true);
    }

    [Theory]
    [InlineData("../escaped")]
    [InlineData("a/../../escaped")]
    [InlineData("../../../../../../../../etc/gantry-was-here")]
    public async Task A_path_that_climbs_out_is_refused_by_name(string path)
    {
        var (status, answer) = await PutAsync(new TarBuilder().File(path, "hostile"), "/tmp");
        Assert.Equal(HttpStatusCode.InternalServerError, status);
        Assert.Contains(path, answer, StringComparison.Ordinal);
        CheckOutside();
    }

    [Fact]
    public async Task A_write_through_a_link_out_stays_in_the_container()
    {
        await PutAsync(new TarBuilder().Symlink("way", _outside).File("way/guarded", "hostile").File("way/new", "hostile"), "/tmp");
        CheckOutside();
        await PutAsync(new TarBuilder().Symlink("up", "../../../../../../../.." + _outside).File("up/guarded", "hostile"), "/tmp");
        CheckOutside();
    }

    [Fact]
    public async Task A_hard_link_out_stays_in_the_container()
    {
        await PutAsync(new TarBuilder().HardLink("stolen", _outside + "/guarded").File("stolen", "hostile"), "/tmp");
        CheckOutside();
    }

    [Fact]
    public async Task A_link_that_the_container_put_in_the_way_leads_inside()
    {
        (await DockerAsync("rm", "-f", _container)).Succeeds();
        _container = (await DockerAsync(
            "run", "-d", "--network", "none", "busybox", "sh", "-c", $"rmdir /srv; ln -s {_outside} /srv; ln -s /proc/1/root /away; sleep 1000")).Succeeds().Text;
        await Task.Delay(300, TestContext.Current.CancellationToken);
        await PutAsync(new TarBuilder().File("guarded", "hostile"), "/srv");
        await PutAsync(new TarBuilder().File("guarded", "hostile"), "/away" + _outside);
        CheckOutside();
    }

    [Fact]
    public async Task An_archive_that_ends_early_is_an_error()
    {
        var (status, _) = await PutAsync(new TarBuilder().Entry('0', "short", new byte[100], size: 5000).Unfinished(), "/tmp");
        Assert.Equal(HttpStatusCode.InternalServerError, status);
    }

    [Fact]
    public async Task Attributes_that_steer_overlayfs_are_left_out()
    {
        var (status, answer) = await PutAsync(
            new TarBuilder().Pax(("SCHILY.xattr.trusted.overlay.opaque", "y"), ("SCHILY.xattr.user.overlay.redirect", "/etc"), ("SCHILY.xattr.user.kept", "1")).Directory("d"), "/tmp");
        Assert.True(status == HttpStatusCode.OK, answer);
        (await DockerAsync("start", _container)).Succeeds();
        (await DockerAsync("exec", _container, "ls", "-d", "/tmp/d")).Prints("/tmp/d");
    }

    private void CheckOutside()
    {
        Assert.Equal("untouched", File.ReadAllText(Path.Combine(_outside, "guarded")));
        Assert.Single(Directory.GetFileSystemEntries(_outside));
        Assert.False(File.Exists("/etc/gantry-was-here"));
    }

    private Task<(HttpStatusCode Status, string Answer)> PutAsync(TarBuilder archive, string path) => PutAsync(archive.ToArray(), path);

    private async Task<(HttpStatusCode Status, string Answer)> PutAsync(byte[] archive, string path)
    {
        using var content = new ByteArrayContent(archive);
        using var answer = await _engine.Http.PutAsync(new Uri($"v1.50/containers/{_container}/archive?path={Uri.EscapeDataString(path)}", UriKind.Relative), content);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    private Task<CommandResult> DockerAsync(params string[] words) =>
        Command.RunAsync("docker", words, new Dictionary<string, string?> { ["DOCKER_HOST"] = _engine.Address, ["DOCKER_CONFIG"] = _engine.Home });
}
