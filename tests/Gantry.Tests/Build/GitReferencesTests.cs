using Gantry.Build.Sources.Git;
using Gantry.Spec;

namespace Gantry.Tests.Build;

public sealed class GitReferencesTests
{
    private static readonly string One = new('1', 40);
    private static readonly string Two = new('2', 40);
    private static readonly string Three = new('3', 40);

    [Fact]
    public void Without_a_reference_it_is_the_default_branch()
    {
        Assert.Equal(["HEAD"], GitReferences.Patterns(null));
        Assert.Equal(new GitCommit(One, One, "refs/heads/trunk"), Find(null, $"ref: refs/heads/trunk\tHEAD\n{One}\tHEAD\n{Two}\trefs/remotes/x/HEAD\n"));
        Assert.Equal(new GitCommit(One, One, "HEAD"), Find(null, $"{One}\tHEAD\n"));
    }

    [Fact]
    public void A_tag_comes_before_a_branch_and_a_whole_name_before_both()
    {
        var answer = $"{One}\trefs/heads/v1\n{Two}\trefs/tags/v1\n{Three}\trefs/tags/v1^{{}}\n";
        Assert.Equal(new GitCommit(Three, Two, "refs/tags/v1"), Find("v1", answer));
        Assert.Equal(new GitCommit(One, One, "refs/heads/v1"), Find("refs/heads/v1", answer));
        Assert.Equal(new GitCommit(One, One, "refs/heads/v1"), Find("heads/v1", answer));
        Assert.Equal(new GitCommit(One, One, "refs/heads/v1"), Find("v1", $"{Two}\trefs/heads/other/v1\n{One}\trefs/heads/v1\n"));
        Assert.Contains("refs/tags/v1^{}", GitReferences.Patterns("v1"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n\n")]
    [InlineData("nonsense\trefs/heads/v1\n")]
    [InlineData("1234\trefs/heads/v1\n")]
    public void What_is_not_there_is_said(string answer) => Assert.Contains("does not contain ref v1", Assert.Throws<NotFoundException>(() => Find("v1", answer)).Message, StringComparison.Ordinal);

    private static GitCommit Find(string? reference, string answer) =>
        GitReferences.Find(new() { Remote = "https://h/r.git", Scheme = "https", Host = "h", Reference = reference }, answer);
}
