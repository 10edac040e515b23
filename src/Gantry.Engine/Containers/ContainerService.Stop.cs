using Gantry.Spec;

namespace Gantry.Engine.Containers;

internal sealed partial class ContainerService
{
    private const int DefaultStopSeconds = 10;
    private static readonly TimeSpan KillPatience = TimeSpan.FromSeconds(10);

    public async Task StartAsync(string container, CancellationToken cancellationToken)
    {
        var target = parts.Store.Get(container);
        using var holder = await target.Gate.EnterAsync().ConfigureAwait(false);
        RequireStartable(target);
        target.BackOff.Reset();
        target.KeepOnExit = false;
        if (target.Record.RestartCount != 0)
        {
            target.Record = target.Record with { RestartCount = 0 };
        }

        await runner.StartAsync(target, cancellationToken).ConfigureAwait(false);
    }

    public async Task StopAsync(string container, string? signal, int? timeoutSeconds, CancellationToken cancellationToken)
    {
        var target = parts.Store.Get(container);
        if (!target.Record.State.Running)
        {
            throw new NotModifiedException($"container {target.Id} is already stopped");
        }

        await StopAsync(target, signal, timeoutSeconds, manually: true, cancellationToken).ConfigureAwait(false);
        parts.Events.Publish(target, "stop");
    }

    /// <summary>Stops what runs, each in its own time and all at once.</summary>
    /// <param name="seconds">Until they are killed; -1 for never.</param>
    public Task StopAllAsync(int seconds) => Task.WhenAll(parts.Store.All().Where(container => container.Record.State.Running).Select(async container =>
    {
        try
        {
            await StopAsync(container, signal: null, seconds < 0 ? null : Math.Min(container.Record.Config.StopTimeout ?? DefaultStopSeconds, seconds), manually: false, CancellationToken.None).ConfigureAwait(false);
            parts.Events.Publish(container, "stop");
        }
        catch (GantryException)
        {
            // It goes on, and the next daemon finds it.
        }
    }));

    public async Task RestartAsync(string container, string? signal, int? timeoutSeconds, CancellationToken cancellationToken)
    {
        var target = parts.Store.Get(container);
        if (target.Record.State.Running)
        {
            target.KeepOnExit = true;
            await StopAsync(target, signal, timeoutSeconds, manually: false, cancellationToken).ConfigureAwait(false);
            parts.Events.Publish(target, "stop");
        }

        using (await target.Gate.EnterAsync().ConfigureAwait(false))
        {
            target.KeepOnExit = false;
            if (!target.Record.State.Running)
            {
                RequireStartable(target);
                target.BackOff.Reset();
                await runner.StartAsync(target, cancellationToken).ConfigureAwait(false);
            }
        }

        parts.Events.Publish(target, "restart");
    }

    public async Task KillAsync(string container, string signal, CancellationToken cancellationToken)
    {
        var target = parts.Store.Get(container);
        var number = signal.Length == 0 ? SignalName.Kill : SignalName.Parse(signal);
        Task ended;
        using (await target.Gate.EnterAsync().ConfigureAwait(false))
        {
            if (!target.Record.State.Running)
            {
                throw new ConflictException($"cannot kill container: {container}: Container {target.Id} is not running");
            }

            if (runner.CancelRestart(target))
            {
                return;
            }

            // What ends a container by the user's wish is not brought back by its policy; other signals are messages to it.
            if (number == SignalName.Kill || number == StopSignal(target))
            {
                MarkStopping(target, manually: true);
            }

            ended = target.RunEnded.Task;
            await SignalAsync(target, number, cancellationToken).ConfigureAwait(false);
        }

        if (number == SignalName.Kill)
        {
            await WaitAsync(ended, KillPatience, cancellationToken).ConfigureAwait(false);
        }
    }

    private static int StopSignal(Container container) =>
        container.Record.Config.StopSignal is { Length: > 0 } name ? SignalName.Parse(name) : SignalName.Terminate;

    private static void RequireStartable(Container container)
    {
        switch (container.Record.State)
        {
            case { Paused: true }:
                throw new ConflictException("cannot start a paused container, try unpause instead");
            case { Removing: true }:
                throw new ConflictException("container is marked for removal and cannot be started");
            case { Dead: true }:
                throw new ConflictException("container is dead and cannot be started");
            case { Restarting: true }:
                // A user who starts it does not want to wait for its policy.
                container.RestartTimer?.Cancel();
                container.RestartTimer = null;
                break;
            case { Running: true }:
                throw new NotModifiedException($"container {container.Id} is already running");
        }
    }

    private static async Task<bool> WaitAsync(Task ended, TimeSpan patience, CancellationToken cancellationToken)
    {
        try
        {
            await ended.WaitAsync(patience, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    private async Task StopAsync(Container target, string? signal, int? timeoutSeconds, bool manually, CancellationToken cancellationToken)
    {
        var number = signal is { Length: > 0 } ? SignalName.Parse(signal) : StopSignal(target);
        var seconds = timeoutSeconds ?? target.Record.Config.StopTimeout ?? DefaultStopSeconds;
        Task ended;
        using (await target.Gate.EnterAsync().ConfigureAwait(false))
        {
            if (!target.Record.State.Running || runner.CancelRestart(target))
            {
                return;
            }

            MarkStopping(target, manually);
            ended = target.RunEnded.Task;
            await SignalAsync(target, number, cancellationToken).ConfigureAwait(false);
        }

        var patience = seconds < 0 ? Timeout.InfiniteTimeSpan : TimeSpan.FromSeconds(seconds);
        if (await WaitAsync(ended, patience, cancellationToken).ConfigureAwait(false))
        {
            return;
        }

        using (await target.Gate.EnterAsync().ConfigureAwait(false))
        {
            if (target.Monitor is not null && target.RunEnded.Task == ended)
            {
                await SignalAsync(target, SignalName.Kill, cancellationToken).ConfigureAwait(false);
            }
        }

        if (!await WaitAsync(ended, KillPatience, cancellationToken).ConfigureAwait(false))
        {
            throw new InternalException($"container {target.Id} did not end within {KillPatience.TotalSeconds:0} s of SIGKILL");
        }
    }

    private void MarkStopping(Container container, bool manually)
    {
        container.IsStopping = true;
        if (manually)
        {
            // Goes to disk with the end of the run, and before it: a daemon that dies now must not start it again.
            parts.Store.Save(container, container.Record with { ManuallyStopped = true });
        }
    }

    /// <summary>The caller holds the gate.</summary>
    private async Task SignalAsync(Container container, int signal, CancellationToken cancellationToken)
    {
        if (container.Monitor is not { } monitor)
        {
            return;
        }

        try
        {
            await monitor.KillAsync(signal, cancellationToken: cancellationToken).ConfigureAwait(false);
        }
        catch (GantryException e) when (e is ConflictException or UnavailableException)
        {
            // It ended by itself; that is what was to happen.
        }

        parts.Events.Publish(container, "kill", ("signal", Number(signal)));
        if (container.Record.State.Paused && (signal == SignalName.Kill || signal == StopSignal(container)))
        {
            await SetPausedAsync(container, false, cancellationToken).ConfigureAwait(false);
        }
    }
}
