using Gantry.Engine;
using Gantry.Engine.Logs.Drivers;
using Gantry.Spec;
using Gantry.Spec.Engine;

namespace Gantry.Tests.Engine;

public sealed class LogDriverTests
{
    private static readonly EnginePaths Paths = new(new() { DataRoot = "/data", ExecRoot = "/exec", RuntimePath = "/runtime", Version = "1" });

    [Theory]
    [InlineData("{{.ID}}/{{.FullID}}", "aaaaaaaaaaaa/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    [InlineData("{{.Name}}|{{.ImageName}}|{{.ImageID}}|{{.DaemonName}}|{{.Command}}", "web|nginx:1|bbbbbbbbbbbb|docker|sh -c x")]
    [InlineData("{{upper .Name}}-{{index .ContainerLabels \"tier\"}}", "WEB-front")]
    [InlineData("{{(.ExtraAttributes nil).REGION}}", "north")]
    [InlineData("plain", "plain")]
    public void Tags_are_templates(string tag, string expected) =>
        Assert.Equal(expected, Plan(new() { Type = "json-file", Config = new() { ["tag"] = tag, ["env"] = "REGION" } }).Attributes!["tag"]);

    [Fact]
    public void Labels_and_variables_are_selected_by_name_and_by_expression()
    {
        var plan = Plan(new() { Type = "local", Config = new() { ["labels"] = "tier,none", ["labels-regex"] = "^com\\.", ["env-regex"] = "^RE" } });
        Assert.Equal(new Dictionary<string, string> { ["tier"] = "front", ["com.x"] = "1", ["REGION"] = "north" }, plan.Attributes);
        Assert.Equal(("/data/containers/" + new string('a', 64) + "/local-logs/container.log", 20_000_000, 5, true), (plan.File!.Path, plan.File.MaxSize, plan.File.MaxFiles, plan.File.Compress));
    }

    [Theory]
    [InlineData("udp://logs:9000", "udp", "logs", 9000)]
    [InlineData("tcp://[::1]", "tcp", "::1", 514)]
    [InlineData("tcp+tls://logs.example.com:6514", "tls", "logs.example.com", 6514)]
    public void Addresses_of_syslog(string address, string transport, string host, int port)
    {
        var receiver = Plan(new() { Type = "syslog", Config = new() { ["syslog-address"] = address, ["syslog-facility"] = "local3" } }).Receiver!;
        Assert.Equal((transport, host, port, 19), (receiver.Transport, receiver.Host, receiver.Port, receiver.Facility));
    }

    [Theory]
    [InlineData("", "tcp", "127.0.0.1", 24224, "")]
    [InlineData("fluent:1234", "tcp", "fluent", 1234, "")]
    [InlineData("tls://fluent", "tls", "fluent", 24224, "")]
    [InlineData("unix:///run/fluent.sock", "unix", "", 0, "/run/fluent.sock")]
    public void Addresses_of_fluentd(string address, string transport, string host, int port, string path)
    {
        var receiver = Plan(new() { Type = "fluentd", Config = new() { ["fluentd-address"] = address, ["fluentd-async"] = "true", ["fluentd-buffer-limit"] = "2m" } }).Receiver!;
        Assert.Equal((transport, host, port, path, true, 2L << 20), (receiver.Transport, receiver.Host, receiver.Port, receiver.Path, receiver.NonBlocking, receiver.BufferLimit));
    }

    [Fact]
    public void The_daemons_defaults_fill_in_what_a_container_leaves_open()
    {
        var defaults = new LogConfig { Type = "syslog", Config = new() { ["tag"] = "t", ["cache-max-size"] = "1m" } };
        Assert.Equal(("syslog", 2), Shape(LogDrivers.Merge(new(), defaults)));
        Assert.Equal(("local", 1), Shape(LogDrivers.Merge(new() { Type = "local" }, defaults)));
        Assert.Equal("own", LogDrivers.Merge(new() { Config = new() { ["tag"] = "own" } }, defaults).Config!["tag"]);
    }

    [Fact]
    public void A_mode_that_does_not_block_bounds_what_waits()
    {
        var receiver = Plan(new() { Type = "syslog", Config = new() { ["syslog-address"] = "udp://127.0.0.1", ["mode"] = "non-blocking", ["max-buffer-size"] = "4m" } }).Receiver!;
        Assert.Equal((true, 4L << 20), (receiver.NonBlocking, receiver.BufferLimit));
    }

    [Theory]
    [InlineData("json-file", "labels-regex", "(")]
    [InlineData("json-file", "compress", "maybe")]
    [InlineData("json-file", "max-file", "0")]
    [InlineData("local", "max-file", "1")]
    [InlineData("syslog", "syslog-address", "ftp://x")]
    [InlineData("syslog", "cache-disabled", "maybe")]
    [InlineData("fluentd", "fluentd-address", "tcp://x/path")]
    [InlineData("fluentd", "fluentd-retry-wait", "soon")]
    [InlineData("fluentd", "fluentd-async-reconnect-interval", "20s")]
    [InlineData("gelf", "gelf-address", "udp://x")]
    [InlineData("awslogs", "awslogs-region", "x")]
    public void A_wrong_value_is_refused(string driver, string option, string value) =>
        Assert.Throws<InvalidArgumentException>(() => LogDrivers.Check(new() { Type = driver, Config = new() { [option] = value } }));

    private static (string, int) Shape(LogConfig log) => (log.Type, log.Config!.Count);

    private static LogPlan Plan(LogConfig log)
    {
        LogDrivers.Check(log);
        return LogDrivers.Plan(Paths, new()
        {
            Id = new string('a', 64),
            Name = "web",
            Created = DateTimeOffset.UnixEpoch,
            ImageId = "sha256:" + new string('b', 64),
            Path = "sh",
            Args = ["-c", "x"],
            Config = new() { Image = "nginx:1", Labels = new() { ["tier"] = "front", ["com.x"] = "1" }, Env = ["REGION=north", "OTHER=x"] },
            HostConfig = new() { LogConfig = log },
        });
    }
}
