using Gantry.Build.Dockerfile;

namespace Gantry.Tests.Build;

public sealed class VariableExpansionTests
{
    private static readonly Dictionary<string, string> Values = new() { ["A"] = "one", ["B"] = "", ["PATHS"] = "/a/b/c.tar.gz", ["WORDS"] = "x y", ["Q"] = "it's" };

    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("$A", "one")]
    [InlineData("${A}two", "onetwo")]
    [InlineData("$A.$A", "one.one")]
    [InlineData("$NONE", "")]
    [InlineData("a$", "a$")]
    [InlineData("\\$A", "$A")]
    [InlineData("'$A'", "$A")]
    [InlineData("\"$A\"", "one")]
    [InlineData("\"a \\\"b\\\" \\x\"", "a \"b\" \\x")]
    [InlineData("a\\ b", "a b")]
    [InlineData("${NONE:-default}", "default")]
    [InlineData("${B:-default}", "default")]
    [InlineData("${B-default}", "")]
    [InlineData("${NONE-$A}", "one")]
    [InlineData("${NONE:-${B:-deep}}", "deep")]
    [InlineData("${A:+set}", "set")]
    [InlineData("${B:+set}", "")]
    [InlineData("${B+set}", "set")]
    [InlineData("${NONE+set}", "")]
    [InlineData("${A:?no}", "one")]
    [InlineData("${PATHS#*/}", "a/b/c.tar.gz")]
    [InlineData("${PATHS##*/}", "c.tar.gz")]
    [InlineData("${PATHS%.*}", "/a/b/c.tar")]
    [InlineData("${PATHS%%.*}", "/a/b/c")]
    [InlineData("${PATHS/b/x}", "/a/x/c.tar.gz")]
    [InlineData("${PATHS//a/x}", "/x/b/c.txr.gz")]
    [InlineData("$Q", "it's")]
    public void A_word_becomes(string word, string wanted) => Assert.Equal(wanted, new VariableExpansion('\\').Expand(word, Values.GetValueOrDefault).Text);

    [Theory]
    [InlineData("$WORDS z", new[] { "x", "y", "z" })]
    [InlineData("\"$WORDS\" z", new[] { "x y", "z" })]
    [InlineData("'' a", new[] { "", "a" })]
    [InlineData("$B", new string[0])]
    public void Words_are(string text, string[] wanted) => Assert.Equal(wanted, new VariableExpansion('\\').ExpandWords(text, Values.GetValueOrDefault).Words);

    [Theory]
    [InlineData("${A", "missing '}'")]
    [InlineData("${}", "bad substitution")]
    [InlineData("${A:?x}${B:?needed}", "B: needed")]
    [InlineData("${A^}", "unsupported modifier")]
    [InlineData("'a", "single-quote")]
    [InlineData("\"a", "double-quote")]
    public void What_is_wrong_is_said(string word, string part) =>
        Assert.Contains(part, Assert.Throws<FormatException>(() => new VariableExpansion('\\').Expand(word, Values.GetValueOrDefault)).Message, StringComparison.Ordinal);

    /// <summary>As BuildKit 0.12 shows them.</summary>
    [Theory]
    [InlineData("""RUN echo "$A" '$A' $NONE ${NONE:-x} \$A "q$WORDS" $(ls)""", """RUN echo "one" '$A' $NONE ${NONE:-x} $A "qx y" $(ls)""")]
    [InlineData("RUN echo it's", "RUN echo it's")]
    [InlineData("COPY x ${A}/${B}/y", "COPY x one//y")]
    public void A_step_is_shown_as(string text, string shown) => Assert.Equal(shown, new VariableExpansion('\\').Show(text, Values.GetValueOrDefault));

    [Fact]
    public void Variables_without_a_value_are_told() => Assert.Equal(["X", "Y"], new VariableExpansion('\\').Expand("$X${Y}$A", Values.GetValueOrDefault).Unset);
}
