using Gantry.Spec;
using Gantry.Spec.Build;

namespace Gantry.Tests.Build;

public sealed class GitAddressTests
{
    [Theory]
    [InlineData("https://example.com/foo.git", "https://example.com/foo.git", "example.com", null, "")]
    [InlineData("https://example.com/foo.git#deadbeef", "https://example.com/foo.git", "example.com", "deadbeef", "")]
    [InlineData("https://example.com/foo.git#release/1.2", "https://example.com/foo.git", "example.com", "release/1.2", "")]
    [InlineData("https://github.com/foo/bar.git#baz/qux:quux/quuz", "https://github.com/foo/bar.git", "github.com", "baz/qux", "quux/quuz")]
    [InlineData("https://github.com/docker/docker.git#:myfolder", "https://github.com/docker/docker.git", "github.com", null, "myfolder")]
    [InlineData("https://github.com/docker/docker.git#", "https://github.com/docker/docker.git", "github.com", null, "")]
    [InlineData("HTTP://github.com/moby/buildkit.git", "http://github.com/moby/buildkit.git", "github.com", null, "")]
    [InlineData("git://example.com/foo", "git://example.com/foo", "example.com", null, "")]
    [InlineData("git://host.xz:1234/path/to/repo.git", "git://host.xz:1234/path/to/repo.git", "host.xz:1234", null, "")]
    [InlineData("github.com/moby/buildkit", "https://github.com/moby/buildkit", "github.com", null, "")]
    [InlineData("git@github.com:moby/buildkit", "git@github.com:moby/buildkit", "github.com", null, "")]
    [InlineData("git@github.com:moby/buildkit.git#v1.0.0:hack", "git@github.com:moby/buildkit.git", "github.com", "v1.0.0", "hack")]
    [InlineData("nonstandarduser@example.com:/srv/repos/weird/project.git", "nonstandarduser@example.com:/srv/repos/weird/project.git", "example.com", null, "")]
    [InlineData("ssh://git@github.com/moby/buildkit.git", "ssh://git@github.com/moby/buildkit.git", "github.com", null, "")]
    [InlineData("ssh://root@subdomain.example.hostname:2222/root/my/really/weird/path/foo.git", "ssh://root@subdomain.example.hostname:2222/root/my/really/weird/path/foo.git", "subdomain.example.hostname:2222", null, "")]
    [InlineData("ssh://someuser@192.168.0.123:456/~/repo-in-my-home-dir.git", "ssh://someuser@192.168.0.123:456/~/repo-in-my-home-dir.git", "192.168.0.123:456", null, "")]
    [InlineData("https://github.com/docker/docker.git?ref=v1.0.0&subdir=/subdir", "https://github.com/docker/docker.git", "github.com", "v1.0.0", "subdir")]
    [InlineData("https://h/r.git?tag=v1", "https://h/r.git", "h", "refs/tags/v1", "")]
    [InlineData("https://h/r.git?branch=refs/heads/b", "https://h/r.git", "h", "refs/heads/b", "")]
    [InlineData("https://h/r.git?ref=pull/42/head", "https://h/r.git", "h", "pull/42/head", "")]
    [InlineData("https://h/r.git?subdir=d#main:d", "https://h/r.git", "h", "main", "d")]
    [InlineData("https://h/r.git#a%2Fb:c%20d", "https://h/r.git", "h", "a/b", "c d")]
    [InlineData("git@h:r.git?branch=b", "git@h:r.git", "h", "refs/heads/b", "")]
    [InlineData("https://h/r.git#main:./a//b/", "https://h/r.git", "h", "main", "a/b")]
    public void A_repository_is_known_by_its_address(string text, string remote, string host, string? reference, string directory)
    {
        Assert.True(GitAddress.TryParse(text, out var address));
        Assert.Equal((remote, host, reference, directory), (address.Remote, address.Host, address.Reference, address.Directory));
        Assert.Equal(text.StartsWith("github.com/", StringComparison.Ordinal), address.IsShorthand);
    }

