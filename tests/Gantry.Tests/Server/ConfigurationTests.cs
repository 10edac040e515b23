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
    public void Log_options_are_an_object_in_the_file_and_pairs_as_flags()
    {
        var file = CommandLine.Parse(["--config-file", File("""{"log-driver":"local","log-opts":{"max-size":"5m","compress":false}}""")]).LogConfig;
        var flags = CommandLine.Parse(["--log-driver", "local", "--log-opt", "max-size=5m", "--log-opt=compress=false", "--config-file", File("{}")]).LogConfig;
        Assert.Equal(new Dictionary<string, string> { ["max-size"] = "5m", ["compress"] = "false" }, file.Config);
        Assert.Equal(file.Config, flags.Config);
        Assert.Equal(("local", "local"), (file.Type, flags.Type));
        var failure = Assert.Throws<InvalidArgumentException>(() => CommandLine.Parse(["--log-opt", "nope=1", "--config-file", File("{}")]));
        Assert.Equal("failed to set log opts: unknown log opt 'nope' for json-file log driver", failure.Message);
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
    [InlineData("invalid disk-budget \"lots\": a size such as 20GB or 20GiB is needed, or a share of the disk such as 80%", "--disk-budget", "lots")]
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

    [Theory]
    [InlineData("\"20GB\"", 20_000_000_000)]
    [InlineData("1000000", 1_000_000)]
    [InlineData("\"80%\"", 80)]
    public void The_disk_budget_is_a_key_too(string value, long bytes) =>
        Assert.Equal(bytes, CommandLine.Parse(["--config-file", File($$"""{"disk-budget":{{value}}}""")]).DiskBudget!.BytesOf(100));

    [Fact]
    public void Networks_have_dockers_settings()
    {
        var networks = CommandLine.Parse(
        [
            "--bip", "10.5.0.1/24", "--icc=false", "--default-address-pool", "base=10.200.0.0/16,size=24",
            "--config-file", File("""{"dns":["1.1.1.1","9.9.9.9"],"mtu":1400,"ip-masq":false,"host-gateway-ips":["192.0.2.1"]}"""),
        ]).Networks;
        Assert.Equal(("10.5.0.1", 24), (networks.BridgeAddress!.Value.Address.ToString(), networks.BridgeAddress.Value.Length));
        Assert.Equal(("10.200.0.0/16", 24), (networks.AddressPools[0].Base.ToString(), networks.AddressPools[0].Size));
        Assert.Equal((false, false, 1400), (networks.InterContainer, networks.Masquerade, networks.Mtu));
        Assert.Equal(["1.1.1.1", "9.9.9.9"], networks.Dns);
        Assert.Equal("192.0.2.1", networks.HostGateways.Single().ToString());
    }

    [Theory]
    [InlineData("invalid bip \"10.5.0.1\": an address and its subnet's length are needed, as in 172.20.0.1/16", "--bip", "10.5.0.1")]
    [InlineData("invalid mtu \"40\": a number from 68 to 65535 is needed, or 0 for the default", "--mtu", "40")]
    [InlineData("invalid dns \"here\": an IP address is needed", "--dns", "here")]
    [InlineData("invalid default-address-pool \"10.0.0.0/8\": base=<subnet>,size=<length of the subnets cut from it> is needed", "--default-address-pool", "10.0.0.0/8")]
    [InlineData("invalid default-address-pool \"base=10.0.0.0/16,size=8\": base=<subnet>,size=<length of the subnets cut from it> is needed", "--default-address-pool", "base=10.0.0.0/16,size=8")]
    public void A_wrong_network_setting_is_named(string message, params string[] arguments) =>
        Assert.Equal(message, Assert.Throws<InvalidArgumentException>(() => CommandLine.Parse(arguments)).Message);

    [Fact]
    public void Address_pools_in_the_file_are_objects() =>
        Assert.Equal(
            [("10.201.0.0/16", 26), ("fd00::/48", 64)],
            CommandLine.Parse(["--config-file", File("""{"default-address-pools":[{"base":"10.201.0.0/16","size":26},{"base":"fd00::/48","size":64}]}""")])
                .Networks.AddressPools.Select(pool => (pool.Base.ToString(), pool.Size)));

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
