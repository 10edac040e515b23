using Gantry.Cli.CommandLine;
using Gantry.Cli.Commands;
using Gantry.Cli.Compose.Display;
using Gantry.Cli.Terminals;
using Gantry.Compose;

namespace Gantry.Cli.Compose.Commands;

/// <summary>compose logs.</summary>
internal static class LogsCommand
{
    public static Command Define(OptionSet shared) => ComposeCommand.Define(shared, "logs [OPTIONS] [SERVICE...]", "View output from containers", 0, Command.Any, RunAsync, static o =>
    {
        o.Add("follow", 'f', "bool", "Follow log output");
        o.Add("index", null, "int", "index of the container if service has multiple replicas", "0");
        o.Add("no-color", null, "bool", "Produce monochrome output");
        o.Add("no-log-prefix", null, "bool", "Don't print prefix in logs");
        o.Add("since", null, "string", "Show logs since timestamp (e.g. 2013-01-02T13:23:37Z) or relative (e.g. 42m for 42 minutes)");
        o.Add("tail", 'n', "string", "Number of lines to show from the end of the logs for each container", "all");
        o.Add("timestamps", 't', "bool", "Show timestamps");
        o.Add("until", null, "string", "Show logs before a timestamp (e.g. 2013-01-02T13:23:37Z) or relative (e.g. 42m for 42 minutes)");
    });

    private static async Task<int> RunAsync(ComposeCall call)
    {
        var index = (int)call.Number("index");
        if (index > 0 && call.Arguments.Count != 1) throw new ComposeException("--index requires one service to be selected");
        var target = await ComposeTarget.OpenAsync(call, oneOff: call.Arguments.Count == 0).ConfigureAwait(false);
        // Of a project with files also what has no service there any more, as long as nothing is named.
        var containers = call.Arguments.Count == 0 ? target.Containers : [.. target.Meant];
        if (index > 0) containers = [ComposeTarget.Pick(containers, call.Arguments[0], index)];
        var selection = new LogSelection(
            call.Text("tail"),
            Timestamps.ForQuery(call.Text("since"), "since"),
            Timestamps.ForQuery(call.Text("until"), "until"),
            call.Flag("timestamps"));
        var hasColor = !call.Flag("no-color") && (call.Shared["ansi"].AsString() == "always" || Terminal.OutputIsTerminal && call.Shared["ansi"].AsString() != "never");
        var printer = new LogPrinter(call.Out, !call.Flag("no-log-prefix"), hasColor);
        var reader = new LogReader(target.Engine, printer, selection);
        foreach (var container in containers) reader.Register(container);
        if (call.Flag("follow"))
        {
            var follower = new LogFollower(target.Engine, reader, printer, container => call.Arguments.Count == 0 || call.Arguments.Contains(container.Service) && (index <= 0 || container.Number == index));
            await follower.FollowAsync(containers).ConfigureAwait(false);
            return 0;
        }

        foreach (var container in containers) await reader.ReadAsync(container, follow: false).ConfigureAwait(false);
        return 0;
    }
}
