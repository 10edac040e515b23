using System.Text.Json;
using Gantry.Linux.Processes;
using Gantry.Runtime.Hooks;
using Gantry.Spec;
using Gantry.Spec.Runtime;

namespace Gantry.Runtime.Commands;

/// <summary>The commands about a container that exists.</summary>
internal static class ControlCommands
{
    public static int Start(GlobalOptions options, Arguments arguments)
    {
        var id = arguments.Id();
        var directory = ContainerDirectory.Open(options, id);
        var state = directory.ReadState();
        var status = state.StatusIn(directory.FullPath);
        if (status != "created")
        {
            throw new ConflictException(status == "stopped"
                ? $"cannot start container {id}: it has stopped"
                : $"cannot start container {id}: it is already running");
        }

        StartGate.Release(directory.FullPath);
        if (directory.ReadHooks() is { Poststart.Count: > 0 } hooks)
        {
            RunPoststart(state, hooks);
        }

        return 0;
    }

    public static int State(GlobalOptions options, Arguments arguments)
    {
        var directory = ContainerDirectory.Open(options, arguments.Id());
        var state = directory.ReadState().ToState(directory.FullPath);
        Descriptors.Write(1, JsonSerializer.Serialize(state, RuntimeJson.Indented.ContainerState) + "\n");
        return 0;
    }

    public static int Kill(GlobalOptions options, Arguments arguments)
    {
        var all = false;
        while (arguments.NextOption(stopAtOperand: true) is { } option)
        {
            all = option is "all" or "a" ? arguments.Flag(option) : throw arguments.Unknown(option);
        }

        var id = arguments.Id(most: 2);
        var signal = SignalNames.Parse(arguments.Operands.Count > 1 ? arguments.Operands[1] : "TERM");
        var directory = ContainerDirectory.Open(options, id);
        var state = directory.ReadState();
        if (all)
        {
            state.Cgroup.SignalAll(signal);
            return 0;
        }

        using var init = state.TryOpenInit();
        if (init?.TrySignal(signal) != true)
        {
            throw new ConflictException($"cannot kill container {id}: it is not running");
        }

        return 0;
    }

    public static int Pause(GlobalOptions options, Arguments arguments)
    {
        Alive(options, arguments, "pause", "running").Cgroup.Freeze();
        return 0;
    }

    public static int Resume(GlobalOptions options, Arguments arguments)
    {
        Alive(options, arguments, "resume", "paused").Cgroup.Thaw();
        return 0;
    }

    private static void RunPoststart(SavedContainer state, HooksSpec hooks)
    {
        try
        {
            HookRunner.Run(hooks.Poststart, "poststart", () => state.ForHooks.With("running", state.Pid));
        }
        catch (InternalException)
        {
            // The container stops where a hook fails (runtime.md, lifecycle).
            using var init = state.TryOpenInit();
            init?.TrySignal(9);
            throw;
        }
    }

    private static SavedContainer Alive(GlobalOptions options, Arguments arguments, string what, string wanted)
    {
        var id = arguments.Id();
        var directory = ContainerDirectory.Open(options, id);
        var state = directory.ReadState();
        var status = state.StatusIn(directory.FullPath);
        return status == wanted || (what == "pause" && status == "created")
            ? state
            : throw new ConflictException($"cannot {what} container {id}: it is {status}");
    }
}
