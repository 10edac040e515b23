using Gantry.Spec.Engine;

namespace Gantry.Engine.Backends;

/// <summary>What the attach and logs endpoints ask of the engine.</summary>
public interface IContainerStreamBackend
{
    /// <summary>
    /// Attaches to a container, running or only created: in the latter case the streams are connected when it starts,
    /// before its process runs, so that nothing of the output is missed.
    /// </summary>
    Task<AttachSession> AttachAsync(string container, AttachOptions options, CancellationToken cancellationToken);

    /// <summary>The log; lazily read, ends at the log's end or, with <see cref="LogOptions.Follow"/>, when the container stops.</summary>
    Task<LogStream> LogsAsync(string container, LogOptions options, CancellationToken cancellationToken);
}

/// <summary>The query of <c>POST /containers/{id}/attach</c>.</summary>
public sealed record AttachOptions
{
    public bool Stdin { get; init; }

    public bool Stdout { get; init; }

    public bool Stderr { get; init; }

    /// <summary>Replay the log before the live stream.</summary>
    public bool Logs { get; init; }

    /// <summary>Go on with the live stream.</summary>
    public bool Stream { get; init; }

    /// <summary>Typed at a terminal, they end the session; empty for Docker's usual ones.</summary>
    public string DetachKeys { get; init; } = "";
}

/// <summary>
/// A two-way raw connection to a container or exec. <see cref="Output"/> is Docker's multiplexed stream, or the raw terminal
/// bytes where <see cref="IsTerminal"/>. The owner disposes it when either side is done.
/// </summary>
public abstract class AttachSession : IAsyncDisposable
{
    /// <summary>A terminal has one stream and no frames.</summary>
    public abstract bool IsTerminal { get; }

    /// <summary>Reads 0 bytes at the end of all output.</summary>
    public abstract Stream Output { get; }

    /// <summary>The client is told of the output's end after this: when it asks how the process ended, that is known.</summary>
    public virtual Task Ended => Task.CompletedTask;

    /// <summary>Writes reach the process; null when stdin was not asked for or is not open.</summary>
    public abstract Stream? Input { get; }

    /// <summary>Typed keys that end the session; null where there is no terminal.</summary>
    public virtual DetachKeys? DetachKeys => null;

    /// <summary>They were typed.</summary>
    public virtual void Detached()
    {
    }

    /// <summary>The client's end of input (half-close).</summary>
    public abstract ValueTask CloseInputAsync(CancellationToken cancellationToken);

    public abstract ValueTask DisposeAsync();
}

/// <summary>The query of <c>GET /containers/{id}/logs</c>.</summary>
public sealed record LogOptions
{
    public bool Follow { get; init; }

    public bool Stdout { get; init; }

    public bool Stderr { get; init; }

    /// <summary>The first moment that counts, in nanoseconds since 1970.</summary>
    public long? Since { get; init; }

    /// <summary>The last moment that counts, in nanoseconds since 1970.</summary>
    public long? Until { get; init; }

    public bool Timestamps { get; init; }

    /// <summary>With the attributes of each message.</summary>
    public bool Details { get; init; }

    /// <summary>Lines from the end; null means all.</summary>
    public int? Tail { get; init; }
}

/// <summary>
/// One message of a log. <see cref="Line"/> includes its line end where the process wrote one; <see cref="Attributes"/> are
/// those of its container that the log's options ask for, null where there are none or nobody wants them.
/// </summary>
public readonly record struct LogEntry(
    LogSource Source, long UnixNanoseconds, ReadOnlyMemory<byte> Line, IReadOnlyList<KeyValuePair<string, string>>? Attributes = null);

public enum LogSource : byte
{
    Stdout = 1,
    Stderr = 2,
}

/// <summary>A log being read; <see cref="IsTerminal"/> tells the endpoint whether to frame it.</summary>
public sealed record LogStream(bool IsTerminal, IAsyncEnumerable<LogEntry> Entries);
