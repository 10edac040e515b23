using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging;

namespace Gantry.Server.Hosting;

/// <summary>Log lines as dockerd's: <c>time="…" level=info msg="…" error="…"</c>, to standard error.</summary>
internal sealed class LineLogger(TextWriter output, LogLevel lowest, TimeProvider clock) : ILogger, ILoggerFactory
{
    private readonly Lock _lock = new();

    public bool IsEnabled(LogLevel logLevel) => logLevel >= lowest && logLevel != LogLevel.None;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (!IsEnabled(logLevel))
        {
            return;
        }

        var line = new StringBuilder(160)
            .Append("time=\"").Append(clock.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'", CultureInfo.InvariantCulture))
            .Append("\" level=").Append(NameOf(logLevel))
            .Append(" msg=").Append(Quote(formatter(state, exception)));
        for (var cause = exception; cause is not null; cause = cause.InnerException)
        {
            line.Append(" error=").Append(Quote(cause.Message));
        }

        // A failure that is nobody's input is ours: say where.
        if (exception is not null and not Spec.GantryException)
        {
            line.Append(" at=").Append(Quote(exception.StackTrace ?? exception.GetType().Name));
        }

        lock (_lock)
        {
            output.WriteLine(line.ToString());
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
