using Gantry.Cli.Hosts;
using Gantry.Cli.Run;

namespace Gantry.Tests.Cli;

public sealed class ConfigFileTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("gantry-config-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void Proxies_of_a_daemon_go_before_those_of_all_and_what_is_given_before_both()
    {
        Write("""{"proxies":{"default":{"httpProxy":"http://all:1","noProxy":"here"},"tcp://own:2375":{"httpProxy":"http://own:1"}}}""");
        Assert.Equal(["HTTP_PROXY=http://own:1", "http_proxy=http://own:1"], Variables("tcp://own:2375"));
        Assert.Equal(["HTTP_PROXY=http://all:1", "http_proxy=http://all:1", "NO_PROXY=here", "no_proxy=here"], Variables("unix:///other"));
        Assert.Equal(["http_proxy=mine", "A=b", "HTTP_PROXY=http://own:1"], KeyValues.WithDefaults(["http_proxy=mine", "A=b"], Config.ProxyVariables("tcp://own:2375")));
    }

    [Fact]
    public void The_current_context_is_kept_beside_what_else_is_there()
    {
        Write("""{"psFormat":"table","aliases":{"builder":"buildx"}}""");
        Config.KeepContext("aa");
        Assert.Equal(("aa", "table", "buildx"), (Config.CurrentContext, Config.Text("psFormat"), Config.Alias("builder")));
        Config.KeepContext("default");
        Assert.Null(Config.CurrentContext);
        Assert.Equal("{\n\t\"psFormat\": \"table\",\n\t\"aliases\": {\n\t\t\"builder\": \"buildx\"\n\t},\n\t\"auths\": {}\n}", File.ReadAllText(Config.Path));
    }

    [Fact]
    public void One_that_cannot_be_read_is_not_written()
    {
        Write("{");
        Assert.StartsWith("it is not JSON at line 1", Config.Damage, StringComparison.Ordinal);
        Assert.Contains("is not written", Assert.Throws<InvalidDataException>(() => Config.KeepContext("aa")).Message, StringComparison.Ordinal);
        Assert.Equal("{", File.ReadAllText(Config.Path));
    }

    [Fact]
    public void Headers_that_would_break_a_request_are_refused()
    {
        Write("""{"HttpHeaders":{"X-A":"b"}}""");
        Assert.Equal([KeyValuePair.Create("X-A", "b")], CustomHeaders.Of(Config));
        Write("""{"HttpHeaders":{"X-A":"b\r\nHost: other"}}""");
        Assert.Throws<Gantry.Cli.CommandLine.CommandLineException>(() => CustomHeaders.Of(Config).ToList());
    }

    private ConfigFile Config => ConfigFile.Read(_directory);

    private void Write(string json) => File.WriteAllText(Path.Combine(_directory, "config.json"), json);

    private IEnumerable<string> Variables(string host) => Config.ProxyVariables(host).Select(variable => $"{variable.Key}={variable.Value}");
}
