using Gantry.Engine.Health;
using Gantry.Engine.Logs.Drivers;
using Gantry.Linux;
using Gantry.Runtime.Monitor.Protocol;
using Gantry.Spec;
using Gantry.Spec.Engine;
using Microsoft.Extensions.Logging;

namespace Gantry.Engine.Containers;

internal sealed partial class ContainerRunner
{
    /// <summary>Records an end and does what follows from it. The caller holds the container's gate.</summary>
    /// <param name="container">Which.</param>
    /// <param name="exited">How.</param>
    /// <param name="released">Completes when the bundle may go.</param>
    public async Task EndedAsync(Container container, MonitorExited exited, Task released)
    {
        var record = container.Record;
        var finished = DateTimeOffset.UnixEpoch.AddTicks(exited.FinishedAt / 100);
        var ran = finished - (record.State.StartedAt ?? finished);
        var delay = container.IsStopping || container.KeepOnExit || record.ManuallyStopped
            ? null
            : container.BackOff.Next(record.HostConfig.RestartPolicy, exited.ExitCode, ran);
        HealthChecks.End(container);
        container.Monitor = null;
        foreach (var exec in container.Execs.Values)
        {
            exec.ContainerEnded();
        }

        var saved = record with
        {
            Endpoints = [],
            Ports = [],
            RestartCount = delay is null ? record.RestartCount : record.RestartCount + 1,
            State = record.State with
            {
                Running = delay is not null,
                Restarting = delay is not null,
                Paused = false,
                Pid = 0,
                ExitCode = exited.ExitCode,
                OomKilled = exited.OomKilled,
                Error = exited.Error ?? "",
                FinishedAt = finished,
            },
        };
        SaveEnd(container, saved);
        parts.Networks.Publish(container, "disconnect");
        await parts.Networks.DetachAsync(container).ConfigureAwait(false);
        container.EndRecorded.TrySetResult();
        ReleaseVolumes(saved);
        parts.Events.Died(container, exited.ExitCode, ran);
        container.EndTold = parts.Time.GetUtcNow();
        parts.Volumes.Publish(saved, mounted: false);
        container.Waits.Exited(new ContainerWaitResponse { StatusCode = exited.ExitCode });
        var logged = StopLoggingAsync(saved, released);
        if (delay is null && saved.HostConfig.AutoRemove && !container.KeepOnExit)
        {
            await remover.LingerAsync(container).ConfigureAwait(false);
            remover.RemoveEnded(container, logged);
            return;
        }

        await logged.ConfigureAwait(false);
        ContainerRemover.DeleteTree(parts.Paths.Bundle(container.Id));
        if (delay is { } pause)
        {
            _ = ScheduleRestart(container, cancellationToken => Task.Delay(pause, parts.Time, cancellationToken));
        }

        container.RunEnded.TrySetResult();
    }

    /// <summary>A disk that is full is no reason to keep an end from those who wait for it.</summary>
    private void SaveEnd(Container container, ContainerRecord record)
    {
        try
        {
            parts.Store.Save(container, record);
        }
        catch (LinuxException e)
        {
            LogEndNotRecorded(parts.Logger, container.Id, e.Message);
            container.Record = record;
        }
    }

    /// <summary>A log's plug-in is told when its pipe has everything, and before the container can run again.</summary>
    private async Task StopLoggingAsync(ContainerRecord record, Task released)
    {
        await released.ConfigureAwait(false);
        if (LogDrivers.IsPlugin(record.HostConfig.LogConfig.Type, out _))
        {
            await Task.Run(() => StopLogging(record)).ConfigureAwait(false);
        }
    }

    /// <summary>Ends a wait for the next restart; true when there was one. The caller holds the gate.</summary>
    public bool CancelRestart(Container container)
    {
        if (container.RestartTimer is not { } timer)
        {
            return false;
        }

        container.RestartTimer = null;
        timer.Cancel();
        parts.Store.Save(container, container.Record with
        {
            ManuallyStopped = true,
            State = container.Record.State with { Running = false, Restarting = false },
        });
        container.Waits.Exited(new ContainerWaitResponse { StatusCode = container.Record.State.ExitCode });
        return true;
    }

    /// <param name="container">Nobody starts or stops it meanwhile.</param>
    /// <param name="wait">What its start waits for.</param>
    /// <returns>Completes when it was started, could not be, or is not to be any more.</returns>
    public Task ScheduleRestart(Container container, Func<CancellationToken, Task> wait)
    {
        var timer = new CancellationTokenSource();
        container.RestartTimer = timer;
        return RestartLaterAsync(container, wait, timer);
    }

    private async Task RestartLaterAsync(Container container, Func<CancellationToken, Task> wait, CancellationTokenSource timer)
    {
        try
        {
            await wait(timer.Token).ConfigureAwait(false);
            using var holder = await container.Gate.EnterAsync().ConfigureAwait(false);
            if (container.RestartTimer == timer)
            {
                container.RestartTimer = null;
                await StartAsync(container, CancellationToken.None).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            // Somebody stopped, started or removed it meanwhile.
        }
        catch (Exception e) when (e is GantryException)
        {
            // The failure is in the container's state, where the user looks for it.
            LogRestartFailed(parts.Logger, container.Id, e.Message);
        }
        finally
        {
            timer.Dispose();
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "the end of container {Id} is not on the disk: {Reason}")]
    private static partial void LogEndNotRecorded(ILogger logger, string id, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "restarting container {Id} failed: {Reason}")]
    private static partial void LogRestartFailed(ILogger logger, string id, string reason);
}
