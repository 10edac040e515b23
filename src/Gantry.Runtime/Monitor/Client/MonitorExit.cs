using System.Text.Json;
using Gantry.Runtime.Monitor.Protocol;

namespace Gantry.Runtime.Monitor.Client;

/// <summary>What is known of a container's end without its monitor.</summary>
internal static class MonitorExit
{
    private const int Killed = 9;

    public static long Now() => ToNanoseconds(DateTimeOffset.UtcNow);

    /// <summary>What the monitor left on disk; null when it did not come to that.</summary>
    public static MonitorExited? TryRead(MonitorSettings settings)
    {
        try
        {
            var record = JsonSerializer.Deserialize(File.ReadAllBytes(settings.ExitPath), MonitorJson.Default.MonitorExitRecord);
            return record is null
                ? null
                : new MonitorExited(record.ExitCode, record.Signal, record.OomKilled, ToNanoseconds(record.FinishedAt), record.Error);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    /// <summary>Kills what a killed monitor left running, so that nothing runs that nobody accounts for.</summary>
    public static MonitorExited AfterLostMonitor(string bundle, MonitorSettings settings)
    {
        var error = $"the monitor of container {settings.Id} ended unexpectedly; its processes were killed";
        return new MonitorExited(128 + Killed, Killed, false, Now(), error);
    }

    private static long ToNanoseconds(DateTimeOffset time) => (time.UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks) * 100;
}
