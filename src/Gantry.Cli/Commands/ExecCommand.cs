using Gantry.Cli.CommandLine;
using Gantry.Cli.Run;
using Gantry.Cli.Terminals;
using Gantry.Client;

namespace Gantry.Cli.Commands;

/// <summary>exec: another process in a running container.</summary>
internal static class ExecCommand
{
    public static async ValueTask<int> RunAsync(Invocation call)
    {
        var container = call.Arguments[0];
        var (tty, stdin, detached) = (call.Flag("tty"), call.Flag("interactive"), call.Flag("detach"));
        if (tty && stdin && !detached && !Terminal.InputIsTerminal) throw new CommandLineException("the input device is not a TTY");
        var keys = call.Has("detach-keys") ? call.Text("detach-keys") : call.Session.Config.DetachKeys;
        var size = Terminal.Size;
        var request = new JsonBody();
        request.SetIfGiven("User", call.Text("user"));
        request.SetIfGiven("Privileged", call.Flag("privileged"));
        request["Tty"] = tty;
        if (tty && !detached && size.Rows > 0) request["ConsoleSize"] = new[] { size.Rows, size.Columns };
        request["AttachStdin"] = stdin && !detached;
        request["AttachStderr"] = !detached;
        request["AttachStdout"] = !detached;
        request.SetIfGiven("DetachKeys", keys);
        request.SetIfGiven("Env", KeyValues.Environment(call.List("env"), call.List("env-file")));
        request.SetIfGiven("WorkingDir", call.Text("workdir"));
        request["Cmd"] = call.Arguments.Skip(1).ToList();
        var created = await call.Client.PostAsync($"/containers/{Query.Segment(container)}/exec", request.ToUtf8()).ConfigureAwait(false);
        var id = created.GetProperty("Id").GetString()!;

        var start = new JsonBody { ["Detach"] = detached, ["Tty"] = tty };
        if (tty && !detached && size.Rows > 0) start["ConsoleSize"] = new[] { size.Rows, size.Columns };
        if (detached)
        {
            await call.Client.PostAsync($"/exec/{id}/start", start.ToUtf8()).ConfigureAwait(false);
            return 0;
        }

        using var interaction = new Interaction(call, tty, keys);
        using var stream = await call.Client.StartExecAsync(id, start.ToUtf8()).ConfigureAwait(false);
        using var follow = interaction.FollowSize($"exec/{id}");
        interaction.Run(stream, stdin, true, true);
        if (interaction.Detached) throw new CommandLineException("exec attach failed: read escape sequence");
        var state = await call.Client.GetAsync($"/exec/{id}/json").ConfigureAwait(false);
        return state.TryGetProperty("ExitCode", out var code) && code.ValueKind == System.Text.Json.JsonValueKind.Number ? code.GetInt32() : 0;
    }
}
