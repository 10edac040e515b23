using CsCheck;
using Gantry.Cli.Bake;
using Gantry.Cli.Hcl;
using Gantry.Cli.Hcl.Functions;
using Gantry.Cli.Hcl.Syntax;

namespace Gantry.Tests.Bake;

public sealed class HclTests
{
    [Theory]
    [InlineData("1 + 2 * 3", "7")]
    [InlineData("-2 - -3", "1")]
    [InlineData("!true || 1 < 2 && 2 >= 2", "true")]
    [InlineData("10 % 4 == 2 ? \"y\" : \"n\"", "\"y\"")]
    [InlineData("\"a${1}b\"", "\"a1b\"")]
    [InlineData("\"${[1]}\"", "[1]")]
    [InlineData("\"$HOME $${x}\"", "\"$HOME ${x}\"")]
    [InlineData("{ a = 1, \"b\": 2, (upper(\"c\")) = 3 }", "{\"C\":3,\"a\":1,\"b\":2}")]
    [InlineData("[for v in [3, 1] : v * 2 if v > 1]", "[6]")]
    [InlineData("{ for k, v in { x = 1 } : v => k }", "{\"1\":\"x\"}")]
    [InlineData("[[1, 2], [3]][0][1]", "2")]
    [InlineData("[{ a = { b = 1 } }, { a = { b = 2 } }][*].a.b", "[1,2]")]
    [InlineData("null[*]", "[]")]
    [InlineData("\"x\"[*]", "[\"x\"]")]
    [InlineData("{ a = [[7]] }.a.0.0", "7")]
    [InlineData("try({}.a, [][0], 5)", "5")]
    [InlineData("parseint(\"-zz\", 36)", "-1295")]
    [InlineData("cidrsubnet(\"fd00::/48\", 16, 10)", "\"fd00:0:0:a::/64\"")]
    [InlineData("cidrhost(\"10.1.0.0/16\", -1)", "\"10.1.255.255\"")]
    [InlineData("substr(\"hello\", -3, -1)", "\"llo\"")]
    [InlineData("range(5, 1, -2)", "[5,3]")]
    [InlineData("setproduct([\"a\"], [1, 2])", "[[\"a\",1],[\"a\",2]]")]
    [InlineData("formattimestamp(\"YYYY\", 0)", "\"1970\"")]
    [InlineData("timeadd(\"2024-02-28T23:00:00+01:00\", \"-1h\")", "\"2024-02-28T22:00:00+01:00\"")]
    [InlineData("formatdate(\"D MMM 'o''clock' h:mm aa ZZZZZ\", \"2024-02-08T03:04:05+02:30\")", "\"8 Feb o'clock 3:04 am +02:30\"")]
    [InlineData("regex(\"(?P<major>[0-9]+)[.](?P<minor>[0-9]+)\", \"v1.23\")", "{\"major\":\"1\",\"minor\":\"23\"}")]
    [InlineData("regex_replace(\"abc\", \"(b)\", \"[$1]\")", "\"a[b]c\"")]
    [InlineData("convert([\"1\", 2], list(number))", "[1,2]")]
    public void An_expression_is_worth(string expression, string json) => Assert.Equal(json, HclJsonText.Of(Evaluate(expression)));

    [Theory]
    [InlineData("1 +", "a value is needed")]
    [InlineData("[1, 2", "a list needs ]")]
    [InlineData("\"${1\"", "needs }")]
    [InlineData("upper(1, 2)", "upper takes 1 argument, and gets 2")]
    [InlineData("[][0]", "the list has no element 0")]
    [InlineData("79228162514264337593543950335 * 2", "more digits")]
    [InlineData("{ for v in [1, 1] : v => v }", "the key 1 comes twice")]
    [InlineData("if", "there is no variable named if")]
    public void What_has_no_value_says_why(string expression, string reason) =>
        Assert.Contains(reason, Assert.Throws<HclException>(() => Evaluate(expression)).Message, StringComparison.Ordinal);

    /// <summary>Whatever a file has in it, it is read, or refused with a place in it.</summary>
    [Fact]
    public void Any_text_is_read_or_refused()
    {
        string[] words = ["target", "\"a\"", "{", "}", "=", "[", "]", "(", ")", "\n", "\"${", "}\"", "%{", "if", "for", "in", ":", "=>", "...", "<<E\n", "E", "1", ".", ",", "?", "\"", "\\", "x", " ", "#", "/*", "*", "~"];
        Gen.Int[0, words.Length - 1].Array[0, 30].Sample(parts =>
        {
            try
            {
                HclParser.Parse("f", string.Concat(parts.Select(part => words[part])));
            }
            catch (HclException e)
            {
                Assert.StartsWith("f:", e.Message, StringComparison.Ordinal);
            }
        });
    }

    private static HclValue Evaluate(string expression) => HclParser.ParseExpression(new("f", 1, 1), expression).Evaluate(new BakeScope([], new() { Directory = "/", Environment = new Dictionary<string, string>() }));
}
