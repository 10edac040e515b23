using System.Text.Json;
using Gantry.Engine.Restart;
using Gantry.Runtime.Monitor;
using Gantry.Runtime.Monitor.Client;
using Gantry.Runtime.Monitor.Protocol;
using Gantry.Spec;
using Microsoft.Extensions.Logging;

namespace Gantry.Engine.Containers;

/// <summary>Brings records and reality together when the daemon starts, after whatever ended it.</summary>
internal sealed partial class Reconciler(EngineParts parts, ContainerRunner runner, ContainerRemover remover)
{
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(parts.Paths.Containers);
        Directory.CreateDirectory(parts.Paths.Bundles);
        parts.Volumes.Reconcile();
        var toStart = new List<Container>();
        foreach (var container in parts.Store.All())
        {
            try
            {
                if (await ReconcileAsync(container, cancellationToken).ConfigureAwait(false))
                {
                    toStart.Add(container);
                }
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                LogFailed(parts.Logger, container.Id, e);
            }
        }

        await SweepAsync().ConfigureAwait(false);
        await parts.Networks.ReconcileAsync(cancellationToken).ConfigureAwait(false);
        Start(toStart);
    }

    /// <summary>None begins before all are scheduled: what is not would be taken for one that does not come.</summary>
    private void Start(List<Container> containers)
    {
        var starts = new Dictionary<string, Task>(StringComparer.Ordinal);
        var order = new StartOrder(parts.Store, starts, parts.Time, parts.Logger);
        var begin = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        foreach (var container in containers)
        {
            starts[container.Id] = runner.ScheduleRestart(container, async cancellationToken =>
            {
                await begin.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
                if (StartOrder.IsOrdered(container)) await order.WaitAsync(container, cancellationToken).ConfigureAwait(false);
            });
        }

        begin.SetResult();
    }

    /// <summary>True when its restart policy wants it to run.</summary>
    private async Task<bool> ReconcileAsync(Container container, CancellationToken cancellationToken)
    {
        using var holder = await container.Gate.EnterAsync().ConfigureAwait(false);
        var record = container.Record;
        if (record.State.Removing || record.State.Dead)
        {
            await remover.RemoveAsync(container, removeVolumes: record.HostConfig.AutoRemove).ConfigureAwait(false);
            return false;
        }

        var wasRunning = record.State.Running;
        var settings = ReadSettings(container.Id);
        if (settings is not null && await FindMonitorAsync(container, settings, cancellationToken).ConfigureAwait(false))
        {
            return false;
        }

        if (wasRunning && record.State is { Restarting: false })
        {
            await EndedMeanwhileAsync(container, settings).ConfigureAwait(false);
            if (parts.Store.Find(container.Id) is null)
            {
                return false;
            }

            if (container.RestartTimer is { } timer)
            {
                // It comes back in its order among the others.
                container.RestartTimer = null;
                await timer.CancelAsync().ConfigureAwait(false);
                return true;
            }
        }
        else
        {
            ContainerRemover.DeleteTree(parts.Paths.Bundle(container.Id));
            if (record.State.Running)
            {
                parts.Store.Save(container, record with { State = record.State with { Running = false, Restarting = false } });
            }
        }

        if (record.HostConfig.AutoRemove && record.State.StartedAt is not null)
        {
            await remover.RemoveAsync(container, removeVolumes: true).ConfigureAwait(false);
            return false;
        }

        record = container.Record;
        return RestartBackOff.AppliesAtDaemonStart(record.HostConfig.RestartPolicy, wasRunning, record.ManuallyStopped, record.State.ExitCode)
            && record.State.StartedAt is not null;
    }

    /// <summary>True when the container runs and is taken over.</summary>
    private async Task<bool> FindMonitorAsync(Container container, MonitorSettings settings, CancellationToken cancellationToken)
    {
        var bundle = parts.Paths.Bundle(container.Id);
        if (!File.Exists(Path.Combine(bundle, MonitorSettings.SocketName)))
        {
            return false;
        }

        var monitor = await MonitorClient.ConnectAsync(bundle, settings, happened => runner.OnEvent(container, happened), cancellationToken).ConfigureAwait(false);
        if (monitor.Exited.IsCompleted)
        {
            await monitor.DisposeAsync().ConfigureAwait(false);
            return false;
        }

        if (!monitor.Started.IsCompletedSuccessfully)
        {
            // Created and never started: the daemon ended in the middle of a start, which then has not happened.
            await KillAsync(monitor).ConfigureAwait(false);
            return false;
        }

        var started = await monitor.Started.ConfigureAwait(false);
        var record = container.Record;
        var state = record.State with
        {
            Running = true,
            Restarting = false,
            Pid = started.ProcessId,
            StartedAt = DateTimeOffset.UnixEpoch.AddTicks(started.StartedAt / 100),
        };
        parts.Store.Save(container, record with { State = state });
        runner.Adopt(container, monitor);
        return true;
    }

    private async Task EndedMeanwhileAsync(Container container, MonitorSettings? settings)
    {
        var path = parts.Paths.Exit(container.Id);
        var exited = Exit(path)
            ?? new MonitorExited(
                settings is null ? 255 : 137, settings is null ? 0 : SignalName.Kill, false, (parts.Time.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * 100,
                settings is null ? "the machine or the container's monitor ended while the daemon was away" : "the container's monitor was killed while the daemon was away");
        await runner.EndedAsync(container, exited, Task.CompletedTask).ConfigureAwait(false);
    }

    private static MonitorExited? Exit(string path)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(path), MonitorJson.Default.MonitorExitRecord) is { } record
                ? new(record.ExitCode, record.Signal, record.OomKilled, (record.FinishedAt - DateTimeOffset.UnixEpoch).Ticks * 100, record.Error)
                : null;
        }
        catch (Exception e) when (e is IOException or JsonException)
        {
            return null;
        }
    }

    private MonitorSettings? ReadSettings(string id)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(parts.Paths.MonitorSettings(id)), MonitorJson.Default.MonitorSettings);
        }
        catch (Exception e) when (e is IOException or JsonException)
        {
            return null;
        }
    }

    private static async Task KillAsync(MonitorClient monitor)
    {
        try
        {
            await monitor.KillAsync(SignalName.Kill, all: true).ConfigureAwait(false);
        }
        catch (GantryException)
        {
            // It is gone by itself.
        }

        await monitor.Completion.ConfigureAwait(false);
        await monitor.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>What belongs to no container goes: bundles, their processes, directories, snapshots.</summary>
    private async Task SweepAsync()
    {
        foreach (var bundle in Directory.EnumerateDirectories(parts.Paths.Bundles).Where(path => parts.Store.Find(Path.GetFileName(path)) is null))
        {
            if (ReadSettings(Path.GetFileName(bundle)) is { } settings && File.Exists(Path.Combine(bundle, MonitorSettings.SocketName)))
            {
                await KillAsync(await MonitorClient.ConnectAsync(bundle, settings).ConfigureAwait(false)).ConfigureAwait(false);
            }

            ContainerRemover.DeleteTree(bundle);
        }

        foreach (var snapshot in parts.Images.ListSnapshots().Where(id => parts.Store.Find(id) is null))
        {
            parts.Images.RemoveSnapshot(snapshot);
        }

        foreach (var directory in Directory.EnumerateDirectories(parts.Paths.Containers).Where(path => parts.Store.Find(Path.GetFileName(path)) is null))
        {
            ContainerRemover.DeleteTree(directory);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "container {Id} could not be brought back")]
    private static partial void LogFailed(ILogger logger, string id, Exception exception);
}
