using System.Globalization;
using System.Text;
using System.Text.Json;
using Gantry.Linux.Processes;
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

    public static int Ps(GlobalOptions options, Arguments arguments)
    {
        var json = false;
        while (arguments.NextOption(stopAtOperand: true) is { } option)
        {
            json = option is "format" or "f" ? arguments.Value(option) == "json" : throw arguments.Unknown(option);
        }

        var processes = ContainerDirectory.Open(options, arguments.Id(most: int.MaxValue)).ReadState().Cgroup.Processes();
        Descriptors.Write(1, json
            ? $"[{string.Join(',', processes)}]\n"
            : "PID\n" + string.Concat(processes.Select(p => p.ToString(CultureInfo.InvariantCulture) + "\n")));
        return 0;
    }

    public static int List(GlobalOptions options, Arguments arguments)
    {
        var quiet = false;
        var json = false;
        while (arguments.NextOption() is { } option)
        {
            switch (option)
            {
                case "quiet" or "q":
                    quiet = arguments.Flag(option);
                    break;
                case "format" or "f":
                    json = arguments.Value(option) is var format && (format == "json"
                        || (format == "table" ? false : throw new InvalidArgumentException($"list: format {format} is neither table nor json")));
                    break;
                default:
                    throw arguments.Unknown(option);
            }
        }

        var states = ContainerDirectory.All(options).Select(d => d.ReadState().ToState(d.FullPath)).ToList();
        var text = new StringBuilder();
        if (quiet)
        {
            states.ForEach(s => text.Append(s.Id).Append('\n'));
        }
        else if (json)
        {
            text.Append(JsonSerializer.Serialize(states, RuntimeJson.Default.IReadOnlyListContainerState)).Append('\n');
        }
        else
        {
            AppendTable(text, states);
        }

        Descriptors.Write(1, text.ToString());
        return 0;
    }

    private static void AppendTable(StringBuilder text, List<ContainerState> states)
    {
        List<string[]> rows = [["ID", "PID", "STATUS", "BUNDLE", "CREATED", "OWNER"]];
        rows.AddRange(states.Select(s => new[]
        {
            s.Id, s.Pid.ToString(CultureInfo.InvariantCulture), s.Status, s.Bundle, s.Created?.ToString("O", CultureInfo.InvariantCulture) ?? string.Empty, "root",
        }));
        var widths = Enumerable.Range(0, rows[0].Length).Select(c => rows.Max(r => r[c].Length)).ToArray();
        foreach (var row in rows)
        {
            text.AppendJoin("   ", row.Select((cell, column) => cell.PadRight(widths[column]))).Append('\n');
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
