using Gantry.Engine.Containers;
using Gantry.Engine.Logs.Drivers;
using Gantry.Engine.Validation;
using Gantry.Spec;
using Gantry.Spec.Engine;

namespace Gantry.Tests.Engine;

public sealed class ValidationTests
{
    private static readonly HostConfig Good = new() { NetworkMode = "none" };

    public static TheoryData<HostConfig, string> Refused => new()
    {
        { Good with { NetworkMode = "container:" }, "invalid container format" },
        { Good with { NetworkMode = "host", Links = ["db"] }, "host type networking can't be used with links" },
        { Good with { NetworkMode = "container:1", PortBindings = new() { ["80/tcp"] = [] } }, "port publishing and the container type network mode" },
        { Good with { PortBindings = new() { ["80/tcp"] = [new() { HostPort = "x" }] } }, "invalid port specification: \"x\"" },
        { Good with { RestartPolicy = new() { Name = "sometimes" } }, "unknown policy 'sometimes'" },
        { Good with { RestartPolicy = new() { Name = "always", MaximumRetryCount = 3 } }, "maximum retry count" },
        { Good with { AutoRemove = true, RestartPolicy = new() { Name = "always" } }, "can't create 'AutoRemove' container with restart policy" },
        { Good with { Memory = 1024 }, "Minimum memory limit allowed is 6MB" },
        { Good with { MemorySwap = 10 << 20 }, "You should always set the Memory limit" },
        { Good with { OomScoreAdj = 2000 }, "Invalid value 2000" },
        { Good with { CapAdd = ["FLY"] }, "unknown capability: \"CAP_FLY\"" },
        { Good with { PidMode = "mine" }, "invalid PID mode: mine" },
        { Good with { IpcMode = "mine" }, "invalid IPC mode: mine" },
        { Good with { UTSMode = "mine" }, "invalid UTS mode: mine" },
        { Good with { LogConfig = new() { Type = "awslogs" } }, "no log driver named 'awslogs'" },
        { Good with { LogConfig = new() { Config = new() { ["max-lines"] = "1" } } }, "unknown log opt 'max-lines'" },
        { Good with { Runtime = "kata" }, "unknown or invalid runtime name: kata" },
        { Good with { Isolation = "hyperv" }, "invalid isolation: \"hyperv\" - linux only supports 'default'" },
        { Good with { CpusetCpus = "0-8000" }, "Requested CPUs are not available - requested 0-8000, available: " },
        { Good with { CpusetMems = "3-1" }, "Invalid value 3-1 for cpuset mems" },
        { Good with { CpuCount = 1 }, "CpuCount" },
        { Good with { Sysctls = new() { ["vm.swappiness"] = "1" } }, "vm.swappiness" },
        { Good with { NetworkMode = "host", Sysctls = new() { ["net.ipv4.ip_forward"] = "1" } }, "host network namespace" },
        { Good with { SecurityOpt = ["apparmor=mine"] }, "apparmor=mine" },
        { Good with { SecurityOpt = ["what"] }, "invalid --security-opt" },
        { Good with { Ulimits = [new() { Name = "wings" }] }, "invalid ulimit type: wings" },
        { Good with { DeviceCgroupRules = ["nonsense"] }, "nonsense" },
        { Good with { ExtraHosts = ["db"] }, "bad format for add-host: \"db\"" },
        { Good with { ExtraHosts = ["db:nowhere"] }, "nowhere" },
        { Good with { Dns = ["nowhere"] }, "nowhere" },
        { Good with { BlkioWeight = 5 }, "from 10 to 1000" },
        { Good with { NanoCpus = 1_000_000_000_000 }, "range of CPUs" },
    };

    [Theory]
    [MemberData(nameof(Refused), DisableDiscoveryEnumeration = true)]
    public void Is_refused_by_name(HostConfig host, string part)
    {
        var failure = Assert.ThrowsAny<GantryException>(() => HostRules.Check(host, new(), new(), new(), new()));
        Assert.Contains(part, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_plain_request_passes_without_a_warning() => Assert.Empty(HostRules.Check(Good, new(), new(), new(), new()));

    [Fact]
    public void What_does_nothing_is_a_warning()
    {
        Assert.Contains("OOM killer is disabled", Assert.Single(HostRules.Check(Good with { OomKillDisable = true }, new(), new(), new(), new())), StringComparison.Ordinal);
        Assert.Contains("kernel memory", Assert.Single(HostRules.Check(Good with { KernelMemory = 50_000_000 }, new(), new(), new(), new())), StringComparison.Ordinal);
    }

    [Fact]
    public void Published_ports_without_a_network_are_a_warning() =>
        Assert.Single(HostRules.Check(Good with { PortBindings = new() { ["80/tcp"] = [] } }, new(), new(), new(), new()));

    [Theory]
    [InlineData("overlay2.size=10G", 10L << 30)]
    [InlineData("OVERLAY2.SIZE = 0", 0L)]
    [InlineData("overlay2.override_kernel_check=1", null)]
    public void Storage_options_of_the_daemon_are_read_as_docker_reads_them(string option, long? size) =>
        Assert.Equal(size, StorageOptions.ReadDefault(option));

    [Theory]
    [InlineData("size=1G", "overlay2: unknown option size")]
    [InlineData("size", "Unable to parse key/value option: size")]
    [InlineData("overlay2.size=x", "invalid size: 'x'")]
    public void Storage_options_of_the_daemon_are_refused_in_dockers_words(string option, string message) =>
        Assert.Equal(message, Assert.Throws<InvalidArgumentException>(() => StorageOptions.ReadDefault(option)).Message);

    [Theory]
    [InlineData("10m", 10_000_000)]
    [InlineData("1.5k", 1500)]
    [InlineData("1 MiB", 1_000_000)]
    [InlineData("7", 7)]
    public void Log_sizes_are_read_as_docker_reads_them(string text, long bytes) =>
        Assert.Equal(bytes, new DriverOptions(new Dictionary<string, string> { ["max-size"] = text }).FileSize("max-size", 0));

    [Theory]
    [InlineData("KILL", 9)]
    [InlineData("sigterm", 15)]
    [InlineData("9", 9)]
    [InlineData("SIGRTMIN+3", 37)]
    public void Signals_have_names_and_numbers(string text, int number) => Assert.Equal(number, SignalName.Parse(text));

    [Theory]
    [InlineData("")]
    [InlineData("SIGNONE")]
    [InlineData("0")]
    [InlineData("65")]
    [InlineData("RTMIN+99")]
    public void Unknown_signals_are_named(string text) =>
        Assert.Equal($"invalid signal: {text}", Assert.Throws<InvalidArgumentException>(() => SignalName.Parse(text)).Message);

    [Theory]
    [InlineData("a")]
    [InlineData("-ab")]
    [InlineData("a b")]
    [InlineData("a/b")]
    public void Bad_names_are_refused(string name) => Assert.Throws<InvalidArgumentException>(() => ContainerName.Require(name));

    [Fact]
    public void Generated_names_are_valid_and_free()
    {
        var seen = new HashSet<string>();
        for (var i = 0; i < 2000; i++)
        {
            var name = NameGenerator.Next(seen.Contains);
            Assert.True(ContainerName.IsValid(name), name);
            Assert.True(seen.Add(name));
        }
    }
}
