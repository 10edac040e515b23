using CsCheck;
using Gantry.Spec;

namespace Gantry.Tests.Images;

public sealed class ImageReferenceTests
{
    private const string Hex = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    [Theory]
    [InlineData("busybox", "docker.io/library/busybox", "busybox")]
    [InlineData("busybox:1.36", "docker.io/library/busybox:1.36", "busybox:1.36")]
    [InlineData("docker.io/busybox", "docker.io/library/busybox", "busybox")]
    [InlineData("index.docker.io/library/busybox", "docker.io/library/busybox", "busybox")]
    [InlineData("user/app", "docker.io/user/app", "user/app")]
    [InlineData("localhost/app", "localhost/app", "localhost/app")]
    [InlineData("localhost:5000/a/b:t", "localhost:5000/a/b:t", "localhost:5000/a/b:t")]
    [InlineData("127.0.0.1:5000/app", "127.0.0.1:5000/app", "127.0.0.1:5000/app")]
    [InlineData("[::1]:5000/app:t", "[::1]:5000/app:t", "[::1]:5000/app:t")]
    [InlineData("ghcr.io/a__b/c-d.e", "ghcr.io/a__b/c-d.e", "ghcr.io/a__b/c-d.e")]
    [InlineData("host:80", "docker.io/library/host:80", "host:80")]
    [InlineData("docker.io/library/a/b", "docker.io/library/a/b", "library/a/b")]
    [InlineData("busybox@sha256:" + Hex, "docker.io/library/busybox@sha256:" + Hex, "busybox@sha256:" + Hex)]
    [InlineData("busybox:1@sha256:" + Hex, "docker.io/library/busybox:1@sha256:" + Hex, "busybox:1@sha256:" + Hex)]
    public void A_name_is_read_as_docker_reads_it(string text, string full, string familiar)
    {
        var reference = ImageReference.Parse(text);
        Assert.Equal(full, reference.ToString());
        Assert.Equal(familiar, reference.Familiar);
        Assert.Equal(reference, ImageReference.Parse(full));
    }

    [Theory]
    [InlineData("", "invalid reference format")]
    [InlineData("Busybox", "invalid reference format: repository name (library/Busybox) must be lowercase")]
    [InlineData("a:", "invalid reference format")]
    [InlineData("a:-x", "invalid reference format")]
    [InlineData(":tag", "invalid reference format")]
    [InlineData("-a", "invalid reference format")]
    [InlineData("a..b", "invalid reference format")]
    [InlineData("a___b", "invalid reference format")]
    [InlineData("a//b", "invalid reference format")]
    [InlineData("a b", "invalid reference format")]
    [InlineData("https://host/a", "invalid reference format")]
    [InlineData("host.x:port/a", "invalid reference format")]
    [InlineData("a@sha256:abc", "invalid reference format")]
    [InlineData("a@md5:" + Hex, "invalid reference format")]
    [InlineData("../../etc", "invalid reference format")]
    [InlineData(Hex, "invalid repository name (" + Hex + "), cannot specify 64-byte hexadecimal strings")]
    public void What_is_no_name_is_refused_in_dockers_words(string text, string message) =>
        Assert.Equal(message, Assert.Throws<InvalidArgumentException>(() => ImageReference.Parse(text)).Message);

    [Fact]
    public void Lengths_are_held_to_the_last_character()
    {
        Assert.True(ImageReference.TryParse("x.y/" + new string('a', 255), out _));
        Assert.False(ImageReference.TryParse("x.y/" + new string('a', 256), out _));
        Assert.True(ImageReference.TryParse("a:" + new string('t', 128), out _));
        Assert.False(ImageReference.TryParse("a:" + new string('t', 129), out _));
    }

    [Fact]
    public void Whatever_parses_stands_for_itself() =>
        Gen.String[Gen.Char["ab1A.-_/:@[]"], 0, 24].Sample(text =>
            !ImageReference.TryParse(text, out var reference)
            || (ImageReference.Parse(reference.ToString()) == reference && ImageReference.Parse(reference.Familiar) == reference));

    [Theory]
    [InlineData("sha256:" + Hex, true)]
    [InlineData("sha512:" + Hex + Hex, true)]
    [InlineData("sha512:" + Hex, false)]
    [InlineData("sha256:E3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", false)]
    [InlineData("sha256:../../../../etc/passwd", false)]
    [InlineData(Hex, false)]
    public void Only_whole_digests_are_digests(string text, bool valid) => Assert.Equal(valid, Digest.TryParse(text, out _));

    [Theory]
    [InlineData("linux/arm64/v8", "linux/arm64", 0)]
    [InlineData("linux/arm64", "linux/amd64", null)]
    [InlineData("linux/arm/v7", "linux/arm/v6", 1)]
    [InlineData("linux/arm/v6", "linux/arm/v7", null)]
    [InlineData("linux/x86_64", "linux/amd64", 0)]
    [InlineData("linux/amd64", "linux/amd64/v3", null)]
    [InlineData("linux/amd64", "windows/amd64", null)]
    public void A_platform_takes_what_it_can_run(string wanted, string offered, int? rank) =>
        Assert.Equal(rank, Platform.Parse(wanted).Rank(Platform.Parse(offered)));
}
