using System.Globalization;
using Gantry.Linux.Poll;
using Gantry.Runtime.Json;

namespace Gantry.Runtime.Monitor.Server;

/// <summary>
/// Writes <see cref="MonitorExitRecord"/>. By hand: the resident monitor shall not touch a JSON serialiser's memory.
/// Whole before anyone is told.
/// </summary>
internal static class ExitFile
{
    public static void Write(string path, int exitCode, int signal, bool oomKilled, long startedAt, long finishedAt, string? error, bool durable)
    {
        var json = new JsonObjectWriter(256);
        json.Number("exitCode"u8, (ulong)exitCode);
        json.Number("signal"u8, (ulong)signal);
        json.Raw("oomKilled"u8, oomKilled ? "true"u8 : "false"u8);
        if (startedAt != 0)
        {
            json.String("startedAt"u8, Time(startedAt));
        }

        json.String("finishedAt"u8, Time(finishedAt));
        if (error is not null)
        {
            json.String("error"u8, error);
        }

        AppendFile.Replace(path, json.Finish(), sync: durable);
    }

    private static string Time(long nanoseconds) =>
        DateTimeOffset.UnixEpoch.AddTicks(nanoseconds / 100).UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffffffZ", CultureInfo.InvariantCulture);
}
