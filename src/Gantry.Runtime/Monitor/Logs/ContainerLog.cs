using Gantry.Linux.Poll;
using Gantry.Runtime.Monitor.Logs.Receivers;

namespace Gantry.Runtime.Monitor.Logs;

/// <summary>The log of a container's two streams: a file, a receiver elsewhere, or both.</summary>
internal sealed class ContainerLog : IDisposable
{
    private readonly LogFile? file;
    private readonly RemoteLog? remote;
    private readonly LineSplitter stdout;
    private readonly LineSplitter stderr;

    public ContainerLog(LogFile? file, RemoteLog? remote = null)
    {
        this.file = file;
        this.remote = remote;
        var time = new LogTime();
        stdout = new LineSplitter(this, time, isStderr: false);
        stderr = new LineSplitter(this, time, isStderr: true);
    }

    /// <summary>The container has to wait before it may write more, until <see cref="WhenDrained"/> is told.</summary>
    public bool IsFull => remote is { IsFull: true };

    /// <summary>All that was written has gone where it should, or never will.</summary>
    public bool IsDone => remote is null or { IsDone: true };

    /// <summary>Null where nothing is logged.</summary>
    public static ContainerLog? Create(MonitorSettings settings, PollLoop loop) => settings.LogDriver == "none" ? null : new(
        FileOf(settings, loop),
        settings.LogReceiver is { } receiver ? new RemoteLog(loop, receiver, ReceiverProtocol.Of(settings.LogDriver, receiver)) : null);

    /// <summary>Before the first output. Gives the failure when the receiver cannot be reached and that matters.</summary>
    public LogReceiverException? TryOpen() => remote?.TryOpen();

    public void WhenDrained(Action action)
    {
        if (remote is not null)
        {
            remote.Drained = action;
        }
    }

    /// <summary>Logs what was just read from a stream, and leaves it in the file.</summary>
    public void Write(bool isStderr, ReadOnlySpan<byte> data)
    {
        (isStderr ? stderr : stdout).Add(data, Clock.Now());
        file?.Flush();
    }

    public void Append(in LogMessage message)
    {
        file?.Append(message);
        remote?.Append(message);
    }

    public void Finish()
    {
        stdout.Finish(Clock.Now());
        stderr.Finish(Clock.Now());
        file?.Flush();
        remote?.Finish();
    }

    public void Dispose()
    {
        file?.Dispose();
        remote?.Dispose();
    }

    private static LogFile? FileOf(MonitorSettings settings, PollLoop loop)
    {
        if (settings.LogPath is not { } path)
        {
            return null;
        }

        ILogFormat format = settings.LogDriver == "json-file" ? new JsonFormat(settings.LogLabels) : new LocalFormat(settings.LogLabels);
        var generations = new LogGenerations(path, Math.Max(1, settings.LogMaxFiles), settings.LogCompress ? new LogCompression(loop) : null);
        return new LogFile(path, settings.LogMaxSize, generations, format);
    }
}
