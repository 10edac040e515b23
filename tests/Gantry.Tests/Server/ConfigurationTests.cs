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

    [Theory]
    [InlineData("""{"builder":{"gc":{"enabled":true,"defaultKeepStorage":"20GB"}}}""", "20000000000 0 False ;20000000000 0 True ")]
    [InlineData("""{"builder":{"gc":{"enabled":false,"defaultKeepStorage":"20GB"}}}""", "")]
    [InlineData("""{"builder":{"gc":{"policy":[{"keepStorage":"512MB","filter":["unused-for=48h","type=regular"]},{"minFreeSpace":"1GB","all":true}]}}}""", "512000000 0 False type=regular until=48h;0 1000000000 True ")]
    [InlineData("""{"builder-gc":"x"}""", "the directive \"builder-gc\" is not supported")]
    [InlineData("""{"builder":{"Entitlements":{"security-insecure":true},"GC":{"defaultKeepStorage":"1MB"}}}""", "1000000 0 False ;1000000 0 True ")]
    [InlineData("""{"builder":{"workers":{}}}""", "the directive \"builder.workers\" is not supported")]
    public void The_build_cache_has_policies(string json, string policies)
    {
        try
        {
            Assert.Equal(policies, string.Join(';', CommandLine.Parse(["--config-file", File(json)]).BuildCachePolicies.Select(policy =>
                $"{policy.Keep} {policy.Free} {policy.All} {string.Join(' ', policy.Filters.Keys.Order().Select(key => $"{key}={policy.Filters[key][0]}"))}")));
        }
        catch (InvalidArgumentException e)
        {
            Assert.EndsWith(policies, e.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void The_socket_is_in_the_exec_root_unless_said_otherwise() =>
        Assert.Equal("/x/gantry.sock", CommandLine.Parse(["--exec-root", "/x", "--config-file", File("{}")]).Hosts.Single().Path);

    [Theory]
    [InlineData("unknown flag: --frobnicate (gantryd --help lists all)", "--frobnicate")]
    [InlineData("flag needs a value: --data-root", "--data-root")]
    [InlineData("invalid data-root \"rel\": an absolute path is needed", "--data-root", "rel")]
    [InlineData("invalid log level \"loud\": debug, info, warn, error or fatal", "-l", "loud")]
    [InlineData("invalid host \"http://x\": unix:///path, tcp://address:port and fd:// are supported", "-H", "http://x")]
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
    public void Containers_have_dockers_settings()
    {
        var containers = CommandLine.Parse(
        [
            "--default-shm-size", "1.5G", "--config-file",
            File("""{"default-ulimits":{"nofile":{"Name":"nofile","Hard":64000,"Soft":1000}},"default-ipc-mode":"shareable","no-new-privileges":true,"cgroup-parent":"/p"}"""),
        ]).Containers;
        Assert.Equal((1536L << 20, "shareable", true, "/p"), (containers.ShmSize, containers.IpcMode, containers.NoNewPrivileges, containers.CgroupParent));
        Assert.Equal(("nofile", 1000, 64000), (containers.Ulimits[0].Name, containers.Ulimits[0].Soft, containers.Ulimits[0].Hard));
    }

    [Fact]
    public void Tls_has_dockers_port_and_files()
    {
        var options = CommandLine.Parse(["-H", "tcp://127.0.0.1", "--tlsverify", "--tlscacert", "/ca", "--config-file", File("{}")]);
        Assert.Equal("tcp://127.0.0.1:2376", options.Hosts.Single().ToString());
        Assert.Equal((true, true, "/ca"), (options.Tls.IsOn, options.Tls.Verifies, options.Tls.Authority));
        Assert.Equal("tcp://127.0.0.1:2375", CommandLine.Parse(["-H", "tcp://localhost:2375", "--config-file", File("{}")]).Hosts.Single().ToString().Replace("[::1]", "127.0.0.1", StringComparison.Ordinal));
        Assert.Equal("fd://", CommandLine.Parse(["-H", "fd://", "--config-file", File("{}")]).Hosts.Single().ToString());
        Assert.Contains("cannot be read", Assert.Throws<InvalidArgumentException>(() => (options.Tls with { Certificate = "/none" }).Load()).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{}""", "/etc/cdi,/var/run/cdi")]
    [InlineData("""{"cdi-spec-dirs":["/a","/b"]}""", "/a,/b")]
    [InlineData("""{"cdi-spec-dirs":[]}""", "")]
    [InlineData("""{"cdi-spec-dirs":[""]}""", "")]
    [InlineData("""{"cdi-spec-dirs":["/a"],"features":{"cdi":false}}""", "")]
    public void Devices_are_described_where_it_says(string json, string directories) =>
        Assert.Equal(directories, string.Join(',', CommandLine.Parse(["--config-file", File(json)]).ForEngine("/runtime").DeviceDirectories));

    [Theory]
    [InlineData("""{"storage-driver":"overlay2","exec-opts":["native.cgroupdriver=cgroupfs"],"iptables":true,"features":{"buildkit":true},"userland-proxy":false,"live-restore":true}""")]
    [InlineData("""{"default-network-opts":{"bridge":{"com.docker.network.driver.mtu":"1400"}},"bip6":"fd00::1/64","fixed-cidr-v6":"fd00::/80","ipv6":true}""")]
    public void What_is_so_anyway_may_be_said(string json) => CommandLine.Parse(["--config-file", File(json)]);

    [Theory]
    [InlineData("""{"storage-driver":"btrfs"}""", "storage-driver \"btrfs\" is not supported: layers are overlays here; leave it out, or say overlay2")]
    [InlineData("""{"exec-opts":["native.cgroupdriver=systemd"]}""", "exec-opts \"native.cgroupdriver=systemd\" is not supported: cgroups are made without systemd; leave it out, or say native.cgroupdriver=cgroupfs")]
    [InlineData("""{"userns-remap":"default"}""", "userns-remap \"default\" is not supported: containers have the users of the host; leave it out")]
    [InlineData("""{"features":{"frob":true}}""", "features \"frob=true\" is not supported: there are buildkit, cdi and containerd-snapshotter, each true or false; leave it out")]
    [InlineData("""{"runtimes":{"kata":{"runtimeType":"io.containerd.kata.v2"}}}""", "runtime kata: runtimeType io.containerd.kata.v2 is a shim of containerd, which is not here; give the path of an OCI runtime")]
    [InlineData("""{"runtimes":{"mine":{}}}""", "runtime mine: either a runtimeType or a path must be configured")]
    [InlineData("""{"runtimes":{"mine":{"path":"/mine","options":{}}}}""", "runtime mine: options cannot be used with a path runtime")]
    [InlineData("""{"runtimes":{"mine":{"path":"/mine","runtimeArgs":["a",1]}}}""", "runtime mine: runtimeArgs must be a list of strings, not [\"a\",1]")]
    [InlineData("""{"runtimes":{"runc":{"path":"/mine"}}}""", "runtime name 'runc' is reserved: it means gantry-runtime")]
    [InlineData("""{"runtimes":{"a/b":{"path":"/mine"}}}""", "invalid runtime \"a/b={\"path\":\"/mine\"}\": name=path is needed, the name without a slash")]
    [InlineData("""{"default-runtime":"mine"}""", "specified default runtime 'mine' does not exist")]
    [InlineData("""{"default-ulimits":{"nofile":{"Hard":1}}}""", "invalid default-ulimits: \"nofile\" needs \"Soft\" and \"Hard\"")]
    [InlineData("""{"default-shm-size":"lots"}""", "invalid default-shm-size \"lots\": a size such as 64m or 1g is needed")]
    [InlineData("""{"log-format":"xml"}""", "invalid log format \"xml\": text or json")]
    public void What_cannot_be_had_is_refused_with_the_reason(string json, string message) =>
        Assert.Equal(message, Assert.ThrowsAny<GantryException>(() => CommandLine.Parse(["--config-file", File(json)])).Message);

    [Fact]
    public void Runtimes_have_dockers_settings()
    {
        var told = CommandLine.Parse(["--add-runtime", "mine=/mine", "--default-runtime=mine"]).Runtimes;
        Assert.Equal(("mine", "/mine"), (told.Default, told.Named["mine"].Path));
        // As NVIDIA's toolkit writes it.
        var written = CommandLine.Parse(["--config-file", File("""{"runtimes":{"nvidia":{"args":[],"path":"nvidia-container-runtime"},"traced":{"path":"runc","runtimeArgs":["--debug"]}},"default-runtime":"io.containerd.runc.v2"}""")]).Runtimes;
        Assert.Equal("nvidia-container-runtime", written.Named["nvidia"].Path);
        Assert.Equal(["--debug"], written.Named["traced"].Arguments);
    }

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
