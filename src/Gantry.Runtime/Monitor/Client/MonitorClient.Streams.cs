using System.Collections.Concurrent;
using System.Net.Sockets;
using Gantry.Runtime.Monitor.Protocol;
using Gantry.Spec;

namespace Gantry.Runtime.Monitor.Client;

public sealed partial class MonitorClient
{
    private readonly ConcurrentDictionary<string, TaskCompletionSource<int>> execs = new();

    /// <summary>
    /// A stream of the container's output from now on, and to its stdin. Attached before <see cref="StartAsync"/> (from
    /// <see cref="Ready"/> on) it misses nothing.
    /// </summary>
    public async Task<MonitorStream> AttachAsync(MonitorStreams streams, CancellationToken cancellationToken = default)
    {
        var (socket, _) = await OpenStreamAsync(new FlatWriter(FrameType.Attach, (byte)streams).ToFrame(), cancellationToken).ConfigureAwait(false);
        return new MonitorStream(socket);
    }

    /// <summary>Starts a process in the container, this client attached to the streams named (none: detached).</summary>
    /// <exception cref="ProcessStartException">It could not be started.</exception>
    /// <exception cref="ConflictException">The container does not run, or an exec with this id does.</exception>
    public async Task<MonitorExec> ExecAsync(ExecRequest request, MonitorStreams streams, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        var exitCode = NewSource<int>();
        if (!execs.TryAdd(request.Id, exitCode))
        {
            throw new ConflictException($"exec {request.Id} is already running");
        }

        try
        {
            var (socket, pid) = await OpenStreamAsync(request.ToFrame(streams), cancellationToken).ConfigureAwait(false);
            if (reading.IsCompleted)
            {
                exitCode.TrySetResult(137);
            }

            return new MonitorExec(request.Id, pid, new MonitorStream(socket), exitCode.Task);
        }
        catch
        {
            execs.TryRemove(request.Id, out _);
            throw;
        }
    }

    private async Task<(Socket Socket, int ProcessId)> OpenStreamAsync(byte[] frame, CancellationToken cancellationToken)
    {
        var socket = MonitorConnection.Open(bundle);
        try
        {
            await MonitorConnection.SendAsync(socket, frame, cancellationToken).ConfigureAwait(false);
            var (header, payload) = await MonitorConnection.ReceiveAsync(socket, cancellationToken).ConfigureAwait(false);
            return (socket, ReadReply(header, payload));
        }
        catch (SocketException e)
        {
            socket.Dispose();
            throw new UnavailableException("the container's monitor closed the connection", e);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static int ReadReply(FrameHeader header, ReadOnlySpan<byte> payload)
    {
        var reader = new FlatReader(payload);
        switch (header.Type)
        {
            case FrameType.Ok:
                return 0;
            case FrameType.ExecStarted:
                return reader.Int32();
            case FrameType.Failed:
                _ = reader.UInt32();
                throw RequestFailure.Read(ref reader);
            default:
                throw new InternalException($"the monitor answered an attach with frame 0x{(byte)header.Type:x2}");
        }
    }

    private void CompleteExec(MonitorExecExited exec)
    {
        if (execs.TryRemove(exec.ExecId, out var exitCode))
        {
            exitCode.TrySetResult(exec.ExitCode);
        }
    }
}
