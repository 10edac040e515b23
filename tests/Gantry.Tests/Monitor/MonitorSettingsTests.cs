using System.Text.Json;
using Gantry.Runtime.Monitor;

namespace Gantry.Tests.Monitor;

public sealed class MonitorSettingsTests
{
    [Fact]
    public void What_is_not_said_has_its_default()
    {
        var settings = JsonSerializer.Deserialize("""{"id":"c","exitPath":"/e"}""", MonitorJson.Default.MonitorSettings)!;
        Assert.Equal(new MonitorSettings { Id = "c", ExitPath = "/e" }, settings);
        Assert.Equal(("json-file", 10_000_000L, 3), (settings.LogDriver, settings.LogMaxSize, settings.LogMaxFiles));
    }

    [Fact]
    public void What_is_written_is_read()
    {
        var settings = new MonitorSettings { Id = "c", ExitPath = "/e", LogMaxSize = -1, LogMaxFiles = 1, LogDriver = "none", Tty = true, StdinOnce = true };
        var text = JsonSerializer.Serialize(settings, MonitorJson.Default.MonitorSettings);
        Assert.Equal(settings, JsonSerializer.Deserialize(text, MonitorJson.Default.MonitorSettings));
        Assert.Contains("\"logMaxSize\":-1", text, StringComparison.Ordinal);
    }

    [Fact]
    public void The_monitors_own_reader_reads_what_is_written()
    {
        var settings = new MonitorSettings
        {
            Id = "c", ExitPath = "/e", LogMaxSize = -1, LogMaxFiles = 7, LogDriver = "none", LogPath = "/l", RemovedAtExit = true, Tty = true, OpenStdin = true, StdinOnce = true,
            SeccompCache = "/s", CgroupsPath = "/g", ConsoleSize = [24, 80], LogLabels = new Dictionary<string, string> { ["a"] = "b\"<" },
        };
        var written = JsonSerializer.SerializeToUtf8Bytes(settings, MonitorJson.Default.MonitorSettings);
        var read = MonitorSettingsReader.Read(written, "monitor.json");
        Assert.Equal(written, JsonSerializer.SerializeToUtf8Bytes(read, MonitorJson.Default.MonitorSettings));
        Assert.Equal("monitor.json: exitPath is missing", Assert.Throws<Gantry.Spec.InvalidArgumentException>(() => MonitorSettingsReader.Read("""{"id":"c"}"""u8.ToArray(), "monitor.json")).Message);
        var defaults = MonitorSettingsReader.Read("""{"id":"c","exitPath":"/e","newer":[1,{}]}"""u8.ToArray(), "monitor.json");
        Assert.Equal(new MonitorSettings { Id = "c", ExitPath = "/e" }, defaults);
    }

    [Fact]
    public void A_written_exit_is_read_by_the_client()
    {
        var path = Path.GetTempFileName();
        try
        {
            Gantry.Runtime.Monitor.Server.ExitFile.Write(path, 137, 9, true, 1_763_892_000_123_456_700, 1_763_892_001_000_000_000, "it \"broke\"\n", durable: true);
            var read = Gantry.Runtime.Monitor.Client.MonitorExit.TryRead(new MonitorSettings { Id = "c", ExitPath = path })!;
            Assert.Equal((137, 9, true, "it \"broke\"\n"), (read.ExitCode, read.Signal, read.OomKilled, read.Error));
            Assert.Equal(1_763_892_001_000_000_000, read.FinishedAt);
        }
        finally
        {
            File.Delete(path);
        }
    }
}