    [Theory]
    [InlineData("https://example.com/")]
    [InlineData("https://example.com/foo")]
    [InlineData("https://example.com/foo.git/")]
    [InlineData("https://example.com/foo.git.bar")]
    [InlineData("http://github.com/docker/docker.git:#branch")]
    [InlineData("httpx://github.com/moby/buildkit.git")]
    [InlineData("file:///srv/repo.git")]
    [InlineData("ext::sh -c true")]
    [InlineData("custom.xyz/moby/buildkit.git")]
    [InlineData("./.git")]
    [InlineData(".git")]
    [InlineData("../up.git")]
    [InlineData("local:context")]
    [InlineData("docker-image://busybox")]
    [InlineData("a/b@c:d")]
    [InlineData("-oProxyCommand=x@h:r.git")]
    [InlineData("git@-oProxyCommand=x:r.git")]
    [InlineData("git@h:-upload")]
    [InlineData("ssh://-oProxyCommand=x/r.git")]
    [InlineData("git@h:r.git\n")]
    [InlineData("https://h\n/r.git")]
    [InlineData("git://host")]
    [InlineData("https:///r.git")]
    [InlineData("")]
    public void Other_texts_are_none(string text) => Assert.False(GitAddress.TryParse(text, out _));

    [Theory]
    [InlineData("https://h/r.git?nosuch=1", "unexpected query")]
    [InlineData("https://h/r.git?ref=", "has no value")]
    [InlineData("https://h/r.git?ref=a&ref=b", "multiple values")]
    [InlineData("https://h/r.git?ref=a#b", "ref conflicts")]
    [InlineData("https://h/r.git?subdir=a#main:b", "subdir conflicts")]
    [InlineData("https://h/r.git?tag=a&branch=a", "branch conflicts with tag")]
    [InlineData("https://h/r.git?ref=a&tag=a", "ref conflicts")]
    [InlineData("https://h/r.git?keep-git-dir=maybe", "invalid keep-git-dir value")]
    [InlineData("https://h/r.git?submodules=2", "invalid submodules value")]
    [InlineData("https://h/r.git?checksum=xyz", "invalid checksum")]
    [InlineData("https://h/r.git#--upload-pack=x", "invalid git reference")]
    [InlineData("https://h/r.git#a..b", "invalid git reference")]
    [InlineData("https://h/r.git#a*", "invalid git reference")]
    [InlineData("https://h/r.git?ref=a:b", "invalid git reference")]
    [InlineData("git@h:r.git#a b", "invalid git reference")]
    public void What_cannot_be_is_said(string text, string why) => Assert.Contains(why, Assert.Throws<InvalidArgumentException>(() => GitAddress.TryParse(text, out _)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_password_is_for_the_server_alone()
    {
        Assert.True(GitAddress.TryParse("https://foo:b%40r@github.com/moby/buildkit.git#v1:d", out var address));
        Assert.Equal(("https://github.com/moby/buildkit.git", "foo:b@r"), (address.Remote, address.Login));
        Assert.Equal("https://github.com/moby/buildkit.git#v1:d", address.ToString());
        Assert.Equal("https://github.com/moby/buildkit.git#v1:d", ContextAddress.Describe("https://foo:b%40r@github.com/moby/buildkit.git#v1:d"));
        Assert.Equal("https://h/x.tar", ContextAddress.Describe("https://foo:bar@h/x.tar"));
        Assert.True(GitAddress.TryParse("ssh://git:secret@h/r.git", out var ssh));
        Assert.Equal(("ssh://git@h/r.git", null), (ssh.Remote, ssh.Login));
    }

    [Fact]
    public void A_query_says_more()
    {
        Assert.True(GitAddress.TryParse("https://h/r.git?branch=b&checksum=be1f&keep-git-dir&submodules=false", out var address));
        Assert.Equal(("be1f", true, false, "refs/heads/b"), (address.Checksum, address.KeepGitDirectory, address.Submodules, address.Reference));
        var whole = new string('a', 40);
        Assert.True(GitAddress.TryParse($"https://h/r.git?commit={whole}", out var commit));
        Assert.Equal((whole, whole), (commit.Checksum, commit.Reference));
        Assert.True(GitAddress.TryParse("https://h/r.git?checksum=abc", out var part));
        Assert.Equal(("abc", null), (part.Checksum, part.Reference));
        Assert.Equal("abc", part.WithChecksum("abc").Checksum);
        Assert.Throws<InvalidArgumentException>(() => part.WithChecksum("abcd"));
        Assert.Throws<InvalidArgumentException>(() => commit with { Checksum = null } is var bare && bare.WithChecksum("sha256:x") is null);
    }

    [Theory]
    [InlineData("https://h/x.tar.gz", true)]
    [InlineData("http://h/Dockerfile", true)]
    [InlineData("git@h:r.git", true)]
    [InlineData("github.com/a/b", true)]
    [InlineData("docker-image://busybox", false)]
    [InlineData("some/directory", false)]
    [InlineData("file:///etc", false)]
    public void Contexts_that_are_fetched_are_told_from_directories(string text, bool wanted) => Assert.Equal(wanted, ContextAddress.IsRemote(text));
}
