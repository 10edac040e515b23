using System.Text;
using System.Text.Json;
using Gantry.Spec.Templates;

namespace Gantry.Tests.Cli;

public sealed class TemplateTests
{
    private const string Data = """{"Name":"web","Size":42,"Ratio":1.5,"Up":true,"Tags":["a","b"],"Labels":{"z":"1","k":"<v>"},"None":null,"State":{"Pid":7}}""";

    [Theory]
    [InlineData("{{.Name}}", "web")]
    [InlineData("{{.Size}} {{.Ratio}} {{.Up}} {{.None}}", "42 1.5 true <nil>")]
    [InlineData("{{.State.Pid}}", "7")]
    [InlineData("{{.Tags}} {{.Labels}}", "[a b] map[k:<v> z:1]")]
    [InlineData("{{json .Tags}} {{json .Labels}} {{json .Name}}", """["a","b"] {"z":"1","k":"<v>"} "web" """)]
    [InlineData("{{if and .Up (eq .Size 42)}}yes{{else}}no{{end}}", "yes")]
    [InlineData("{{if not .Up}}a{{else if gt .Size 41}}b{{else}}c{{end}}", "b")]
    [InlineData("{{range .Tags}}<{{.}}>{{end}}", "<a><b>")]
    [InlineData("{{range $i, $t := .Tags}}{{$i}}={{$t}};{{end}}", "0=a;1=b;")]
    [InlineData("{{range $k, $v := .Labels}}{{$k}}={{$v}} {{end}}", "k=<v> z=1 ")]
    [InlineData("{{range .Tags}}{{if eq . \"b\"}}{{break}}{{end}}{{.}}{{end}}", "a")]
    [InlineData("{{with .State}}{{.Pid}}{{end}}{{with .None}}x{{else}}y{{end}}", "7y")]
    [InlineData("{{$x := .Name}}{{$x | upper}} {{$.Size}}", "WEB 42")]
    [InlineData("{{index .Labels \"z\"}} {{index .Tags 1}} {{len .Tags}} {{slice .Name 1}}", "1 b 2 eb")]
    [InlineData("{{printf \"%-5s|%5d|%05d|%q|%v|%x|%.1f%%\" .Name 42 42 .Name .Up 255 .Ratio}}", "web  |   42|00042|\"web\"|true|ff|1.5%")]
    [InlineData("{{print 1 2 \"a\" \"b\" 3}} {{println .Name}}", "1 2ab3 web\n")]
    [InlineData("{{join .Tags \"-\"}} {{split \"a,b\" \",\"}} {{title \"ab cd\"}} {{pad .Name 1 2}} {{truncate .Name 2}}", "a-b [a b] Ab Cd  web   we")]
    [InlineData("a {{- /* gone */ -}} b{{- .Name -}} c", "abwebc")]
    [InlineData("{{define \"t\"}}[{{.}}]{{end}}{{template \"t\" .Name}}", "[web]")]
    [InlineData("{{`raw`}} {{\"\\t\\\"\"}} {{'a'}} {{true}} {{0x10}}", "raw \t\" 97 true 16")]
    [InlineData("{{eq .Name \"a\" \"web\"}} {{ne 1 2}} {{le 2 2}} {{or .None .Name}}", "true true true web")]
    public void Templates_give_what_Go_gives(string template, string expected) => Assert.Equal(expected.TrimEnd(' '), Run(template).TrimEnd(' '));

    [Theory]
    [InlineData("""{"80/tcp":[{"HostIp":"::","HostPort":"80"}]}""", "map[80/tcp:[{:: 80}]]")]
    [InlineData("""{"90/udp":null,"80/tcp":null}""", "map[80/tcp:[] 90/udp:[]]")]
    [InlineData("""{"90/tcp":{}}""", "map[90/tcp:{}]")]
    [InlineData("""[{"Type":"bind","Source":"/a","Destination":"/b","Mode":"","RW":true,"Propagation":"rprivate"}]""", "[{bind  /a /b   true rprivate}]")]
    [InlineData("""{"MaximumRetryCount":0,"Name":"no"}""", "{no 0}")]
    [InlineData("""[{"Subnet":"10.0.0.0/8","Gateway":"10.0.0.1"}]""", "[{10.0.0.0/8  10.0.0.1 map[]}]")]
    [InlineData("""{"HostIp":"a","HostPort":"b","HostName":"c"}""", "map[HostIp:a HostName:c HostPort:b]")]
    public void Structs_of_inspect_are_printed_without_names(string json, string expected)
    {
        using var document = JsonDocument.Parse(json);
        Assert.Equal(expected, Values.Print(Values.From(document.RootElement)));
    }

    [Theory]
    [InlineData("{{.Name", "template: :1: unclosed action")]
    [InlineData("{{nosuch .Name}}", "template: :1: function \"nosuch\" not defined")]
    [InlineData("{{end}}", "template: :1: unexpected {{end}}")]
    [InlineData("{{if .Name}}", "template: :1: unexpected EOF")]
    [InlineData("{{$x}}", "template: :1: undefined variable \"$x\"")]
    [InlineData("{{}}", "template: :1: missing value for command")]
    [InlineData("{{.Foo}}", "template: :1:2: executing \"\" at <.Foo>: map has no entry for key \"Foo\"")]
    [InlineData("{{.Name.Foo}}", "template: :1:7: executing \"\" at <.Name.Foo>: can't evaluate field Foo in type string")]
    [InlineData("a\n{{.Foo}}", "template: :2:2: executing \"\" at <.Foo>: map has no entry for key \"Foo\"")]
    public void A_wrong_template_is_refused_in_Gos_words(string template, string message) =>
        Assert.Equal(message, Assert.Throws<TemplateException>(() => Run(template)).Message);

    [Theory]
    [InlineData("{{.Entrypoint}}{{.Volumes}}{{.Healthcheck}}", "[]map[]<nil>")]
    public void Fields_that_the_JSON_leaves_out_print_as_Gos_zero_values(string template, string expected) => Assert.Equal(expected, Run(template));

    private static string Run(string template)
    {
        var text = new StringBuilder();
        Template.Parse(template).Execute(Values.From(JsonDocument.Parse(Data).RootElement), text, missingKeyIsError: true);
        return text.ToString();
    }
}
