using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using Gantry.Linux.Poll;

namespace Gantry.Runtime.Monitor.Server;

/// <summary>
/// Writes <see cref="MonitorExitRecord"/>. By hand: the resident monitor shall not touch a JSON serialiser's memory.
/// On the disk, whole, before anyone is told.
/// </summary>
internal static class ExitFile
{
    public static void Write(string path, int exitCode, int signal, bool oomKilled, long startedAt, long finishedAt, string? error)
    {
        var text = new StringBuilder()
            .Append(CultureInfo.InvariantCulture, $"{{\"exitCode\":{exitCode},\"signal\":{signal},\"oomKilled\":{(oomKilled ? "true" : "false")}");
        if (startedAt != 0)
        {
            text.Append(",\"startedAt\":\"").Append(Time(startedAt)).Append('"');
        }

        text.Append(",\"finishedAt\":\"").Append(Time(finishedAt)).Append('"');
        if (error is not null)
        {
            text.Append(",\"error\":\"").Append(JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(error)).Append('"');
        }

        AppendFile.Replace(path, Encoding.UTF8.GetBytes(text.Append("}\n").ToString()), sync: true);
    }

    private static string Time(long nanoseconds) =>
        DateTimeOffset.UnixEpoch.AddTicks(nanoseconds / 100).UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffffffZ", CultureInfo.InvariantCulture);
}
