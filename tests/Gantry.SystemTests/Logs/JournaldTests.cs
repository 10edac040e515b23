using System.Text.Json;
using Gantry.SystemTests.Infrastructure;

namespace Gantry.SystemTests.Logs;

/// <summary>The driver <c>journald</c> and a real journal.</summary>
public sealed class JournaldTests
{
    private const string Journald = "/lib/systemd/systemd-journald";

    [Fact]
    public async Task A_journal_has_each_message_with_the_fields_that_docker_gives_it()
    {
        Assert.SkipUnless(File.Exists(Journald), $"there is no {Journald}");
        await using var stage = await LogStage.CreateAsync();
        (await stage.Sandbox.RunAsync("mkdir", "-p", "/run/systemd/journal", "/run/log/journal")).Succeeds();
        using var journal = stage.Sandbox.Start([Journald], new Dictionary<string, string?> { ["SYSTEMD_LOG_TARGET"] = "null" });
        try
        {
            await stage.Sandbox.RunAsync("sh", "-c", "for i in $(seq 100); do [ -S /run/systemd/journal/socket ] && break; sleep 0.1; done");
            (await stage.DockerAsync("run", "--name", "logged", "--network", "none", "-l", "my.label=x", "--log-driver", "journald", "--log-opt", "labels=my.label", "--log-opt", "tag={{.Name}}!",
                "busybox", "sh", "-c", "echo out; sleep 0.2; echo err >&2")).Succeeds();
            var found = new CommandResult("", 0, "", "");
            for (var attempt = 0; attempt < 50 && found.Lines.Length < 2; attempt++)
            {
                await Task.Delay(100, TestContext.Current.CancellationToken);
                found = await stage.Sandbox.RunAsync("journalctl", "--no-pager", "-o", "json", "CONTAINER_NAME=logged");
            }

            var messages = found.Lines.Select(line => JsonDocument.Parse(line).RootElement).ToArray();
            string[] Each(string field) => [.. messages.Select(message => message.GetProperty(field).GetString()!)];
            Assert.Equal(["out", "err"], Each("MESSAGE"));
            Assert.Equal(["6", "3"], Each("PRIORITY"));
            Assert.Equal(["logged!", "logged!"], Each("SYSLOG_IDENTIFIER"));
            Assert.Equal(["x", "x"], Each("MY_LABEL"));
            Assert.Equal(["busybox", "busybox"], Each("IMAGE_NAME"));
            Assert.Equal("out\n", (await stage.DockerAsync("logs", "logged")).Succeeds().Out);
        }
        finally
        {
            journal.Kill(entireProcessTree: true);
        }
    }
}
