using Gantry.Build.Planning;
using Gantry.Build.Steps;
using Gantry.Spec;

namespace Gantry.Tests.Build;

public sealed class AddSourcesTests
{
    [Fact]
    public void Files_addresses_and_repositories_stay_in_their_order()
    {
        var sources = AddSources.Of(["a", "b", "https://h/x/y%20z.tar?q=1", "c", "https://h/r.git#v1:d", "git@h:r", "github.com/a/b"], null, keepGitDirectory: false, unpack: null);
        Assert.Equal(
            ["context a,b unpacked", "http https://h/x/y%20z.tar?q=1 as y z.tar", "context c unpacked", "git https://h/r.git#v1:d", "git git@h:r", "context github.com/a/b unpacked"],
            sources.Select(Text));
    }

    [Fact]
    public void Archives_are_extracted_where_it_is_said()
    {
        Assert.False(Assert.Single(AddSources.Of(["a"], null, false, unpack: false)).Unpack);
        Assert.True(Assert.Single(AddSources.Of(["http://h/a"], null, false, unpack: true)).Unpack);
    }

    [Fact]
    public void Git_directories_are_kept_by_either_word()
    {
        Assert.True(Git("https://h/r.git", keep: true).KeepGitDirectory);
        Assert.True(Git("https://h/r.git?keep-git-dir=1", keep: false).KeepGitDirectory);
        Assert.False(Git("https://h/r.git", keep: false).KeepGitDirectory);
    }

    [Fact]
    public void A_checksum_is_for_one_source_from_elsewhere()
    {
        Assert.Equal("abc", Assert.IsType<GitSource>(Assert.Single(AddSources.Of(["https://h/r.git"], "abc", false, null))).Address.Checksum);
        Assert.Equal("sha256:1", Assert.IsType<HttpSource>(Assert.Single(AddSources.Of(["https://h/r"], "sha256:1", false, null))).Checksum);
        foreach (var paths in (string[][])[["a"], ["https://h/a", "https://h/b"], ["https://h/a", "b"]])
        {
            Assert.Throws<InvalidArgumentException>(() => AddSources.Of(paths, "abc", false, null));
        }

        Assert.Throws<InvalidArgumentException>(() => AddSources.Of(["https://h/r.git?checksum=abd"], "abc", false, null));
    }

    private static GitSource Git(string path, bool keep) => Assert.IsType<GitSource>(Assert.Single(AddSources.Of([path], null, keep, null)));

    private static string Text(CopySource source) => source switch
    {
        ContextSource => $"context {string.Join(',', source.Paths)}{(source.Unpack ? " unpacked" : "")}",
        HttpSource http => $"http {http.Url.AbsoluteUri} as {source.Paths[0]}",
        GitSource git => $"git {git.Address}",
        _ => "?",
    };
}
