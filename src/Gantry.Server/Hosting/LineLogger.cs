using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging;

namespace Gantry.Server.Hosting;

/// <summary>Log lines as dockerd's, to standard error: <c>time="…" level=info msg="…" error="…"</c>, or the same as JSON.</summary>
internal sealed class LineLogger(TextWriter output, LogLevel lowest, bool isJson, TimeProvider clock) : ILogger, ILoggerFactory
{
    private readonly Lock _lock = new();

    /// <summary>What is below it is not written.</summary>
    public LogLevel Lowest { get; set; } = lowest;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= Lowest && logLevel != LogLevel.None;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (!IsEnabled(logLevel))
        {
            return;
        }

        var time = clock.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'", CultureInfo.InvariantCulture);
        // A failure that is nobody's input is ours: say where.
        var place = exception is null or Spec.GantryException ? null : exception.StackTrace ?? exception.GetType().Name;
        var line = isJson ? Json(time, logLevel, formatter(state, exception), exception, place) : Text(time, logLevel, formatter(state, exception), exception, place);
        lock (_lock)
        {
            output.WriteLine(line);
            output.Flush();
        }
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException("there is one destination");

    public void Dispose()
    {
    }

    private static string Text(string time, LogLevel level, string message, Exception? exception, string? place)
    {
        var line = new StringBuilder(160).Append("time=\"").Append(time).Append("\" level=").Append(NameOf(level)).Append(" msg=").Append(Quote(message));
        foreach (var cause in Causes(exception))
        {
            line.Append(" error=").Append(Quote(cause));
        }

        return (place is null ? line : line.Append(" at=").Append(Quote(place))).ToString();
    }

    private static string Json(string time, LogLevel level, string message, Exception? exception, string? place)
    {
        using var line = new MemoryStream();
        using (var json = new Utf8JsonWriter(line))
        {
            json.WriteStartObject();
            if (exception is not null) json.WriteString("error", string.Join(": ", Causes(exception)));
            if (place is not null) json.WriteString("at", place);
            json.WriteString("level", NameOf(level));
            json.WriteString("msg", message);
            json.WriteString("time", time);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(line.GetBuffer(), 0, (int)line.Length);
    }

    private static IEnumerable<string> Causes(Exception? exception)
    {
        for (var cause = exception; cause is not null; cause = cause.InnerException) yield return cause.Message;
    }

    private static string NameOf(LogLevel level) => level switch
    {
        LogLevel.Trace => "trace",
        LogLevel.Debug => "debug",
        LogLevel.Information => "info",
        LogLevel.Warning => "warning",
        LogLevel.Error => "error",
        _ => "fatal",
    };

    private static string Quote(string text) =>
        "\"" + text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)
            .Replace("\r", "", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal) + "\"";
}
