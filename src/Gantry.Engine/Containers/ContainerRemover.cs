using Gantry.Linux.Files;
using Gantry.Spec.Engine;
using Microsoft.Extensions.Logging;

namespace Gantry.Engine.Containers;

/// <summary>Takes containers away. Each step may be repeated: a removal that was interrupted goes on at the next start.</summary>
internal sealed partial class ContainerRemover(EngineParts parts)
{
    private static readonly TimeSpan Lingering = TimeSpan.FromMilliseconds(50);

    /// <summary>Removes a container that has no process. The caller holds its gate.</summary>
    public async Task RemoveAsync(Container container, bool removeVolumes)
    {
        await LingerAsync(container).ConfigureAwait(false);
        var record = container.Record;
        if (!record.State.Removing)
        {
            // Known as being removed before anything of it goes. A container that is gone half way is never shown as whole.
            record = record with { State = record.State with { Running = false, Restarting = false, Removing = true, Pid = 0 } };
            parts.Store.Save(container, record);
        }

        EndStreams(container);
        parts.Images.RemoveSnapshot(container.Id);
        DeleteDirectories(container.Id);
        if (removeVolumes)
        {
            parts.Volumes.RemoveAnonymous(record.Mounts, container.Id);
        }

        Forget(container);
    }

    /// <summary>
    /// Who follows events looks at a container when told of its end, and not all bear that it is gone: Docker Compose 2.39 to 5.0
    /// crashes. Where anybody follows, it can be looked at for a moment more.
    /// </summary>
    public async Task LingerAsync(Container container)
    {
        if (parts.Bus.SubscriberCount > 0 && container.EndTold + Lingering - parts.Time.GetUtcNow() is { Ticks: > 0 } left)
        {
            await Task.Delay(left < Lingering ? left : Lingering, parts.Time).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Removes a container that has just ended, with its volumes (<c>--rm</c>). Whoever waits for that is told when its name and all
    /// it used are free; its directories, which nobody knows from then on, go a moment later.
    /// </summary>
    /// <param name="container">Which. The caller holds its gate.</param>
    /// <param name="released">Completes when the bundle may go.</param>
    public void RemoveEnded(Container container, Task released)
    {
        EndStreams(container);
        parts.Images.RemoveSnapshot(container.Id);
        parts.Volumes.RemoveAnonymous(container.Record.Mounts, container.Id);
        Forget(container);
        _ = DeleteDirectoriesAsync(container.Id, released);
    }

    public static void DeleteTree(string path)
    {
        var name = Path.GetFileName(path);
        using var parent = TryOpen(Path.GetDirectoryName(path)!);
        if (parent?.TryStat(name) is not null)
        {
            parent.RemoveTree(name);
        }
    }

    private static void EndStreams(Container container)
    {
        container.Pending.End();
        foreach (var exec in container.Execs.Values)
        {
            exec.ContainerEnded();
        }
    }

    private void Forget(Container container)
    {
        parts.Store.Delete(container);
        parts.Events.Publish(container, "destroy");
        container.Waits.Removed(new ContainerWaitResponse { StatusCode = container.Record.State.ExitCode });
        container.EndRecorded.TrySetResult();
        container.RunEnded.TrySetResult();
    }

    private void DeleteDirectories(string id)
    {
        DeleteTree(parts.Paths.Container(id));
        DeleteTree(parts.Paths.Bundle(id));
    }

    private async Task DeleteDirectoriesAsync(string id, Task released)
    {
        try
        {
            await released.ConfigureAwait(false);
            DeleteDirectories(id);
        }
        catch (Exception e)
        {
            LogDirectoriesLeft(parts.Logger, id, e);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "directories of removed container {Id} could not be deleted; the next start of the daemon tries again")]
    private static partial void LogDirectoriesLeft(ILogger logger, string id, Exception exception);

    private static RootedDirectory? TryOpen(string path) => Directory.Exists(path) ? RootedDirectory.Open(path) : null;
}
