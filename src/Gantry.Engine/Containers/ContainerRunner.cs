using Gantry.Engine.Health;
using Gantry.Engine.Logs.Drivers;
using Gantry.Engine.Networks;
using Gantry.Linux;
using Gantry.Runtime.Monitor.Client;
using Gantry.Runtime.Monitor.Protocol;
using Gantry.Runtime.Monitor;
using Gantry.Spec.Engine;
using Gantry.Spec;
using Microsoft.Extensions.Logging;

namespace Gantry.Engine.Containers;

/// <summary>Starts containers, sees them end, and starts them again where their policy says so.</summary>
internal sealed partial class ContainerRunner(EngineParts parts, ContainerRemover remover, HealthChecks health)
{
    private const int StartFailureCode = 128;

    /// <summary>Starts a container that has no process. The caller holds its gate.</summary>
    public async Task StartAsync(Container container, CancellationToken cancellationToken)
    {
        MonitorClient? monitor = null;
        container.EndRecorded = NewRun();
        using var span = Tracing.Begin("daemon.containerStart", ("container.ID", container.Id), ("container.Name", container.Record.Name));
        try
        {
            using var network = await parts.Networks.AttachAsync(container, cancellationToken).ConfigureAwait(false);
            var settings = new BundleBuilder(parts).Build(container, network, out var root, out var mounts);
            using (root)
            using (mounts)
            {
                File.Delete(settings.ExitPath);
                StartLogging(container.Record);
                monitor = parts.Monitors.Spawn(
                    new MonitorSpawn
                    {
                        Bundle = parts.Paths.Bundle(container.Id),
                        Settings = settings,
                        RootFilesystem = root,
                        NetworkNamespace = network.Namespace,
                        Mounts = mounts.All,
                    },
                    happened => OnEvent(container, happened));
            }

            var record = container.Record with { Networks = network.Settings, Endpoints = network.Endpoints, Ports = [.. network.Ports?.Ports ?? []] };
            // Written while the monitor makes the container; should it fail, the row is written again.
            parts.Store.Write(Running(record, parts.Time.GetUtcNow(), 0));
            await MonitorRelays.ServeAsync(monitor, network.Ports, CancellationToken.None).ConfigureAwait(false);
            await network.Connected.ConfigureAwait(false);
            await container.Pending.ConnectAsync(monitor, cancellationToken).ConfigureAwait(false);
            var started = await monitor.StartAsync(CancellationToken.None).ConfigureAwait(false);
            container.Record = Running(record, DateTimeOffset.UnixEpoch.AddTicks(started.StartedAt / 100), started.ProcessId);
        }
        catch (Exception e)
        {
            _ = Tracing.Fail(span, e.Message);
            throw await FailedAsync(container, monitor, e).ConfigureAwait(false);
        }

        // What becomes of it later is no part of who started it now.
        using (ExecutionContext.SuppressFlow())
        {
            Adopt(container, monitor);
        }

        parts.Volumes.Publish(container.Record, mounted: true);
        parts.Networks.Publish(container, "connect");
        parts.Events.Publish(container, "start");
    }

    /// <summary>Takes a running container over: its end will be seen. The caller holds its gate.</summary>
    public void Adopt(Container container, MonitorClient monitor)
    {
        container.Monitor = monitor;
        container.RunEnded = NewRun();
        if (container.EndRecorded.Task.IsCompleted)
        {
            container.EndRecorded = NewRun();
        }

        container.IsStopping = false;
        health.Begin(container);
        _ = WatchAsync(container, monitor);
    }

    private static TaskCompletionSource NewRun() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void OnEvent(Container container, MonitorEvent happened)
    {
        if (happened is MonitorOom)
        {
            parts.Events.Publish(container, "oom");
        }
    }

    private static ContainerRecord Running(ContainerRecord record, DateTimeOffset startedAt, int pid) => record with
    {
        ManuallyStopped = false,
        State = record.State with
        {
            Running = true,
            Restarting = false,
            Paused = false,
            OomKilled = false,
            Dead = false,
            Pid = pid,
            ExitCode = 0,
            Error = "",
            StartedAt = startedAt,
            FinishedAt = record.State.FinishedAt,
        },
    };

