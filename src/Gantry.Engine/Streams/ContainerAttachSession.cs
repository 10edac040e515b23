using Gantry.Engine.Backends;
using Gantry.Runtime.Monitor.Client;
using Gantry.Runtime.Monitor.Protocol;
using Gantry.Spec.Engine;

namespace Gantry.Engine.Streams;

/// <summary>A client attached to a container that runs, or that will.</summary>
internal sealed class ContainerAttachSession : AttachSession
{
    private readonly TaskCompletionSource<MonitorStream?> connection = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly MonitorStreams streams;
    private readonly Action<ContainerAttachSession>? onDispose;
    private readonly Action onDetach;
    private readonly LateStream? input;

    /// <param name="streams">Which of the container's.</param>
    /// <param name="keys">Of a terminal; null where there is none.</param>
    /// <param name="onDetach">They were typed.</param>
    /// <param name="onDispose">It is over.</param>
    public ContainerAttachSession(MonitorStreams streams, DetachKeys? keys, Action onDetach, Action<ContainerAttachSession>? onDispose = null)
    {
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

    public override Stream? Input => input;

    public async Task ConnectAsync(MonitorClient monitor, CancellationToken cancellationToken)
    {
        var stream = await monitor.AttachAsync(streams, cancellationToken).ConfigureAwait(false);
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

    public override async ValueTask DisposeAsync()
    {
        onDispose?.Invoke(this);
        if (!connection.TrySetResult(null) && await connection.Task.ConfigureAwait(false) is { } stream)
        {
            await stream.DisposeAsync().ConfigureAwait(false);
        }
    }
}
