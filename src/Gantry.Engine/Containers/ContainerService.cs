using Gantry.Engine.Backends;
using Gantry.Spec;
using Gantry.Spec.Engine;

namespace Gantry.Engine.Containers;

/// <summary>The container endpoints' backend: one file for each group of verbs.</summary>
internal sealed partial class ContainerService(EngineParts parts, ContainerRunner runner, ContainerRemover remover) : IContainerBackend
{
    public async Task RenameAsync(string container, string newName, CancellationToken cancellationToken)
    {
        var target = parts.Store.Get(container);
        if (newName.Length == 0)
        {
            throw new InvalidArgumentException("Neither old nor new names may be empty");
        }

        var name = ContainerName.Require(newName);
        using var holder = await target.Gate.EnterAsync().ConfigureAwait(false);
        var old = target.Record.Name;
        if (name == old)
        {
            throw new InvalidArgumentException("Renaming a container with the same name as its current name");
        }

        parts.Store.Rename(target, name);
        parts.Networks.NamesChanged(target);
        parts.Events.Publish(target, "rename", ("oldName", "/" + old));
    }

    public async Task ShowNamesAsync(string container, bool isShown, CancellationToken cancellationToken)
    {
        var target = parts.Store.Get(container);
        using var holder = await target.Gate.EnterAsync().ConfigureAwait(false);
        target.HidesNames = !isShown;
        parts.Networks.NamesChanged(target);
    }

    public async Task ResizeAsync(string container, int height, int width, CancellationToken cancellationToken)
    {
        var target = parts.Store.Get(container);
        var monitor = target.Monitor is { } running && target.Record.State.IsAlive ? running : throw NotRunning(target);
        await monitor.ResizeAsync((ushort)height, (ushort)width, cancellationToken).ConfigureAwait(false);
        parts.Events.Publish(
            target, "resize", ("height", Number(height)), ("width", Number(width)));
    }

    public Task<ContainerWait> WaitAsync(string container, WaitCondition condition, CancellationToken cancellationToken)
    {
        var target = parts.Store.Get(container);
        var wait = condition switch
        {
            WaitCondition.Removed => target.Waits.ForRemoval(cancellationToken),
            _ => target.Waits.ForExit(cancellationToken),
        };
        var state = target.Record.State;
        // Registered first, then looked at: an end between the two is not missed.
        if (condition == WaitCondition.NotRunning && !state.Running)
        {
            wait = Task.FromResult(new ContainerWaitResponse { StatusCode = state.ExitCode });
        }
        else if (parts.Store.Find(target.Id) is null)
        {
            wait = Task.FromResult(new ContainerWaitResponse { StatusCode = target.Record.State.ExitCode });
        }

        return Task.FromResult(new ContainerWait(wait));
    }

    public async Task PauseAsync(string container, CancellationToken cancellationToken)
    {
        var target = parts.Store.Get(container);
        using var holder = await target.Gate.EnterAsync().ConfigureAwait(false);
        switch (target.Record.State)
        {
            case { Running: false }:
                throw NotRunning(target);
            case { Paused: true }:
                throw new ConflictException($"Container {target.Id} is already paused");
            case { Restarting: true }:
                throw new ConflictException($"Container {target.Id} is restarting, wait until the container is running");
        }

        await SetPausedAsync(target, true, cancellationToken).ConfigureAwait(false);
    }

    public async Task UnpauseAsync(string container, CancellationToken cancellationToken)
    {
        var target = parts.Store.Get(container);
        using var holder = await target.Gate.EnterAsync().ConfigureAwait(false);
        if (!target.Record.State.Paused)
        {
            throw new ConflictException($"Container {target.Id} is not paused");
        }

        await SetPausedAsync(target, false, cancellationToken).ConfigureAwait(false);
    }

    public async Task RemoveAsync(string container, bool force, bool removeVolumes, bool link, CancellationToken cancellationToken)
    {
        if (link)
        {
            await RemoveLinkAsync(container).ConfigureAwait(false);
            return;
        }

        var target = parts.Store.Get(container);
        if (target.Record.State.Running)
        {
            if (!force)
            {
                var (what, hint) = target.Record.State switch
                {
                    { Paused: true } => ("paused", "unpause the container before removing or force remove"),
                    { Restarting: true } => ("restarting", "stop the container before removing or force remove"),
                    _ => ("running", "stop the container before removing or force remove"),
                };
                throw new ConflictException($"cannot remove container \"{target.DisplayName}\": container is {what}: {hint}");
            }

            await KillForRemovalAsync(target, cancellationToken).ConfigureAwait(false);
        }

        using var holder = await target.Gate.EnterAsync().ConfigureAwait(false);
        if (parts.Store.Find(target.Id) is null)
        {
            // --rm or another request was faster.
            return;
        }

        if (target.Record.State.Running && !runner.CancelRestart(target))
        {
            throw new ConflictException($"cannot remove container \"{target.DisplayName}\": it was started again meanwhile");
        }

        await remover.RemoveAsync(target, removeVolumes).ConfigureAwait(false);
    }

    /// <summary><c>/parent/alias</c>: the link goes, the containers stay.</summary>
    private async Task RemoveLinkAsync(string path)
    {
        var (name, alias) = path.Trim('/').Split('/') is [var first, var second] ? (first, second) : throw new InvalidArgumentException($"Could not remove link {path}: it is not of the form /container/alias");
        var parent = parts.Store.Get(name);
        using var holder = await parent.Gate.EnterAsync().ConfigureAwait(false);
        var left = parent.Record.Links.Where(other => other.Alias != alias).ToArray();
        if (left.Length == parent.Record.Links.Length)
        {
            throw new NotFoundException($"Cannot get parent {parent.DisplayName} for link {path}: there is no link of that name");
        }

        parts.Store.Save(parent, parent.Record with { Links = left });
    }

    private static string Number(int value) => value.ToString(System.Globalization.CultureInfo.InvariantCulture);

    private static ConflictException NotRunning(Container container) => new($"Container {container.Id} is not running");

    private async Task SetPausedAsync(Container container, bool paused, CancellationToken cancellationToken)
    {
        var record = container.Record;
        await Bundles.CgroupControl.FreezeAsync(parts.Cgroups, Bundles.CgroupLayout.PathOf(record), paused, cancellationToken).ConfigureAwait(false);
        parts.Store.Save(container, record with { State = record.State with { Paused = paused } });
        parts.Events.Publish(container, paused ? "pause" : "unpause");
    }

    private async Task KillForRemovalAsync(Container container, CancellationToken cancellationToken)
    {
        Task ended;
        using (await container.Gate.EnterAsync().ConfigureAwait(false))
        {
            if (!container.Record.State.Running || runner.CancelRestart(container))
            {
                return;
            }

            container.IsStopping = true;
            container.KeepOnExit = true;
            ended = container.RunEnded.Task;
            await SignalAsync(container, SignalName.Kill, cancellationToken).ConfigureAwait(false);
        }

        await ended.WaitAsync(cancellationToken).ConfigureAwait(false);
    }
}