    /// <summary>Undoes a start that failed; gives the failure to tell.</summary>
    private async Task<Exception> FailedAsync(Container container, MonitorClient? monitor, Exception failure)
    {
        if (monitor is not null)
        {
            await EndAsync(monitor).ConfigureAwait(false);
        }

        StopLogging(container.Record);
        container.Pending.End();
        ReleaseVolumes(container.Record);
        await parts.Networks.DetachAsync(container).ConfigureAwait(false);
        var told = Translate(failure, MonitorErrors(container.Id));
        ContainerRemover.DeleteTree(parts.Paths.Bundle(container.Id));
        var code = failure is ProcessStartException start ? start.ExitCode is 125 ? StartFailureCode : start.ExitCode : StartFailureCode;
        parts.Store.Save(container, container.Record with
        {
            State = container.Record.State with
            {
                Running = false,
                Restarting = false,
                Pid = 0,
                ExitCode = code,
                Error = told.Message,
                FinishedAt = container.Record.State.StartedAt is null ? null : parts.Time.GetUtcNow(),
            },
        });
        container.EndRecorded.TrySetResult();
        container.Waits.Exited(new ContainerWaitResponse { StatusCode = code });
        if (container.Record.HostConfig.AutoRemove)
        {
            await remover.RemoveAsync(container, removeVolumes: true).ConfigureAwait(false);
        }

        return told;
    }

    private void StartLogging(ContainerRecord record)
    {
        using var plugin = LogPlugin.Of(record);
        plugin?.Start(parts.Paths, record);
    }

    private void StopLogging(ContainerRecord record)
    {
        try
        {
            using var plugin = LogPlugin.Of(record);
            plugin?.Stop(parts.Paths, record.Id);
        }
        catch (GantryException e)
        {
            LogStillLogging(parts.Logger, record.Id, e);
        }
    }

    private void ReleaseVolumes(ContainerRecord record)
    {
        foreach (var mount in record.Mounts.Where(mount => mount.Type == "volume"))
        {
            parts.Volumes.Unmount(mount, record.Id);
        }
    }

    /// <summary>A container that was created and must not run.</summary>
    private static async Task EndAsync(MonitorClient monitor)
    {
        if (!monitor.Exited.IsCompleted)
        {
            try
            {
                await monitor.KillAsync(SignalName.Kill, all: true).ConfigureAwait(false);
                await monitor.Completion.ConfigureAwait(false);
            }
            catch (GantryException)
            {
                // It has ended by itself.
            }
        }

        await monitor.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>What the monitor said before it could speak to us.</summary>
    private string MonitorErrors(string id)
    {
        try
        {
            return File.ReadAllText(Path.Combine(parts.Paths.Bundle(id), MonitorSettings.ErrorName)).Trim();
        }
        catch (IOException)
        {
            return "";
        }
    }

    private static Exception Translate(Exception failure, string monitorErrors) => failure switch
    {
        UnavailableException when monitorErrors.Length > 0 =>
            new InternalException($"failed to create task for container: the monitor ended: {monitorErrors}", failure),
        ProcessStartException { ExitCode: 126 or 127 } e => new InvalidArgumentException($"failed to create task for container: {e.Message}", e),
        ProcessStartException e => new InternalException($"failed to create task for container: {e.Message}", e),
        LinuxException or IOException or UnauthorizedAccessException => new InternalException($"starting the container failed: {failure.Message}", failure),
        _ => failure,
    };

    private async Task WatchAsync(Container container, MonitorClient monitor)
    {
        try
        {
            var exited = await monitor.Exited.ConfigureAwait(false);
            using var holder = await container.Gate.EnterAsync().ConfigureAwait(false);
            if (container.Monitor == monitor)
            {
                await EndedAsync(container, exited, monitor.Completion).ConfigureAwait(false);
            }
        }
        catch (Exception e)
        {
            LogEndFailed(parts.Logger, container.Id, e);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "the logging driver of container {Id} was not told of its end")]
    private static partial void LogStillLogging(ILogger logger, string id, Exception exception);

    [LoggerMessage(Level = LogLevel.Error, Message = "recording the end of container {Id} failed")]
    private static partial void LogEndFailed(ILogger logger, string id, Exception exception);
}
