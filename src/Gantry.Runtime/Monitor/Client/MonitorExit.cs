using System.Text.Json;
using Gantry.Linux.Cgroups;
using Gantry.Runtime.Monitor.Protocol;
using Gantry.Runtime.Monitor.Runtimes;

namespace Gantry.Runtime.Monitor.Client;

/// <summary>What is known of a container's end without its monitor.</summary>
internal static class MonitorExit
{
    private const int Killed = 9;
    private const int Attempts = 1000;

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
        if (settings.CgroupsPath is { Length: > 0 } path)
        {
            KillAll(new Cgroup(CgroupLayout.Current, path));
        }

        if (settings.Runtime is { } runtime)
        {
            Forget(new RuntimeCalls(runtime, settings.Id, bundle));
        }

        File.Delete(Path.Combine(bundle, MonitorSettings.SocketName));
        var error = $"the monitor of container {settings.Id} ended unexpectedly; its processes were killed";
        return new MonitorExited(128 + Killed, Killed, false, Now(), error);
    }

    private static void KillAll(Cgroup cgroup)
    {
        try
        {
            // Again, until none is left: in cgroup v1 one may fork while the others are killed.
            for (var attempt = 0; attempt < Attempts && cgroup.Processes().Count > 0; attempt++)
            {
                cgroup.SignalAll(Killed);
                Thread.Sleep(1);
            }

            cgroup.Remove();
        }
        catch (IOException)
        {
            // The end is told all the same; who starts the container again finds the cgroup and says what is wrong.
        }
    }

    private static void Forget(RuntimeCalls calls)
    {
        try
        {
            calls.Delete();
        }
        catch (IOException)
        {
            // Its records are of no process any more, and are forgotten again before the container's next start.
        }
    }

    private static long ToNanoseconds(DateTimeOffset time) => (time.UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks) * 100;
}
