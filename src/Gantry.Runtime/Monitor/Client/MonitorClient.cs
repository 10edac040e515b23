using System.Net.Sockets;
using Gantry.Runtime.Monitor.Protocol;

namespace Gantry.Runtime.Monitor.Client;

/// <summary>
/// The daemon's end of a container's monitor. All members may be called from any thread. Disposing it leaves the
/// monitor and its container running.
/// </summary>
public sealed partial class MonitorClient : IAsyncDisposable
{
    private readonly Socket? control;
    private readonly string bundle;
    private readonly MonitorSettings settings;
    private readonly Action<MonitorEvent>? onEvent;
    private readonly TaskCompletionSource<MonitorState> state = NewSource<MonitorState>();
    private readonly TaskCompletionSource<MonitorReady> ready = NewSource<MonitorReady>();
    private readonly TaskCompletionSource<MonitorStarted> started = NewSource<MonitorStarted>();
    private readonly TaskCompletionSource<MonitorExited> exited = NewSource<MonitorExited>();
    private readonly Task reading;
    private volatile bool disposed;

    private MonitorClient(Socket? control, string bundle, MonitorSettings settings, int processId, Action<MonitorEvent>? onEvent)
    {
        this.control = control;
        this.bundle = bundle;
        this.settings = settings;
        this.onEvent = onEvent;
        ProcessId = processId;
        reading = control is null ? Task.Run(FinishAsync) : ReadEventsAsync(control);
    }

    /// <summary>The monitor's process, where this client started it or has heard its state; 0 otherwise.</summary>
    public int ProcessId { get; private set; }

    /// <summary>The container is created and waits for <see cref="StartAsync"/>. Faults with <see cref="ProcessStartException"/>.</summary>
    public Task<MonitorReady> Ready => ready.Task;

    /// <summary>The container's program runs. Faults with <see cref="ProcessStartException"/>.</summary>
    public Task<MonitorStarted> Started => started.Task;

    /// <summary>
    /// The container has ended. Never faults: a monitor that was killed gives 137 with a text, after all the container's
    /// processes were killed; a container that never started gives its exit code and the reason.
    /// </summary>
    public Task<MonitorExited> Exited => exited.Task;

    /// <summary>
    /// The monitor has let go of the container: cgroup and socket are gone and the bundle may be used again. It may
    /// still be handing the last output to slow clients. Follows <see cref="Exited"/>, or <see cref="DisposeAsync"/>.
    /// </summary>
    public Task Completion => reading;

    /// <summary>
    /// Gives a container to a monitor, which creates it at once. <see cref="StartAsync"/> need not wait for
    /// <see cref="Ready"/>.
    /// </summary>
    /// <param name="monitor">Which, owned by the caller until it has taken the container.</param>
    /// <param name="spawn">The container.</param>
    /// <param name="onEvent">Called for each event, in order, on the thread that reads them: it must not block.</param>
    /// <returns>Null when the monitor is gone.</returns>
    internal static MonitorClient? TryGive(WaitingMonitor monitor, MonitorSpawn spawn, Action<MonitorEvent>? onEvent) =>
        monitor.TryGive(spawn) ? new MonitorClient(monitor.TakeControl(), spawn.Bundle, spawn.Settings, monitor.ProcessId, onEvent) : null;

    /// <summary>
    /// Finds a monitor again that an earlier daemon started. Where none answers any more the client still comes, and its
    /// <see cref="Exited"/> says what the exit record says, or what is said of a monitor that was killed.
    /// </summary>
    public static async Task<MonitorClient> ConnectAsync(
        string bundle, MonitorSettings settings, Action<MonitorEvent>? onEvent = null, CancellationToken cancellationToken = default)
    {
        var socket = MonitorConnection.TryOpen(bundle);
        if (socket is not null && !await TrySayAsync(socket, new FlatWriter(FrameType.Control).ToFrame()).ConfigureAwait(false))
        {
            socket.Dispose();
            socket = null;
        }

        var client = new MonitorClient(socket, bundle, settings, 0, onEvent);
        // Whichever comes first: the state, or the news that there will be none.
        await Task.WhenAny(client.state.Task, client.exited.Task).WaitAsync(cancellationToken).ConfigureAwait(false);
        return client;
    }

    public async ValueTask DisposeAsync()
    {
        disposed = true;
        control?.Dispose();
        await reading.ConfigureAwait(false);
    }

    private static TaskCompletionSource<T> NewSource<T>() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static async Task<bool> TrySayAsync(Socket socket, byte[] frame)
    {
        try
        {
            await MonitorConnection.SendAsync(socket, frame, CancellationToken.None).ConfigureAwait(false);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
