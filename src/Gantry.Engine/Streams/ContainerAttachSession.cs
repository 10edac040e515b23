using Gantry.Engine.Backends;
using Gantry.Engine.Containers;
using Gantry.Runtime.Monitor.Client;
using Gantry.Runtime.Monitor.Protocol;
using Gantry.Spec.Engine;

namespace Gantry.Engine.Streams;

/// <summary>A client attached to a container that runs, or that will.</summary>
internal sealed class ContainerAttachSession : AttachSession
{
    /// <summary>A program's output and its end are told by different ways.</summary>
    private static readonly TimeSpan Together = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);
    private readonly TaskCompletionSource<MonitorStream?> connection = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly MonitorStreams streams;
    private readonly Action<ContainerAttachSession>? onDispose;
    private readonly Action onDetach;
    private readonly LateStream? input;
    private readonly Container container;
    private (Task Exited, Task Recorded) run = (Task.CompletedTask, Task.CompletedTask);

    /// <param name="container">Whose they are.</param>
    /// <param name="streams">Which of the container's.</param>
    /// <param name="keys">Of a terminal; null where there is none.</param>
    /// <param name="onDetach">They were typed.</param>
    /// <param name="onDispose">It is over.</param>
    public ContainerAttachSession(Container container, MonitorStreams streams, DetachKeys? keys, Action onDetach, Action<ContainerAttachSession>? onDispose = null)
    {
        this.container = container;
        this.streams = streams;
        this.onDispose = onDispose;
        this.onDetach = onDetach;
        DetachKeys = keys;
        Output = new LateStream(connection.Task);
        input = streams.HasFlag(MonitorStreams.Stdin) ? new LateStream(connection.Task) : null;
    }

    public override bool IsTerminal => DetachKeys is not null;

    public override DetachKeys? DetachKeys { get; }

    public override Stream Output { get; }

    public override Task Ended => EndedAsync();

    public override Stream? Input => input;

    public async Task ConnectAsync(MonitorClient monitor, CancellationToken cancellationToken)
    {
        var stream = await monitor.AttachAsync(streams, cancellationToken).ConfigureAwait(false);
        run = (monitor.Exited, container.EndRecorded.Task);
        Connect(stream);
    }

    public void Connect(MonitorStream stream)
    {
        if (!connection.TrySetResult(stream))
        {
            stream.Dispose();
        }
    }

    public override void Detached() => onDetach();

    /// <summary>There is nothing to connect to: the output is at its end.</summary>
    public void End() => connection.TrySetResult(null);

    public override async ValueTask CloseInputAsync(CancellationToken cancellationToken)
    {
        if (input is not null && await connection.Task.WaitAsync(cancellationToken).ConfigureAwait(false) is { } stream)
        {
            stream.CloseWrite();
        }
    }

    /// <summary>A program may close its output and go on: nobody waits for that one.</summary>
    private async Task EndedAsync()
    {
        if (await Task.WhenAny(run.Exited, Task.Delay(Together)).ConfigureAwait(false) == run.Exited)
        {
            await run.Recorded.WaitAsync(Longest).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    public override async ValueTask DisposeAsync()
    {
        onDispose?.Invoke(this);
        if (!connection.TrySetResult(null) && await connection.Task.ConfigureAwait(false) is { } stream)
        {
            await stream.DisposeAsync().ConfigureAwait(false);
        }
    }
}
