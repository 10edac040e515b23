using Gantry.Cli.CommandLine;
using Gantry.Cli.Definitions;
using Gantry.Cli.Terminals;

namespace Gantry.Cli.Compose.Commands;

/// <summary>compose exec: a process in a running container of a service, on a terminal where there is one.</summary>
internal static class ExecCommand
{
    public static Command Define(OptionSet shared) => ComposeCommand.Define(
        shared,
        "exec [OPTIONS] SERVICE COMMAND [ARGS...]",
        "Execute a command in a running container",
        2,
        Command.Any,
        RunAsync,
        static o =>
        {
            o.Add("detach", 'd', "bool", "Detached mode: Run command in the background");
            o.Add("env", 'e', "stringArray", "Set environment variables");
            o.Add("index", null, "int", "Index of the container if service has multiple replicas", "0");
            o.Add("no-TTY", 'T', "bool", "Disable pseudo-TTY allocation. By default `docker compose exec` allocates a TTY.", Terminal.OutputIsTerminal ? null : "true");
            o.Add("privileged", null, "bool", "Give extended privileges to the process");
            o.Add("user", 'u', "string", "Run the command as this user");
            o.Add("workdir", 'w', "string", "Path to workdir directory for this command");
            // Taken for the sake of those who know exec without Compose; both are the default.
            o.AddHidden("interactive", 'i', "bool", "true");
            o.AddHidden("tty", 't', "bool", "true");
            // As newer ones of Docker Compose have it.
            o.AddHidden("no-tty", null, "bool");
        },
        stopsAtFirst: true);

    private static async Task<int> RunAsync(ComposeCall call)
    {
        var container = await ComposeTarget.ContainerAsync(call, call.Arguments[0], oneOff: true).ConfigureAwait(false);
        if (call.IsDryRun) return 0;
        var tty = !call.Flag("no-TTY") && !call.Flag("no-tty") && call.Flag("tty");
        var plain = PlainCommand.From(
            call,
            ContainerDefinitions.Exec(),
            [container.Id, .. call.Arguments.Skip(1)],
            ("interactive", call.Flag("interactive") ? "true" : "false"),
            ("tty", tty ? "true" : "false"));
        return await Cli.Commands.ExecCommand.RunAsync(plain).ConfigureAwait(false);
    }
}
