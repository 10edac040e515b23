using Gantry.Linux.Files;
using Gantry.Spec.Engine;

namespace Gantry.Engine.Containers;

/// <summary>Takes containers away. Each step may be repeated: a removal that was interrupted goes on at the next start.</summary>
internal sealed class ContainerRemover(EngineParts parts)
{
    /// <summary>Removes a container that has no process. The caller holds its gate.</summary>
    public Task RemoveAsync(Container container, bool removeVolumes)
    {
        var record = container.Record;
        if (!record.State.Removing)
        {
            // Known as being removed before anything of it goes. A container that is gone half way is never shown as whole.
            record = record with { State = record.State with { Running = false, Restarting = false, Removing = true, Pid = 0 } };
            parts.Store.Save(container, record);
        }

        container.Pending.End();
        foreach (var exec in container.Execs.Values)
        {
            exec.ContainerEnded();
        }

        parts.Images.RemoveSnapshot(container.Id);
        DeleteTree(parts.Paths.Container(container.Id));
        DeleteTree(parts.Paths.Bundle(container.Id));
        if (removeVolumes)
        {
            parts.Volumes.RemoveAnonymous(record.Mounts, container.Id);
        }

        parts.Store.Delete(container);
        parts.Events.Publish(container, "destroy");
        container.Waits.Removed(new ContainerWaitResponse { StatusCode = record.State.ExitCode });
        container.RunEnded.TrySetResult();
        return Task.CompletedTask;
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

    private static RootedDirectory? TryOpen(string path) => Directory.Exists(path) ? RootedDirectory.Open(path) : null;
}
