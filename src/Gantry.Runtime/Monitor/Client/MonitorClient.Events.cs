using System.Net.Sockets;
using Gantry.Runtime.Monitor.Protocol;
using Gantry.Spec;

namespace Gantry.Runtime.Monitor.Client;

public sealed partial class MonitorClient
{
    private async Task ReadEventsAsync(Socket socket)
    {
        // Away from the caller's stack: Spawn returns before the first event is handled.
        await Task.Yield();
        try
        {
            var buffer = new byte[4096];
            var filled = 0;
            while (true)
            {
                var count = await socket.ReceiveAsync(buffer.AsMemory(filled), CancellationToken.None).ConfigureAwait(false);
                if (count == 0)
                {
                    break;
                }

                filled += count;
                filled = HandleFrames(ref buffer, filled);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or InvalidArgumentException)
        {
            // A monitor that is killed or talks nonsense is one that is gone: FinishAsync says so.
        }

        await FinishAsync().ConfigureAwait(false);
    }

    private int HandleFrames(ref byte[] buffer, int filled)
    {
        var done = 0;
        while (FrameHeader.TryRead(buffer.AsSpan(done, filled - done), out var header))
        {
            var whole = FrameHeader.Size + header.Length;
            if (whole > filled - done)
            {
                if (whole > buffer.Length)
                {
                    Array.Resize(ref buffer, whole + FrameHeader.Size);
                }

                break;
            }

            HandleFrame(header, buffer.AsSpan(done + FrameHeader.Size, header.Length));
            done += whole;
        }

        buffer.AsSpan(done, filled - done).CopyTo(buffer);
        return filled - done;
    }

    private void HandleFrame(FrameHeader header, ReadOnlySpan<byte> payload)
    {
        if (header.Type is FrameType.Ok or FrameType.Failed)
        {
            CompleteRequest(header, payload);
        }
        else if (MonitorEvent.TryRead(header, payload, out var happened))
        {
            HandleEvent(happened!);
        }
    }

    private void HandleEvent(MonitorEvent happened)
    {
        switch (happened)
        {
            case MonitorState now:
                ProcessId = now.MonitorProcessId;
                if (now.Phase is MonitorPhase.Created or MonitorPhase.Running)
                {
                    ready.TrySetResult(new MonitorReady(now.ProcessId));
                }

                if (now.Phase is MonitorPhase.Running)
                {
                    started.TrySetResult(new MonitorStarted(now.ProcessId, now.StartedAt));
                }

                state.TrySetResult(now);
                break;
            case MonitorReady event1:
                ready.TrySetResult(event1);
                break;
            case MonitorStarted event2:
                started.TrySetResult(event2);
                break;
            case MonitorStartFailed failed:
                Fail(new ProcessStartException(failed.ExitCode, failed.Message));
                End(new MonitorExited(failed.ExitCode, 0, false, MonitorExit.Now(), failed.Message));
                break;
            case MonitorExecExited exec:
                CompleteExec(exec);
                break;
            case MonitorExited end:
                End(end);
                return;
        }

        onEvent?.Invoke(happened);
    }

    private void End(MonitorExited end)
    {
        if (exited.Task.IsCompleted)
        {
            return;
        }

        // Whoever is told of the end through the event finds Exited complete.
        exited.TrySetResult(end);
        onEvent?.Invoke(end);
    }

    private void Fail(Exception why)
    {
        ready.TrySetException(why);
        started.TrySetException(why);
        _ = ready.Task.Exception;
        _ = started.Task.Exception;
    }

    private async Task FinishAsync()
    {
        if (!exited.Task.IsCompleted && !disposed)
        {
            End(MonitorExit.TryRead(settings) ?? await Task.Run(() => MonitorExit.AfterLostMonitor(bundle, settings)).ConfigureAwait(false));
        }

        control?.Dispose();
        var gone = new UnavailableException("the container's monitor has ended");
        Fail(gone);
        FailRequests(gone);
        if (ProcessId > 0 && control is not null && !disposed)
        {
            _ = MonitorProcess.ReapAsync(ProcessId);
        }
    }
}
