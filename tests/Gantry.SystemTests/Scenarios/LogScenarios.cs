using System.Net.Sockets;
using System.Text;
using Gantry.SystemTests.Infrastructure;

namespace Gantry.SystemTests.Scenarios;

/// <summary>Logging drivers and their options.</summary>
public sealed class LogScenarios(World world) : ScenarioSuite(world)
{
    [Theory, MemberData(nameof(Way.All), MemberType = typeof(Way))]
    public Task The_local_driver_is_read_as_json_files_are(string way) => Play(way, async stage =>
    {
        var name = stage.Name();
        (await stage.Run($"run --name {name} --network none --log-driver local busybox sh -c 'echo early; sleep 1; echo late; sleep 1; printf unfinished'")).Succeeds();
        (await stage.Run($"logs {name}")).Prints("early\nlate\nunfinished");
        var times = (await stage.Run($"logs -t {name}")).Matches("^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}\\.[0-9]{9}Z early\n.*Z late\n.*Z unfinished$").Lines;
        (await stage.Run($"logs --since {times[1].Split(' ')[0]} {name}")).Prints("late\nunfinished");
        (await stage.Run($"logs --until {times[0].Split(' ')[0]} {name}")).Prints("early");
        (await stage.Run($"logs --tail 2 {name}")).Prints("late\nunfinished");
        (await stage.Run($"logs -f {name}")).Succeeds().Prints("early\nlate\nunfinished");
        (await stage.Run($"inspect -f '{{{{json .HostConfig.LogConfig}}}} {{{{.LogPath}}}}' {name}")).Prints("{\"Type\":\"local\",\"Config\":{}} ");
    });

    [Theory, MemberData(nameof(Way.All), MemberType = typeof(Way))]
    public Task A_log_is_followed_to_the_end_of_a_run(string way) => Play(way, async stage =>
    {
        var name = stage.Name();
        (await stage.Run($"run -d --name {name} --network none --restart on-failure:1 busybox sh -c 'sleep 1; echo said; false'")).Succeeds();
        (await stage.Run($"logs -f {name}")).Succeeds().Prints("said");
        await stage.Until($"inspect -f {{{{.State.Status}}}} {name}", result => result.Text == "exited");
        (await stage.Run($"logs -f {name}")).Prints("said\nsaid");
    });

    [Theory, MemberData(nameof(Way.All), MemberType = typeof(Way))]
    public Task Details_are_what_the_options_select(string way) => Play(way, async stage =>
    {
        var name = stage.Name();
        (await stage.Run($"run --name {name} --network none -l a=1 -l bb=2 -l c=3 -e 'X=y z' -e W=w --log-opt labels=a,none --log-opt labels-regex=^b --log-opt env=X "
            + "--log-opt tag={{.Name}}/{{.ImageName}} busybox echo hi")).Succeeds();
        (await stage.Run($"logs --details {name}")).Prints($"X=y+z,a=1,bb=2,tag={name}%2Fbusybox hi");
        (await stage.Run($"run --rm --network none --log-opt tag={{{{.Nope}}}} busybox true")).Exits(125)
            .Says("failed to initialize logging driver: template: log-tag:1:2: executing \"log-tag\" at <.Nope>: can't evaluate field Nope in type *logger.Info");
    });

    [Theory, MemberData(nameof(Way.All), MemberType = typeof(Way))]
    public Task A_log_that_goes_elsewhere_is_read_nevertheless(string way) => Play(way, async stage =>
    {
        using var receiver = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        var path = Path.Combine(stage.Directory, "syslog.sock");
        receiver.Bind(new UnixDomainSocketEndPoint(path));
        var elsewhere = $"--log-driver syslog --log-opt syslog-address=unixgram://{path} --log-opt tag={{{{.Name}}}}";
        var name = stage.Name();
        (await stage.Run($"run --name {name} --network none {elsewhere} busybox sh -c 'echo one; echo; echo two'")).Succeeds();
        foreach (var line in (string[])["one", "two"])
        {
            Assert.Matches($@"^<30>\w\w\w [ \d]\d \d\d:\d\d:\d\d {name}\[\d+\]: {line}\n$", Encoding.UTF8.GetString(await DatagramAsync(receiver)));
        }

        (await stage.Run($"logs {name}")).Prints("one\n\ntwo");
        (await stage.Run($"logs --tail 1 {name}")).Prints("two");
        var other = stage.Name("other");
        (await stage.Run($"run --name {other} --network none {elsewhere} --log-opt cache-disabled=true busybox echo one")).Succeeds();
        (await stage.Run($"logs {other}")).Exits(1).Says("configured logging driver does not support reading");
        var none = stage.Name("none");
        (await stage.Run($"run --name {none} --network none --log-driver none busybox echo one")).Succeeds().Prints("one");
        (await stage.Run($"logs {none}")).Exits(1).Says("configured logging driver does not support reading");
    });

    [Theory, MemberData(nameof(Way.All), MemberType = typeof(Way))]
    public Task What_cannot_be_is_told(string way) => Play(way, async stage =>
    {
        foreach (var (options, says) in new[]
        {
            ("--log-opt foo=bar", "unknown log opt 'foo' for json-file log driver"),
            ("--log-driver local --log-opt foo=bar", "unknown log opt 'foo' for log driver local"),
            ("--log-driver gelf", "gelf-address is a required parameter"),
            ("--log-driver gelf --log-opt gelf-address=udp://127.0.0.1:9 --log-opt x=1", "unknown log opt \"x\" for gelf log driver"),
            ("--log-driver syslog --log-opt syslog-facility=x", "invalid syslog facility"),
            ("--log-driver syslog --log-opt syslog-format=x", "Invalid syslog format"),
            ("--log-driver fluentd --log-opt fluentd-foo=1", "unknown log opt 'fluentd-foo' for fluentd log driver"),
            ("--log-driver journald --log-opt a=b", "unknown log opt 'a' for journald log driver"),
            ("--log-opt mode=x", "logger: logging mode not supported: x"),
            ("--log-opt max-buffer-size=1m", "logger: max-buffer-size option is only supported with 'mode=non-blocking'"),
            ("--log-driver fluentd", "failed to initialize logging driver: dial tcp 127.0.0.1:24224: connect: connection refused"),
            ("--log-driver syslog --log-opt syslog-address=tcp://127.0.0.1:9", "failed to initialize logging driver: dial tcp 127.0.0.1:9: connect: connection refused"),
            ("--log-driver syslog", "failed to initialize logging driver: Unix syslog delivery error"),
            ("--log-driver journald", "failed to initialize logging driver: journald is not enabled on this host"),
        })
        {
            (await stage.Run($"run --rm --network none {options} busybox true")).Exits(125).Says(says);
        }
    });

    private static async Task<byte[]> DatagramAsync(Socket socket)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        var buffer = new byte[4096];
        return buffer[..await socket.ReceiveAsync(buffer, limit.Token)];
    }
}
