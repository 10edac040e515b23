using Gantry.Cli.CommandLine;
using Gantry.Cli.Run;
using Gantry.Cli.Terminals;
using Gantry.Client;
using Gantry.Spec;

namespace Gantry.Cli.Commands;

/// <summary>run: create, join, start, and return what the container returns.</summary>
internal static class RunCommand
{
    public static async ValueTask<int> RunAsync(Invocation call)
    {
        try
        {
            return await StartedAsync(call).ConfigureAwait(false);
        }
        catch (Exception e) when (e is GantryException or CommandLineException or FormatException or IOException)
        {
            throw Creation.Failure(call, e);
        }
    }

    private static async ValueTask<int> StartedAsync(Invocation call)
    {
        var detached = call.Flag("detach");
        if (detached && call.Has("attach")) throw new CommandLineException("conflicting options: cannot specify both --attach and --detach");
        var attach = Attachment.Read(call, detached);
        var tty = call.Flag("tty");
        if (tty && attach.Stdin && !Terminal.InputIsTerminal && !detached) throw new CommandLineException("the input device is not a TTY", 1);
        var id = await Creation.CreateAsync(call, attach).ConfigureAwait(false);
        if (!attach.Any)
        {
            await StartAsync(call, id, false).ConfigureAwait(false);
            call.Out.Line(id);
            return 0;
        }

        return await AttachedAsync(call, id, attach, tty).ConfigureAwait(false);
    }

    private static async ValueTask<int> AttachedAsync(Invocation call, string id, Attachment attach, bool tty)
    {
        var keys = call.Has("detach-keys") ? call.Text("detach-keys") : call.Session.Config.DetachKeys;
        using var interaction = new Interaction(call, tty, keys);
        var (stream, exit) = await call.Client.AttachAndWaitAsync(
            id,
            new AttachOptions { Stdin = attach.Stdin, Stdout = attach.Stdout, Stderr = attach.Stderr, DetachKeys = keys },
            call.Flag("rm") ? "removed" : "next-exit").ConfigureAwait(false);
        await StartAsync(call, id, call.Flag("rm"), exit).ConfigureAwait(false);
        using var size = interaction.FollowSize($"containers/{id}");
        using var signals = call.Flag("sig-proxy") ? interaction.ForwardSignals(id) : null;
        using (stream) interaction.Run(stream!, attach.Stdin, attach.Stdout, attach.Stderr);
        if (interaction.Detached) return Detached(call);
        var (status, error) = await exit.ReadAsync().ConfigureAwait(false);
        if (error is not null) throw new CommandLineException($"Error waiting for container: {error}", 125);
        return status;
    }

    private static async ValueTask StartAsync(Invocation call, string id, bool remove, ContainerExit? exit = null)
    {
        try
        {
            await call.Client.StartContainerAsync(id).ConfigureAwait(false);
        }
        catch (GantryException e)
        {
            // With --rm the daemon removes what did not start; who runs the same name next must not meet it.
            if (remove && exit is not null) await exit.ReadAsync().ConfigureAwait(false);
            throw new CommandLineException(e.Message, StartFailure.ExitCode(e.Message));
        }
    }

    private static int Detached(Invocation call)
    {
        call.Out.Line();
        return 0;
    }
}
