using Gantry.Spec;

namespace Gantry.Runtime.Monitor.Protocol;

/// <summary>What a monitor says on every control connection. Times are nanoseconds since 1970 (UTC).</summary>
public abstract record MonitorEvent
{
    internal abstract byte[] ToFrame();

    internal static bool TryRead(FrameHeader header, ReadOnlySpan<byte> payload, out MonitorEvent? result)
    {
        var reader = new FlatReader(payload);
        result = header.Type switch
        {
            FrameType.Ready => new MonitorReady(reader.Int32()),
            FrameType.Started => new MonitorStarted(reader.Int32(), reader.Int64()),
            FrameType.Exited => new MonitorExited(reader.Int32(), reader.Int32(), reader.Flag(), reader.Int64(), reader.NullableString()),
            FrameType.ExecExited => new MonitorExecExited(reader.String(), reader.Int32()),
            FrameType.Oom => new MonitorOom(),
            FrameType.StartFailed => new MonitorStartFailed(reader.Int32(), reader.String()),
            FrameType.State => MonitorState.Read(payload),
            _ => null,
        };
        return result is not null;
    }
}

/// <summary>The container is created: its first process waits for <c>Start</c>.</summary>
public sealed record MonitorReady(int ProcessId) : MonitorEvent
{
    internal override byte[] ToFrame() => new FlatWriter(FrameType.Ready).Int32(ProcessId).ToFrame();
}

/// <summary>The container's program runs.</summary>
public sealed record MonitorStarted(int ProcessId, long StartedAt) : MonitorEvent
{
    internal override byte[] ToFrame() => new FlatWriter(FrameType.Started).Int32(ProcessId).Int64(StartedAt).ToFrame();
}

/// <summary>The container has ended; its exit is on disk and its log complete.</summary>
/// <param name="ExitCode">As a shell says it: 128 + signal for a killed process.</param>
/// <param name="Signal">The signal that ended it; 0 for a normal exit.</param>
/// <param name="OomKilled">Whether the kernel killed any of its processes for want of memory.</param>
/// <param name="FinishedAt">When.</param>
/// <param name="Error">Why the exit is not the program's own: its monitor was killed.</param>
public sealed record MonitorExited(int ExitCode, int Signal, bool OomKilled, long FinishedAt, string? Error = null) : MonitorEvent
{
    internal override byte[] ToFrame() => new FlatWriter(FrameType.Exited)
        .Int32(ExitCode).Int32(Signal).Flag(OomKilled).Int64(FinishedAt).String(Error).ToFrame();
}

/// <summary>An exec's process has ended and its output is with the clients.</summary>
public sealed record MonitorExecExited(string ExecId, int ExitCode) : MonitorEvent
{
    internal override byte[] ToFrame() => new FlatWriter(FrameType.ExecExited).String(ExecId).Int32(ExitCode).ToFrame();
}

/// <summary>The kernel killed a process of the container for want of memory.</summary>
public sealed record MonitorOom : MonitorEvent
{
    internal override byte[] ToFrame() => new FlatWriter(FrameType.Oom).ToFrame();
}

/// <summary>The container could not be created, or its program not be started (125, 126 or 127, as <c>docker run</c> exits).</summary>
public sealed record MonitorStartFailed(int ExitCode, string Message) : MonitorEvent
{
    internal override byte[] ToFrame() => new FlatWriter(FrameType.StartFailed).Int32(ExitCode).String(Message).ToFrame();
}

/// <summary>How far a monitor's container is.</summary>
public enum MonitorPhase : byte
{
    Creating,
    Created,
    Running,
    Ended,
}

/// <summary>Said first on each control connection, so that a daemon that returns knows where things are.</summary>
/// <param name="Phase">How far the container is.</param>
/// <param name="ProcessId">The container's first process; 0 before Created.</param>
/// <param name="StartedAt">When its program began; 0 before Running.</param>
/// <param name="MonitorProcessId">The monitor itself.</param>
/// <param name="Execs">The execs that run now.</param>
public sealed record MonitorState(MonitorPhase Phase, int ProcessId, long StartedAt, int MonitorProcessId, IReadOnlyList<string> Execs)
    : MonitorEvent
{
    internal override byte[] ToFrame() => new FlatWriter(FrameType.State)
        .Byte((byte)Phase).Int32(ProcessId).Int64(StartedAt).Int32(MonitorProcessId).Strings(Execs).ToFrame();

    internal static MonitorState Read(ReadOnlySpan<byte> payload)
    {
        var reader = new FlatReader(payload);
        var phase = (MonitorPhase)reader.Byte();
        return Enum.IsDefined(phase)
            ? new MonitorState(phase, reader.Int32(), reader.Int64(), reader.Int32(), reader.Strings())
            : throw new InvalidArgumentException($"monitor frame has unknown phase {(byte)phase}");
    }
}
