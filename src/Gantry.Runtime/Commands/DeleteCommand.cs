using Gantry.Linux.Cgroups;
using Gantry.Runtime.Hooks;
using Gantry.Spec;

namespace Gantry.Runtime.Commands;

/// <summary><c>delete</c>: what is left of a container that ended, or with --force of any.</summary>
internal static class DeleteCommand
{
    public static int Run(GlobalOptions options, Arguments arguments, Messages messages)
    {
        var force = false;
        while (arguments.NextOption() is { } option)
        {
            force = option is "force" or "f" ? arguments.Flag(option) : throw arguments.Unknown(option);
        }

        var id = arguments.Id();
        ContainerDirectory directory;
        try
        {
            directory = ContainerDirectory.Open(options, id);
        }
        catch (NotFoundException) when (force)
        {
            return 0;
        }

        var state = force ? directory.TryReadState() : directory.ReadState();
        if (state is null)
        {
            directory.Remove();
            return 0;
        }

        using (var init = state.TryOpenInit())
        {
            if (init is not null)
            {
                var status = state.StatusIn(directory.FullPath);
                if (!force && status is not ("stopped" or "created"))
                {
                    throw new ConflictException($"cannot delete container {id}: it is {status}; stop it first, or use --force");
                }

                init.TrySignal(9);
                KillRest(state.Cgroup);
                AwaitEnd(state);
            }
        }

        KillRest(state.Cgroup);
        var hooks = directory.ReadHooks();
        Remove(directory, state.Cgroup);
        HookRunner.RunAll(hooks?.Poststop, "poststop", () => state.ForHooks.With("stopped", null), messages.Warn);
        return 0;
    }

    internal static void Remove(ContainerDirectory directory, Cgroup cgroup)
    {
        cgroup.Remove();
        directory.Remove();
    }

    /// <summary>Without a PID namespace of its own, a container's other processes outlive its init.</summary>
    private static void KillRest(Cgroup cgroup)
    {
        if (!cgroup.Exists)
        {
            return;
        }

        if (cgroup.IsFrozen)
        {
            cgroup.Thaw();
        }

        cgroup.SignalAll(9);
    }

    private static void AwaitEnd(SavedContainer state)
    {
        var patience = System.Diagnostics.Stopwatch.StartNew();
        while (state.IsAlive)
        {
            if (patience.Elapsed > TimeSpan.FromSeconds(10))
            {
                throw new InternalException($"container {state.Id}: process {state.Pid} does not end after SIGKILL");
            }

            Thread.Sleep(1);
        }
    }
}
