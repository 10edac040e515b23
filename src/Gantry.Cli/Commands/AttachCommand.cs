using System.Text.Json;
using Gantry.Cli.CommandLine;
using Gantry.Cli.Run;
using Gantry.Cli.Terminals;
using Gantry.Client;

namespace Gantry.Cli.Commands;

internal static class AttachCommand
{
    public static async ValueTask<int> RunAsync(Invocation call)
    {
        var container = await call.Client.GetAsync($"/containers/{Query.Segment(call.Arguments[0])}/json").ConfigureAwait(false);
        var state = container.GetProperty("State");
        if (!state.GetProperty("Running").GetBoolean()) throw new CommandLineException("You cannot attach to a stopped container, start it first");
        if (state.GetProperty("Paused").GetBoolean()) throw new CommandLineException("You cannot attach to a paused container, unpause it first");
        if (state.GetProperty("Restarting").GetBoolean()) throw new CommandLineException("You cannot attach to a restarting container, wait until it is running");
        return await JoinAsync(call, container, start: false).ConfigureAwait(false);
    }

    /// <summary>Joins a container's streams and returns its exit code.</summary>
    /// <param name="container">Its inspection.</param>
    /// <param name="start">Start it once joined.</param>
    public static async ValueTask<int> JoinAsync(Invocation call, JsonElement container, bool start)
    {
        var id = container.GetProperty("Id").GetString()!;
        var config = container.GetProperty("Config");
        var tty = config.GetProperty("Tty").GetBoolean();
        var stdin = config.GetProperty("OpenStdin").GetBoolean() && (start ? call.Flag("interactive") : !call.Flag("no-stdin"));
        if (tty && stdin && !Terminal.InputIsTerminal) throw new CommandLineException("the input device is not a TTY");
        var keys = call.Has("detach-keys") ? call.Text("detach-keys") : call.Session.Config.DetachKeys;
        using var interaction = new Interaction(call, tty, keys);
        var removed = container.GetProperty("HostConfig").TryGetProperty("AutoRemove", out var auto) && auto.ValueKind == JsonValueKind.True;
        var (stream, exit) = await call.Client.AttachAndWaitAsync(
            id,
            new AttachOptions { Stdin = stdin, Stdout = true, Stderr = true, DetachKeys = keys },
            start ? removed ? "removed" : "next-exit" : "not-running").ConfigureAwait(false);
        if (start) await call.Client.StartContainerAsync(id).ConfigureAwait(false);
        using var size = interaction.FollowSize($"containers/{id}");
        using var signals = (start || call.Flag("sig-proxy")) && !tty ? interaction.ForwardSignals(id) : null;
        using (stream) interaction.Run(stream!, stdin, true, true);
        if (interaction.Detached)
        {
            if (!start) throw new CommandLineException("read escape sequence");
            return 0;
        }

        return (await exit.ReadAsync().ConfigureAwait(false)).Status;
    }
}
