using Gantry.Linux;
using Gantry.Runtime.Monitor.Protocol;
using Gantry.Spec;

namespace Gantry.Runtime.Monitor.Client;

/// <summary>
/// Starts monitors. One waits ahead, so that a container need not wait for the start of a program; it is replaced when
/// no container is being started.
/// </summary>
/// <param name="program">The <c>gantry-runtime</c> executable.</param>
/// <param name="bundles">The directory that the containers' bundles are in.</param>
public sealed class MonitorPool(string program, string bundles) : IDisposable
{
    private const int IdLength = 64;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan AnswerTime = TimeSpan.FromMilliseconds(15);
    private readonly Lock gate = new();
    private WaitingMonitor? waiting;
    private int starting;
    private bool disposed;

    /// <summary>Starts a monitor for a container, which it creates at once.</summary>
    /// <param name="spawn">Which.</param>
    /// <param name="onEvent">Called for each event, in order, on the thread that reads them: it must not block.</param>
    public MonitorClient Spawn(MonitorSpawn spawn, Action<MonitorEvent>? onEvent = null)
    {
        lock (gate) starting++;
        try
        {
            var client = TryGiveWaiting(spawn, onEvent) ?? GiveNew(spawn, onEvent);
            _ = PrepareAfterAsync(client);
            return client;
        }
        catch
        {
            lock (gate) starting--;
            throw;
        }
    }

    /// <summary>Starts the monitor that waits, unless one does or a container is being started.</summary>
    public void Prepare()
    {
        lock (gate)
        {
            if (disposed || waiting is not null || starting > 0) return;
            try
            {
                waiting = WaitingMonitor.Start(program, Path.Combine(bundles, new string('-', IdLength)));
            }
            catch (LinuxException)
            {
                // The next container's start tries again, and says why it cannot.
            }
        }
    }

    public void Dispose()
    {
        lock (gate)
        {
            disposed = true;
            waiting?.Dispose();
            waiting = null;
        }
    }

    private MonitorClient? TryGiveWaiting(MonitorSpawn spawn, Action<MonitorEvent>? onEvent)
    {
        WaitingMonitor? taken;
        lock (gate) (taken, waiting) = (waiting, null);
        using (taken) return taken is null ? null : MonitorClient.TryGive(taken, spawn, onEvent);
    }

    private MonitorClient GiveNew(MonitorSpawn spawn, Action<MonitorEvent>? onEvent)
    {
        using var monitor = WaitingMonitor.Start(program, spawn.Bundle);
        return MonitorClient.TryGive(monitor, spawn, onEvent) ?? throw new UnavailableException("the container's monitor ended before it had its container");
    }

    private async Task PrepareAfterAsync(MonitorClient client)
    {
        await Task.WhenAny(client.Started, client.Exited).ConfigureAwait(false);
        lock (gate) starting--;
        // Whoever waits for the start, or for the end of a container that does little, is answered before a program is started.
        await Task.WhenAny(client.Exited, Task.Delay(Pause)).ConfigureAwait(false);
        await Task.Delay(AnswerTime).ConfigureAwait(false);
        Prepare();
    }
}
