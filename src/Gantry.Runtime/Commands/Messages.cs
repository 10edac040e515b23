using System.Globalization;
using Gantry.Linux.Processes;

namespace Gantry.Runtime.Commands;

/// <summary>Where errors and warnings go: standard error and the log that the caller named.</summary>
internal sealed class Messages(GlobalOptions options)
{
    public void Error(string message)
    {
        Descriptors.Write(2, $"gantry-runtime: {message}\n");
        Log("error", message);
    }

    /// <summary>Warnings are for the log: a program's standard error stays the program's.</summary>
    public void Warn(string message) => Log("warning", message);

    private void Log(string level, string message)
    {
        if (options.Log is not { } file)
        {
            return;
        }

        var time = DateTimeOffset.UtcNow.ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'", CultureInfo.InvariantCulture);
        var line = options.LogIsJson
            ? SavedJson.LogLine(level, message, time)
            : $"time=\"{time}\" level={level} msg=\"{message.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
        try
        {
            File.AppendAllText(file, line + "\n");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Descriptors.Write(2, $"gantry-runtime: cannot write the log {file}: {e.Message}\n");
        }
    }
}
