using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Gantry.Runtime.Monitor.Protocol;
using Gantry.Spec;

namespace Gantry.Runtime.Monitor.Client;

public sealed partial class MonitorClient
{
    private readonly ConcurrentDictionary<uint, TaskCompletionSource> requests = new();
    private readonly SemaphoreSlim sending = new(1, 1);
    private uint lastRequest;

    /// <summary>Lets the container's program run; the answer comes when it does.</summary>
    /// <exception cref="ProcessStartException">It could not be created or started; the monitor has ended.</exception>
    public async Task<MonitorStarted> StartAsync(CancellationToken cancellationToken = default)
    {
        try
        {
            await RequestAsync(FrameType.Start, static _ => { }, cancellationToken).ConfigureAwait(false);
        }
        catch (UnavailableException) when (started.Task.IsFaulted)
        {
            // The reason came first, then the end of the connection.
        }

        return await started.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Sends a signal to the container's first process.</summary>
    /// <param name="signal">Its number.</param>
    /// <param name="all">To all processes of the container instead.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <exception cref="ConflictException">The container has ended.</exception>
    public Task KillAsync(int signal, bool all = false, CancellationToken cancellationToken = default) =>
        RequestAsync(FrameType.Kill, frame => frame.Int32(signal).Flag(all), cancellationToken);

    /// <summary>Sets the terminal's size.</summary>
    public Task ResizeAsync(ushort rows, ushort columns, CancellationToken cancellationToken = default) =>
        RequestAsync(FrameType.Resize, frame => frame.UInt16(rows).UInt16(columns), cancellationToken);

    /// <summary>Ends the container's stdin, whoever may still be attached to it.</summary>
    public Task CloseStdinAsync(CancellationToken cancellationToken = default) =>
        RequestAsync(FrameType.CloseStdin, static _ => { }, cancellationToken);

    /// <exception cref="NotFoundException">No such exec runs.</exception>
    public Task ResizeExecAsync(string execId, ushort rows, ushort columns, CancellationToken cancellationToken = default) =>
        RequestAsync(FrameType.ExecResize, frame => frame.String(execId).UInt16(rows).UInt16(columns), cancellationToken);

    /// <exception cref="NotFoundException">No such exec runs.</exception>
    public Task KillExecAsync(string execId, int signal, CancellationToken cancellationToken = default) =>
        RequestAsync(FrameType.ExecKill, frame => frame.String(execId).Int32(signal), cancellationToken);

    /// <summary>How far the container is and which execs run.</summary>
    public async Task<MonitorState> GetStateAsync(CancellationToken cancellationToken = default)
    {
        using var socket = MonitorConnection.Open(bundle);
        await MonitorConnection.SendAsync(socket, new FlatWriter(FrameType.Control).ToFrame(), cancellationToken).ConfigureAwait(false);
        var (header, payload) = await MonitorConnection.ReceiveAsync(socket, cancellationToken).ConfigureAwait(false);
        return header.Type == FrameType.State
            ? MonitorState.Read(payload)
            : throw new InternalException($"the monitor of {settings.Id} answered with frame 0x{(byte)header.Type:x2} instead of its state");
    }

    private Task RequestAsync(FrameType type, Action<FlatWriter> fill, CancellationToken cancellationToken) =>
        RequestAsync(type, fill, [], cancellationToken);

    private async Task RequestAsync(
        FrameType type, Action<FlatWriter> fill, IReadOnlyList<SafeHandle> descriptors, CancellationToken cancellationToken)
    {
        var id = Interlocked.Increment(ref lastRequest);
        var answer = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        requests[id] = answer;
        try
        {
            var frame = new FlatWriter(type).UInt32(id);
            fill(frame);
            await SendAsync(frame.ToFrame(), descriptors, cancellationToken).ConfigureAwait(false);
            await answer.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            requests.TryRemove(id, out _);
        }
    }

    private async Task SendAsync(byte[] frame, IReadOnlyList<SafeHandle> descriptors, CancellationToken cancellationToken)
    {
        await sending.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (control is null || reading.IsCompleted)
            {
                throw new UnavailableException("the container's monitor has ended");
            }

            // Not cancelled half way: the next frame would be read as the rest of this one.
            if (descriptors.Count > 0) await SendAsync(control, frame, descriptors).ConfigureAwait(false);
            else await MonitorConnection.SendAsync(control, frame, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            throw new UnavailableException("the container's monitor has ended", e);
        }
        finally
        {
            sending.Release();
        }
    }

    private void CompleteRequest(FrameHeader header, ReadOnlySpan<byte> payload)
    {
        var reader = new FlatReader(payload);
        if (!requests.TryGetValue(reader.UInt32(), out var answer))
        {
            return;
        }

        if (header.Type == FrameType.Ok)
        {
            answer.TrySetResult();
        }
        else
        {
            answer.TrySetException(RequestFailure.Read(ref reader));
        }
    }

    private void FailRequests(Exception why)
    {
        foreach (var answer in requests.Values)
        {
            answer.TrySetException(why);
        }

        foreach (var exec in execs.Values)
        {
            exec.TrySetResult(137);
        }
    }
}
