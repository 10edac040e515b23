using Gantry.Server.Configuration;
using Gantry.Server.Hosting;
using Gantry.Spec;
using Microsoft.Extensions.Logging;

namespace Gantry.Tests.Server;

public sealed class ConfigurationTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("gantry-config-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void Flags_and_file_are_one_configuration()
    {
        var options = CommandLine.Parse(
            ["-H", "unix:///a.sock", "--data-root=/d/../e", "-D", "--config-file", File("""{"exec-root":"/x","insecure-registries":["a:1","b"]}""")]);
        Assert.Equal(("/a.sock", "/e", "/x", LogLevel.Debug), (options.Hosts.Single().Path, options.DataRoot, options.ExecRoot, options.LogLevel));
        Assert.Equal(["a:1", "b"], options.InsecureRegistries);
    }

    [Fact]
    public void The_socket_is_in_the_exec_root_unless_said_otherwise() =>
        Assert.Equal("/x/gantry.sock", CommandLine.Parse(["--exec-root", "/x", "--config-file", File("{}")]).Hosts.Single().Path);

    [Theory]
    [InlineData("unknown flag: --frobnicate (gantryd --help lists all)", "--frobnicate")]
    [InlineData("flag needs a value: --data-root", "--data-root")]
    [InlineData("invalid data-root \"rel\": an absolute path is needed", "--data-root", "rel")]
    [InlineData("invalid log level \"loud\": debug, info, warn, error or fatal", "-l", "loud")]
    [InlineData("invalid host \"http://x\": unix:///path and tcp://address:port are supported", "-H", "http://x")]
    [InlineData("unexpected argument \"serve\"", "serve")]
    public void A_wrong_flag_is_named(string message, params string[] arguments) =>
        Assert.Equal(message, Assert.Throws<InvalidArgumentException>(() => CommandLine.Parse(arguments)).Message);

    [Theory]
    [InlineData("""{"frobnicate":1}""", "the directive \"frobnicate\" is not supported")]
    [InlineData("""{"data-root":{}}""", "the value of \"data-root\" must be a string, a number, true, false or a list of them")]
    [InlineData("""[1]""", "is not a JSON object of settings")]
    [InlineData("""{"data-root":""", "is not a JSON object of settings")]
    [InlineData("""{"data-root":"/y"}""", "data-root is given both as a flag and in the configuration file as \"data-root\"")]
    public void A_wrong_file_is_named(string json, string message) =>
        Assert.Contains(
            message,
            Assert.Throws<InvalidArgumentException>(() => CommandLine.Parse(["--data-root", "/x", "--config-file", File(json)])).Message,
            StringComparison.Ordinal);

    [Fact]
    public void A_second_daemon_on_the_same_data_is_refused()
    {
        var root = Path.Combine(_directory, "data");
        using (DataRootLock.Take(root))
        {
            var refusal = Assert.Throws<ConflictException>(() => DataRootLock.Take(root));
            Assert.StartsWith($"another gantryd works on {root}", refusal.Message, StringComparison.Ordinal);
        }

        DataRootLock.Take(root).Dispose();
    }

    private string File(string json)
    {
        var path = Path.Combine(_directory, "daemon.json");
        System.IO.File.WriteAllText(path, json);
        return path;
    }
}
