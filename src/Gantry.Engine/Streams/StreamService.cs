using System.Buffers.Binary;
using Gantry.Engine.Backends;
using Gantry.Engine.Containers;
using Gantry.Engine.Logs;
using Gantry.Engine.Logs.Drivers;
using Gantry.Runtime.Monitor.Protocol;
using Gantry.Spec;

namespace Gantry.Engine.Streams;

/// <summary>Attach and logs.</summary>
internal sealed class StreamService(EngineParts parts) : IContainerStreamBackend
{
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(100);

    public async Task<AttachSession> AttachAsync(string container, AttachOptions options, CancellationToken cancellationToken)
    {
        var target = parts.Store.Get(container);
        var record = target.Record;
        if (record.State.Paused)
        {
            throw new ConflictException($"container {target.Id} is paused, unpause the container before attach");
        }

        if (record.State.Restarting)
        {
            throw new ConflictException($"container {target.Id} is restarting, wait until the container is running");
        }

        var streams = (options.Stdin && record.Config.OpenStdin ? MonitorStreams.Stdin : 0) | (options.Stdout ? MonitorStreams.Stdout : 0)
            | (options.Stderr ? MonitorStreams.Stderr : 0);
        var keys = TypedKeys.Parse("detach", options.DetachKeys);
        var session = new ContainerAttachSession(target, streams, record.Config.Tty ? keys : null, () => parts.Events.Publish(target, "detach"), target.Pending.Remove);
        if (!options.Stream || streams == MonitorStreams.None)
        {
            session.End();
        }
        else
        {
            await ConnectAsync(target, session, cancellationToken).ConfigureAwait(false);
        }

        parts.Events.Publish(target, "attach");
        return options.Logs ? new ReplaySession(session, await ReplayAsync(target, options, cancellationToken).ConfigureAwait(false)) : session;
    }

    public async Task<LogStream> LogsAsync(string container, LogOptions options, CancellationToken cancellationToken)
    {
        if (!options.Stdout && !options.Stderr)
        {
            throw new InvalidArgumentException("Bad parameters: you must choose at least one stream");
        }

        var target = parts.Store.Get(container);
        var record = target.Record;
        if (LogDrivers.File(parts.Paths, record) is not { } file)
        {
            throw new UnsupportedException("configured logging driver does not support reading");
        }

        if (!options.Follow)
        {
            await FirstWordsAsync(target, cancellationToken).ConfigureAwait(false);
        }

        return new LogStream(record.Config.Tty, ReadAsync(target, file, options, cancellationToken));
    }

    /// <summary>
    /// Programs that start a container and read its log at once find there what it says at its beginning, since Docker takes
    /// that long to start one: who asks within a moment of the start waits for that moment, or for the end.
    /// </summary>
    private async Task FirstWordsAsync(Container container, CancellationToken cancellationToken)
    {
        var state = container.Record.State;
        if (state.Running && state.StartedAt + Moment - parts.Time.GetUtcNow() is { } left && left > TimeSpan.Zero)
        {
            await ((Task)container.RunEnded.Task).WaitAsync(left, parts.Time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>A container that is just starting has the gate held: whoever comes then is connected after it, not lost.</summary>
    private static async Task ConnectAsync(Container container, ContainerAttachSession session, CancellationToken cancellationToken)
    {
        using var holder = await container.Gate.EnterAsync().ConfigureAwait(false);
        if (container.Monitor is not { } monitor)
        {
            container.Pending.Add(session);
            return;
        }

        try
        {
            await session.ConnectAsync(monitor, cancellationToken).ConfigureAwait(false);
        }
        catch (GantryException e) when (e is UnavailableException or ConflictException)
        {
            // It ends just now.
            session.End();
        }
    }

    private IAsyncEnumerable<LogEntry> ReadAsync(Container container, LogFilePlan file, LogOptions options, CancellationToken cancellationToken) =>
        new LogReader(file.Path, file.Format, parts.LogWatcher).ReadAsync(options, LogEnd(container), cancellationToken);

    /// <summary>
    /// As with Docker a log is followed to the end of the run, also where a policy starts another: clients follow that by itself, and
    /// would show it twice.
    /// </summary>
    private static Task LogEnd(Container container) => container.Record.State.Running && container.Monitor is not null ? container.RunEnded.Task : Task.CompletedTask;

    private async Task<MemoryStream> ReplayAsync(Container container, AttachOptions options, CancellationToken cancellationToken)
    {
        var replay = new MemoryStream();
        if (LogDrivers.File(parts.Paths, container.Record) is not { } file)
        {
            return replay;
        }

        var wanted = new LogOptions { Stdout = options.Stdout, Stderr = options.Stderr };
        var header = new byte[8];
        await foreach (var entry in ReadAsync(container, file, wanted, cancellationToken).ConfigureAwait(false))
        {
            if (!container.Record.Config.Tty)
            {
                header[0] = (byte)entry.Source;
                BinaryPrimitives.WriteUInt32BigEndian(header.AsSpan(4), (uint)entry.Line.Length);
                replay.Write(header);
            }

            replay.Write(entry.Line.Span);
        }

        replay.Position = 0;
        return replay;
    }
}
