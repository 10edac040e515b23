using Gantry.Spec.Build;

namespace Gantry.Tests.Build;

public sealed class IgnorePatternsTests
{
    [Theory]
    [InlineData("*.log", "a.log", true)]
    [InlineData("*.log", "d/a.log", false)]
    [InlineData("**/*.log", "d/e/a.log", true)]
    [InlineData("**/*.log", "a.log", true)]
    [InlineData("node_modules", "node_modules/x/y", true)]
    [InlineData("/node_modules/", "node_modules/x", true)]
    [InlineData("./a/../b", "b", true)]
    [InlineData("a?c", "abc", true)]
    [InlineData("a[bx]c", "axc", true)]
    [InlineData("a[^b]c", "abc", false)]
    [InlineData("d/**", "d/x", true)]
    [InlineData("d/**/x", "d/x", true)]
    [InlineData("d/**/x", "d/e/f/x", true)]
    [InlineData("*\n!keep", "keep", false)]
    [InlineData("*\n!keep", "keep/inside", false)]
    [InlineData("*\n!keep\nkeep/not", "keep/not", true)]
    [InlineData("# comment\n\n  b  ", "b", true)]
    [InlineData("!a\na", "a", true)]
    [InlineData("a*", "a", true)]
    public void A_path_is_ignored(string patterns, string path, bool wanted) => Assert.Equal(wanted, IgnorePatterns.Parse(patterns).IsIgnored(path));

    [Theory]
    [InlineData("d\n!d/keep", "d", true)]
    [InlineData("d\n!e/keep", "d", false)]
    [InlineData("d\n!**/keep", "d/e", true)]
    [InlineData("d", "d", false)]
    [InlineData("*\n!a/b/c", "a/b", true)]
    public void A_directory_may_hold_what_is_wanted(string patterns, string directory, bool wanted) => Assert.Equal(wanted, IgnorePatterns.Parse(patterns).MayContainIncluded(directory));
}
