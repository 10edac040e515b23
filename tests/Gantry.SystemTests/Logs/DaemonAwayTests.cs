using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;

namespace Gantry.SystemTests.Logs;

/// <summary>Logs that go elsewhere while the daemon comes and goes.</summary>
public sealed class DaemonAwayTests
{
    private const int Lines = 300;

    [Fact]
    public async Task A_receiver_gets_every_line_once_though_the_daemon_is_killed()
    {
        await using var stage = await LogStage.CreateAsync("--log-driver", "syslog", "--log-opt", "tag={{.Name}}");
        var path = Path.Combine(stage.Sandbox.Root, "syslog.sock");
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(path));
        listener.Listen();
        var receiving = ReceiveAsync(listener);
        (await stage.DockerAsync("info", "-f", "{{.LoggingDriver}} {{join .Plugins.Log \" \"}}")).Prints("syslog fluentd gelf journald json-file local syslog");
        (await stage.DockerAsync("run", "-d", "--name", "logged", "--network", "none", "--log-opt", $"syslog-address=unix://{path}", "busybox",
            "sh", "-c", $"for i in $(seq {Lines}); do echo line $i; sleep 0.01; done")).Succeeds();
        (await stage.DockerAsync("inspect", "-f", "{{json .HostConfig.LogConfig}}", "logged"))
            .Prints($"{{\"Type\":\"syslog\",\"Config\":{{\"syslog-address\":\"unix://{path}\",\"tag\":\"{{{{.Name}}}}\"}}}}");
        await stage.Engine.KillAsync();
        await Task.Delay(500, TestContext.Current.CancellationToken);
        await stage.Engine.StartAsync();
        (await stage.DockerAsync("wait", "logged")).Prints("0");
        var received = await receiving.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
        Assert.Equal(Enumerable.Range(1, Lines).Select(i => $"line {i}"), Regex.Matches(received, @"logged\[\d+\]: (.*)").Select(match => match.Groups[1].Value));
        Assert.Equal(Enumerable.Range(1, Lines).Select(i => $"line {i}"), (await stage.DockerAsync("logs", "logged")).Lines);
        (await stage.DockerAsync("logs", "--tail", "1", "logged")).Prints($"line {Lines}");
    }

    private static async Task<string> ReceiveAsync(Socket listener)
    {
        using var connection = await listener.AcceptAsync(TestContext.Current.CancellationToken);
        await using var stream = new NetworkStream(connection);
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return await reader.ReadToEndAsync(TestContext.Current.CancellationToken);
    }
}
